"""Taking in a list of trainings: looked through first, then written as a whole.

What was looked through goes to the browser and comes back signed. So no file with names in it is
kept here, neither of a list that is never taken in.
"""

from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.permissions import Permission
from accounts.posting import post_only
from audit.errors import Invalid
from vendors import selectors
from vendors.forms.training import TrainingListForm
from vendors.imports import trainings
from vendors.imports.table import Unreadable
from vendors.models import Engagement
from vendors.services import training_lists as service
from vendors.services.training_lists import Trained
from vendors.views.training import training_crumbs

EDIT = Permission.EDIT_FACTS
_SALT: Final = "vendors.training-list"
_SECONDS: Final = 24 * 3600
#: How many rows and problems the page shows.
SHOWN: Final = 200


def _engagement(request: Request, pk: UUID) -> Engagement:
    return get_object_or_404(selectors.engagements_visible_to(request.principal, EDIT), pk=pk)


@page(EDIT)
def new(request: Request, pk: UUID) -> HttpResponse:
    """Upload a list; POST looks it through and writes nothing."""
    engagement = _engagement(request, pk)
    form = TrainingListForm(posted(request), request.FILES or None)
    read: trainings.ReadList | None = None
    if request.method == "POST" and form.is_valid():
        try:
            read = trainings.read(form.cleaned_data["file"].read(), side=form.cleaned_data["side"])
        except Unreadable as error:
            form.add_error("file", str(error))
    context: dict[str, Any] = {
        "engagement": engagement,
        "vendor": engagement.vendor,
        "form": form,
        "cancel_url": reverse("vendors:training", args=[engagement.vendor_id]),
        "crumbs": training_crumbs(engagement.vendor, (_("Import trainings"), "")),
    }
    if read is not None:
        context |= {
            "read": read,
            "rows": read.rows[:SHOWN],
            "problems": read.problems[:SHOWN],
            "token": _sign(engagement, request, [row for _line, row in read.rows]),
        }
    return render(request, "vendors/training/import.html", context)


@post_only
@page(EDIT)
def take(request: Request, pk: UUID) -> HttpResponse:
    """Take in what was looked through: all of it, or nothing."""
    engagement = _engagement(request, pk)
    try:
        rows = _read(engagement, request)
    except signing.BadSignature:
        messages.warning(request, _("That page was out of date. Upload the list again."))
        return redirect("vendors:training_import", pk)
    try:
        taken = service.take_list(engagement=engagement, rows=rows, by=request.principal)
    except Invalid as refused:
        messages.error(request, refused.message)
        return redirect("vendors:training_import", pk)
    messages.success(
        request,
        _("%(records)d trainings are new or changed, of them %(people)d people were new.")
        % {"records": taken.records, "people": taken.people},
    )
    return redirect("vendors:training", engagement.vendor_id)


def _sign(engagement: Engagement, request: Request, rows: list[Trained]) -> str:
    plain = [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in row}
        for row in (asdict(row).items() for row in rows)
    ]
    return signing.dumps(
        [str(engagement.pk), str(request.user.pk), plain], salt=_SALT, compress=True
    )


def _read(engagement: Engagement, request: Request) -> list[Trained]:
    engagement_id, user_id, rows = signing.loads(
        request.POST.get("token", ""), salt=_SALT, max_age=_SECONDS
    )
    if (engagement_id, user_id) != (str(engagement.pk), str(request.user.pk)):
        raise signing.BadSignature
    return [Trained(**row) for row in rows]


@require_safe
@page(EDIT)
def template(request: Request, pk: UUID) -> HttpResponse:
    """An empty workbook with the columns."""
    _engagement(request, pk)
    return HttpResponse(
        trainings.template(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": 'attachment; filename="trainings.xlsx"'},
    )
