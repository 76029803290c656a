"""Where the pages of scores lead to, on this floor and on those below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from accounts.units import ALL
from scoring.facts.registry import SOURCES
from scoring.models import PortfolioView
from scoring.selectors.portfolio import Portfolio
from scoring.selectors.portfolio.needs import Kind
from scoring.selectors.standings import Filters


def address(name: str, *args: Any) -> str:
    """The address behind a URL name; "" where an installation does not serve that page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def filters_of(of: Portfolio) -> dict[str, str]:
    """The filters of a portfolio as addresses name them; the unit where the reader has a choice."""
    said = of.filters
    named = {
        "unit": str(of.unit.pk if of.unit else ALL) if _has_a_choice(of) else "",
        "tier": said.tier,
        "country": said.country,
        "owner": str(said.owner or ""),
        "category": said.category,
        "status": said.status,
        "day": said.day.isoformat() if said.day else "",
    }
    return {name: value for name, value in named.items() if value}


def filters_but_unit(of: Portfolio) -> dict[str, str]:
    """The same without the unit, as a view keeps them."""
    return {name: value for name, value in filters_of(of).items() if name != "unit"}


def filters_from(named: Mapping[str, str]) -> Filters:
    """What `filters_but_unit` gave, as filters again."""
    return Filters(
        tier=named.get("tier", ""),
        country=named.get("country", ""),
        owner=UUID(named["owner"]) if "owner" in named else None,
        category=named.get("category", ""),
        status=named.get("status", ""),
        day=date.fromisoformat(named["day"]) if "day" in named else None,
    )


def _has_a_choice(of: Portfolio) -> bool:
    units = of.principal.units()
    return units is None or len(units) > 1


def page_of(name: str, of: Portfolio, **more: str) -> str:
    """A page of the dashboard, or a file of it, with the filters of a portfolio and more."""
    return _with(address(name), filters_of(of) | more)


def view_page(view: PortfolioView) -> str:
    """The dashboard as it was kept under a name."""
    return kept_page("scoring:dashboard", view.unit_id, view.filters)


def kept_page(name: str, unit_id: UUID | None, filters: Mapping[str, str], **more: str) -> str:
    """A page for a unit, or for all of them (None), and filters as they are kept; and more."""
    return _with(address(name), {"unit": str(unit_id or ALL), **filters, **more})


def vendor_list(of: Portfolio, **filters: str) -> str:
    """The vendors of a portfolio, narrowed down by these filters, too; empty ones are left out."""
    return _with(reverse("scoring:vendors"), filters_of(of) | filters)


def _with(url: str, filters: Mapping[str, str]) -> str:
    chosen = urlencode({name: value for name, value in filters.items() if value})
    return f"{url}?{chosen}" if chosen else url


# --- behind the counts of a portfolio -------------------------------------------------------------
# The lists of the floors below know none of the filters of vendors: what is counted under these has
# a list of its own.


def work_list(of: Portfolio, kind: Kind) -> str:
    """All that waits of one kind."""
    url = "" if of.narrowed else _WORK.get(kind, "")
    return _with(address(url), _WORK_FILTERS.get(kind, {})) if url else _behind(of, what=kind)


#: Kind of work -> the list of it, and its filters; others have none but that behind the counts.
_WORK: Final[Mapping[str, str]] = {
    **dict.fromkeys(("review", "overdue", "mine", "returned"), "assessments:list"),
    "match": "vendors:screening_queue",
}
_WORK_FILTERS: Final[Mapping[str, Mapping[str, str]]] = {
    "review": {"status": "review"},
    "overdue": {"due": "overdue"},
    "mine": {"status": "draft", "owner": "me"},
    "returned": {"status": "returned"},
}


def due_list(of: Portfolio, what: str, month: date | None) -> str:
    """What ends of one kind in a month, by its first day; None: what has passed."""
    day = month.isoformat() if month else ""
    if of.narrowed:
        return _behind(of, what=what, month=day)
    when = {"month": day} if month else {"days": "0"}
    return _with(address("vendors:due"), {"what": what} | when)


def finding_list(of: Portfolio, *, age: str = "", severity: str = "") -> str:
    """The open findings, or those of an age and a severity."""
    cell = {"age": age, "severity": severity}
    if of.narrowed:
        return _behind(of, what="findings", **cell)
    return _with(address("vendors:findings"), cell)


def _behind(of: Portfolio, **which: str) -> str:
    return page_of("scoring:behind", of, **which)


def what_if(assessment_id: object, pairs: Sequence[tuple[str, str]] = ()) -> str:
    """The what-if page of an assessment with a scenario filled in."""
    return _scenario("scoring:what_if", assessment_id, pairs)


def what_if_file(assessment_id: object, pairs: Sequence[tuple[str, str]]) -> str:
    """The parts of both scores of a scenario as a file."""
    return _scenario("scoring:what_if_csv", assessment_id, pairs)


def _scenario(name: str, assessment_id: object, pairs: Sequence[tuple[str, str]]) -> str:
    url = address(name, assessment_id)
    return f"{url}?{urlencode(pairs)}" if url and pairs else url


def question(assessment_id: object, section: str, key: str) -> str:
    """The page of a section of an assessment, at one of its questions."""
    url = address("assessments:section", assessment_id, section)
    return f"{url}#q-{key}" if url else ""


def facts(vendor_id: object, indicator: str) -> str:
    """The page on which the facts behind an indicator are recorded."""
    source = SOURCES.get(indicator)
    return address(source.page, vendor_id) if source else ""
