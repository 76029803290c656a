"""The lists behind counts of the dashboard that are of the vendors which its filters leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from assessments.models import Assessment
from audit import clock
from audit.errors import Invalid
from scoring import links
from scoring.forms.portfolio import CountFilter
from scoring.horizon_charts import KIND_WORDS, month_name
from scoring.portfolio_words import WORK
from scoring.selectors.portfolio import Month, Portfolio, WorkItem
from scoring.selectors.portfolio.findings import findings_page
from scoring.selectors.portfolio.horizon import ending
from scoring.selectors.portfolio.needs import work_page
from scoring.views.portfolio import show
from vendors.forms.findings import AGE_WORDS
from vendors.models import Finding, Match
from vendors.selectors.due_source import Due

#: Kind of work -> the page of one of its things.
PAGES: Final[Mapping[str, str]] = {
    "review": "assessments:review",
    "match": "vendors:match",
    "expiring": "scoring:scorecard",
}
_STATES: Final = {**dict(Assessment.Status.choices), Match.Status.OPEN: Match.Status.OPEN.label}


@dataclass(frozen=True, slots=True)
class Line:
    """A thing that was counted: where it is, whose it is, and what is to be known of it."""

    title: str
    url: str
    vendor: str
    vendor_url: str
    what: str
    day: date | None
    late: bool = False


def work_url(kind: str, item: WorkItem) -> str:
    """The page on which one deals with it."""
    return links.address(PAGES.get(kind, "assessments:assessment"), item.subject)


@page(Permission.VIEW)
@require_safe
def behind(request: Request) -> HttpResponse:
    """What a count is of, for the filters of the dashboard."""
    form = CountFilter(request.GET)
    if not form.is_valid():
        raise Invalid(_("There is no such count."), errors=form.errors.get_json_data())
    asked = form.cleaned_data
    after, before = request.GET.get("after"), request.GET.get("before")

    def read(of: Portfolio) -> dict[str, Any]:
        if of.past:
            return {"title": _title(asked)}
        return {"title": _title(asked), **_shown(of, asked, after, before)}

    return show(request, "", "scoring/dashboard/behind.html", read)


def _title(asked: Mapping[str, Any]) -> str:
    what: str = asked["what"]
    if what in KIND_WORDS:
        return f"{KIND_WORDS[what]}: {month_name(Month(asked['month'], ()))}"
    if what != "findings":
        return str(WORK[what])
    narrowed = [
        str(words)
        for words in (
            dict(Finding.Severity.choices).get(asked["severity"]),
            AGE_WORDS.get(asked["age"]),
        )
        if words
    ]
    return f"{_('Open findings')}: {', '.join(narrowed)}" if narrowed else _("Open findings")


def _shown(
    of: Portfolio, asked: Mapping[str, Any], after: str | None, before: str | None
) -> dict[str, Any]:
    what: str = asked["what"]
    if what in KIND_WORDS:
        due = ending(of, what, asked["month"], after=after or "")
        return {"rows": [_due(one) for one in due.rows], "next": due.next}
    if what == "findings":
        found = findings_page(
            of, age=asked["age"], severity=asked["severity"], after=after, before=before
        )
        lines = [_finding(one) for one in found.rows]
        return {"rows": lines, "next": found.next, "previous": found.previous}
    work = work_page(of, what, after=after, before=before)
    lines = [_work(what, one) for one in work.items]
    return {"rows": lines, "next": work.next, "previous": work.previous}


def _late(day: date | None) -> bool:
    return day is not None and day < clock.today()


def _due(due: Due) -> Line:
    return Line(
        due.title,
        links.address(due.page, due.page_id),
        due.vendor,
        links.address("scoring:vendor", due.vendor_id),
        str(due.what),
        due.day,
        _late(due.day),
    )


def _finding(one: Finding) -> Line:
    return Line(
        one.title,
        links.address("vendors:finding", one.pk),
        one.vendor.name,
        links.address("scoring:vendor", one.vendor_id),
        f"{one.get_severity_display()} · {one.get_status_display()}",
        one.due_on,
        _late(one.due_on),
    )


def _work(kind: str, one: WorkItem) -> Line:
    return Line(
        one.title,
        work_url(kind, one),
        one.vendor,
        links.address("scoring:vendor", one.vendor_id),
        str(_STATES.get(one.status, one.status)),
        one.day,
        kind == "overdue",
    )
