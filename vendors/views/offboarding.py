"""Off-boardings: the list, and one of them with its lines."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import log
from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.units import working_unit
from audit import clock, paging
from vendors import offboarding as rules
from vendors.forms.offboarding import OffboardingFilter
from vendors.models import Offboarding, OffboardingLine
from vendors.selectors.offboarding import (
    Filters,
    help_of,
    history_of,
    lines_of,
    offboardings,
    offboardings_visible_to,
    open_findings,
    stand_of,
    still_held,
    title_of,
)
from vendors.services.offboarding import EDIT
from vendors.services.offboarding_lines import WAIVE
from vendors.views.places import crumbs

#: Kind of the pill of each status: what it asks of the reader.
PILLS: Final = {"open": "active", "closed": "done", "cancelled": "stopped"}
_LINE_PILLS: Final = {"open": "todo", "done": "done", "waived": "stale"}


def trail(offboarding: Offboarding, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about an off-boarding."""
    name = _("Off-boarding: %(title)s") % {"title": offboarding.engagement.title}
    url = reverse("vendors:offboarding", args=[offboarding.pk]) if rest else ""
    return crumbs(offboarding.engagement.vendor, (name, url), *rest)


@require_safe
@page(Permission.VIEW)
def index(request: Request) -> HttpResponse:
    """Off-boardings of the working unit, the last day nearest first."""
    form = OffboardingFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    filters = Filters(
        state=asked.get("state") or "open",
        q=asked.get("q") or "",
        mine=request.user.pk if asked.get("mine") else None,
    )
    found = paging.page(
        offboardings(request.principal, working_unit(request), filters),
        keys=("last_day", "id"),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return render(
        request,
        "vendors/offboarding/list.html",
        {
            "filter": form,
            "filtered": filters != Filters(),
            "rows": [{"row": row, "pill": PILLS[row.status]} for row in found.rows],
            "page": found,
        },
    )


def line_shown(line: OffboardingLine) -> dict[str, Any]:
    """A line as pages show it; it comes from `lines_of`."""
    stand = stand_of(line)
    documents = line.documents  # type: ignore[attr-defined]
    return {
        "line": line,
        "title": stand.title,
        "help": help_of(line),
        "pill": _LINE_PILLS[line.status],
        "overdue": line.is_open and line.due_on < clock.today(),
        # It was done, and its document was withdrawn since.
        "unproved": line.status == "done" and not stand.is_settled,
        "documents": [
            {
                "document": one,
                "withdrawn": one.withdrawn_at is not None,
                "file": one.all_files[0] if one.all_files else None,
            }
            for one in documents
        ],
    }


def grouped(lines: Iterable[OffboardingLine]) -> list[dict[str, Any]]:
    """The lines under the headings of the file, those added by hand behind."""
    language = get_language() or "en"
    known = rules.lines()
    groups: dict[str, dict[str, Any]] = {
        group.key: {"key": group.key, "title": group.title.text_for(language), "lines": []}
        for group in rules.checklist().groups
    }
    own: dict[str, Any] = {"key": "own", "title": _("Added by hand"), "lines": []}
    for line in lines:
        found = known.get(line.key)
        group = groups[found[0].key] if found else own
        group["lines"].append(line_shown(line))
    return [group for group in (*groups.values(), own) if group["lines"]]


def warnings(offboarding: Offboarding) -> list[dict[str, str]]:
    """What is not settled elsewhere: it holds nothing up, but somebody should have seen it."""
    engagement = offboarding.engagement
    found = [
        {"text": one.title, "url": reverse("vendors:finding", args=[one.pk]), "what": _("Finding")}
        for one in open_findings(engagement)
    ]
    schedule = reverse("vendors:ip_schedule", args=[engagement.pk])
    found += [
        {"text": one.what, "url": schedule, "what": _("Still held by the vendor")}
        for one in still_held(engagement)
    ]
    return found


@require_safe
@page(Permission.VIEW)
def show(request: Request, pk: UUID) -> HttpResponse:
    """One off-boarding: how far it is, every line, and what has happened."""
    principal = request.principal
    found = get_object_or_404(offboardings_visible_to(principal), pk=pk)
    unit_id = found.engagement.unit_id
    lines = lines_of(found)
    reached = rules.progress(stand_of(line) for line in lines)
    titles = {str(line.pk): title_of(line) for line in lines}
    return render(
        request,
        "vendors/offboarding/show.html",
        {
            "offboarding": found,
            "engagement": found.engagement,
            "vendor": found.engagement.vendor,
            "pill": PILLS[found.status],
            "groups": grouped(lines),
            "progress": reached,
            "warnings": warnings(found) if found.is_open else [],
            "may_edit": found.is_open and principal.can(EDIT, unit_id),
            "may_waive": found.is_open and principal.can(WAIVE, unit_id),
            "history": [
                {
                    "at": one.event.occurred_at,
                    "title": one.sentence,
                    "who": one.who,
                    "text": titles.get(one.data.get("line_id", ""), ""),
                }
                for one in log.lines(history_of(found), principal)
            ],
            "crumbs": trail(found),
        },
    )
