"""What systems have taken with them: the exports of API clients, for those who manage these."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.long_work import Work, rate_since
from accounts.permissions import Permission
from audit import paging
from scoring.models import Export
from scoring.selectors.exports import exports_managed_by, rows_of_page
from scoring.services import exports

MANAGE: Final = Permission.MANAGE_API_CLIENTS
#: How a state is shown (`status_pill`).
_PILLS: Final = {
    Export.Status.QUEUED: "waiting",
    Export.Status.RUNNING: "active",
    Export.Status.READY: "done",
    Export.Status.FAILED: "attention",
}


@require_safe
@page(MANAGE)
def index(request: Request) -> HttpResponse:
    """The exports of the clients that they manage, the latest first."""
    found = paging.page(
        exports_managed_by(request.principal),
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    counts = rows_of_page(found.rows)
    rows = [
        {
            "export": one,
            "pill": _PILLS.get(Export.Status(one.status), "stopped"),
            "rows": counts[one.pk],
            "going": one.status in Export.UNFINISHED,
            "work": _work(one, counts[one.pk]),
            "narrowed": sorted(one.filters.items()),
        }
        for one in found.rows
    ]
    return render(
        request,
        "scoring/exports.html",
        {
            "page": found,
            "rows": rows,
            "going": any(row["going"] for row in rows),
            "may_read_log": request.principal.can(Permission.VIEW_LOG),
            "crumbs": [(_("Exports"), "")],
        },
    )


def _work(export: Export, rows: int | None) -> Work | None:
    """How far one is that is being made. How many rows there will be is known at its end only."""
    if export.status != Export.Status.RUNNING:
        return None
    done = rows or 0
    return Work(_("Rows written"), done, None, rate_since(export.started_at, done))


@page(MANAGE)
def end(request: Request, pk: UUID) -> HttpResponse:
    """Stop an export that is being made, or erase its file, after asking."""
    export = get_object_or_404(exports_managed_by(request.principal), pk=pk)
    if request.method == "POST":
        exports.remove(export=export, by=request.principal, reason=_("An administrator ended it."))
        messages.success(request, _("The export is ended; nobody can fetch its file any more."))
        return redirect("scoring:exports")
    going = export.status in Export.UNFINISHED
    title = _("Stop an export") if going else _("Erase an export")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "question": _("%(what)s for %(client)s: stop it?")
            % {"what": export.get_what_display(), "client": export.client.name}
            if going
            else _("%(what)s for %(client)s: erase the file?")
            % {"what": export.get_what_display(), "client": export.client.name},
            "text": _("The system can ask for another one as long as it has its rights."),
            "confirm_label": _("Stop it") if going else _("Erase the file"),
            "danger": True,
            "cancel_url": reverse("scoring:exports"),
            "crumbs": [(_("Exports"), reverse("scoring:exports")), (title, "")],
        },
    )
