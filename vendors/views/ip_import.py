"""Importing an IP schedule: the file, what it would do, and doing it."""

import io
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit.errors import Invalid
from audit.workbooks import new_workbook
from vendors.forms.ip import ScheduleFileForm
from vendors.imports.ip_schedule import Listed
from vendors.intake import IP_KINDS
from vendors.models import Engagement, IpAsset, IpImport, IpRegistration
from vendors.selectors.ip import imports_visible_to
from vendors.services import ip_import, ip_jobs
from vendors.views.file_progress import watched
from vendors.views.ip import EDIT, HEAD, found, schedule_url, trail
from vendors.views.ip_tables import territory_name

_SALT: Final = "vendors.ip_schedule"
_HOLDS: Final = 4 * 3600
SHOWN: Final = 100


@page(EDIT)
def upload(request: Request, pk: UUID) -> HttpResponse:
    """Choose a file; it is looked through, and nothing is written until that is confirmed."""
    engagement = found(request, pk, EDIT)
    if "token" in request.POST:
        return _run(request, engagement)
    form = ScheduleFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read, preview = ip_import.look(
                engagement=engagement, content=file.read(), by=request.principal
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            context = _looked_at(engagement, request, file.name, read, preview)
            context["file_name"] = file.name
    title = _("Import the schedule")
    return render(
        request,
        "vendors/ip/import.html",
        {
            "title": title,
            "form": form,
            "engagement": engagement,
            "cancel_url": schedule_url(engagement.pk),
            "past": _past(request, engagement),
            "crumbs": trail(engagement, (title, "")),
            **context,
        },
    )


def _past(request: Request, engagement: Engagement) -> list[IpImport]:
    """The latest long lists of the engagement, without what they hold."""
    rows = imports_visible_to(request.principal, EDIT).filter(engagement=engagement)
    return list(rows.defer("assets").order_by("-pk")[:10])


def _looked_at(
    engagement: Engagement, request: Request, file_name: str, read: Any, preview: Any
) -> dict[str, Any]:
    return {
        "looked_at": True,
        "rows": read.rows,
        "columns": read.columns,
        "unused": read.unused,
        "counts": {key: preview.count(key) for key in ("new", "changed", "unchanged")},
        "problems": preview.problems[:SHOWN],
        "more_problems": max(len(preview.problems) - SHOWN, 0),
        "sample": [
            {
                "line": step.listed.line,
                "name": step.listed.values["name"],
                "kind": _(IP_KINDS[step.listed.values["kind"]]),
                "places": ", ".join(
                    territory_name(one["territory"]) for one in step.listed.registrations
                ),
                "becomes": step.becomes,
            }
            for step in preview.steps[:20]
        ],
        "more_assets": max(len(preview.steps) - 20, 0),
        "token": "" if preview.problems else _pack(engagement, request, file_name, read.assets),
    }


def _pack(
    engagement: Engagement, request: Request, file_name: str, assets: Sequence[Listed]
) -> str:
    """The list as the next page takes it: signed, for this engagement and person."""
    said = [str(engagement.pk), request.principal.id, file_name, ip_jobs.packed(assets)]
    return signing.dumps(said, salt=_SALT, compress=True)


def _unpack(engagement: Engagement, request: Request) -> tuple[str, list[Listed]] | None:
    """The name of the file and what it lists."""
    try:
        of, who, file_name, rows = signing.loads(request.POST["token"], salt=_SALT, max_age=_HOLDS)
    except (signing.BadSignature, ValueError):
        return None
    if (of, who) != (str(engagement.pk), request.principal.id):
        return None
    return file_name, ip_jobs.unpacked(rows)


def _run(request: Request, engagement: Engagement) -> HttpResponse:
    taken = _unpack(engagement, request)
    if taken is None:
        messages.error(request, _("This preview is out of date. Choose the file again."))
        return redirect("vendors:ip_import", engagement.pk)
    file_name, assets = taken
    if len(assets) > ip_jobs.AT_ONCE:
        made = ip_jobs.start(
            engagement=engagement, file_name=file_name, assets=assets, by=request.principal
        )
        return redirect("vendors:ip_list", made.pk)
    done = ip_import.run(engagement=engagement, assets=assets, by=request.principal)
    messages.success(
        request,
        _("Imported: %(new)d new, %(changed)d changed, %(same)d there already.")
        % {
            "new": done.count("new"),
            "changed": done.count("changed"),
            "same": done.count("unchanged"),
        },
    )
    return redirect(schedule_url(engagement.pk))


@page(EDIT)
def show(request: Request, pk: UUID) -> HttpResponse:
    """How far a worker is with a long list, and its result. POST goes on, cancels, or lets go."""
    made = get_object_or_404(imports_visible_to(request.principal, EDIT), pk=pk)
    here, engagement = reverse("vendors:ip_list", args=[pk]), made.engagement
    if request.method == "POST":
        if "cancel" in request.GET:
            ip_jobs.cancel(made=made, by=request.principal)
            messages.success(request, _("Cancelled. Nothing was imported."))
        elif "discard" in request.POST:
            ip_jobs.discard(made=made, by=request.principal)
            messages.success(request, _("The list was discarded. Nothing was imported."))
            return redirect("vendors:ip_import", engagement.pk)
        else:
            ip_jobs.confirm(made=made, by=request.principal)
        return redirect(here)
    crumbs = trail(engagement, (made.file_name, ""))
    under_way = watched(
        request,
        made,
        url=here,
        about=engagement.title,
        written=_("Assets written"),
        crumbs=crumbs,
    )
    if under_way is not None:
        return under_way
    return render(
        request,
        "vendors/ip/import_result.html",
        {
            "made": made,
            "engagement": engagement,
            "schedule_url": schedule_url(engagement.pk),
            "upload_url": reverse("vendors:ip_import", args=[engagement.pk]),
            "crumbs": crumbs,
        },
    )


@require_safe
@page(Permission.VIEW)
def template(request: Request) -> HttpResponse:
    """An empty workbook with the headings, an example, and the words that cells may hold."""
    file = io.BytesIO()
    with new_workbook(file) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Schedule")
        sheet.write_row(0, 0, HEAD, bold)
        sheet.set_column(0, len(HEAD) - 1, 18)
        sheet.freeze_panes(1, 0)
        words = book.add_worksheet("Words")
        columns = {
            "kind": [str(key) for key in IP_KINDS],
            "right": IpAsset.Right.values,
            "status": IpRegistration.Status.values,
            "country": ["VN", "NA (Namibia)", "EU", "BX", "OA"],
            "dates": ["2026-03-31", "31.03.2026"],
        }
        for at, (heading, values) in enumerate(columns.items()):
            words.write(0, at, heading, bold)
            words.write_column(1, at, values)
        words.set_column(0, len(columns) - 1, 20)
    response = HttpResponse(
        file.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = 'attachment; filename="ip-schedule.xlsx"'
    return response
