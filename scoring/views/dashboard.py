"""The dashboard: the portfolio at a glance, and what needs the reader today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from audit import clock
from scoring import links, portfolio_charts, portfolio_words, words
from scoring.models import Band
from scoring.selectors import methods
from scoring.selectors import portfolio as read
from scoring.selectors.portfolio import BandTile, Portfolio, Waiting, WorkItem, WorkList
from scoring.selectors.portfolio.trend import in_force_on
from scoring.views.behind import work_url
from scoring.views.portfolio import show, ways_in
from vendors.country_names import country_name
from vendors.selectors.due import due_soon


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that leads to the list behind it."""

    label: str
    value: str
    href: str
    hint: str = ""
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A list of work: its heading, its lines, and where all of it is."""

    title: str
    count: str
    url: str
    lines: Sequence[tuple[WorkItem, str, str]]


@page(Permission.VIEW)
@require_safe
def dashboard(request: Request) -> HttpResponse:
    """The portfolio of the working unit, or over all units."""
    return show(request, "scoring:dashboard", "scoring/dashboard/overview.html", _overview)


def _overview(of: Portfolio) -> dict[str, Any]:
    sums = read.counted(of)
    bands = read.bands(of, sums)
    waiting, work = read.needs(of, sums)
    changes = read.method_changes()
    method = in_force_on(of.day, changes)
    cuts = methods.parameters(method).band_cuts_milli if method else ()
    return {
        "vendors": sum(tile.vendors for tile in bands),
        **ways_in(of),
        "tiles": list(_tiles(of, bands, waiting)),
        "bands": portfolio_charts.bands(of, bands),
        "heat": portfolio_charts.heat(of, read.heat(of, sums), cuts),
        "cuts": cuts,
        "method": next((one.title for one in changes if one.methodology_id == method), ""),
        "worst": [
            (
                row,
                country_name(row.country),
                words.dimension(row.worst_dimension),
                words.in_short(row),
            )
            for row in read.worst(of)
        ],
        "worst_url": links.vendor_list(of),
        # What comes due is not known by the filters of vendors: the page of what ends is.
        "due": None
        if of.past or of.narrowed
        else due_soon(of.principal, of.unit, today=clock.today()),
        "today": clock.today(),
        "tasks": [_task(of, one) for one in work if one.items],
    }


def _tiles(of: Portfolio, bands: Sequence[BandTile], waiting: Waiting) -> Iterator[Tile]:
    count = {tile.band: tile.vendors for tile in bands}
    final = sum(tile.final for tile in bands)
    provisional = sum(tile.provisional for tile in bands)
    serious = count[Band.HIGH] + count[Band.CRITICAL]

    def vendors(number: int, **filters: str) -> str:
        # Narrowed down to another firmness, the list behind a nought would not be empty.
        return links.vendor_list(of, **filters) if number or not of.filters.status else ""

    yield Tile(_("Vendors"), portfolio_words.count(sum(count.values())), links.vendor_list(of))
    yield Tile(_("Final ratings"), portfolio_words.count(final), vendors(final, status="final"))
    yield Tile(
        _("Provisional"),
        portfolio_words.count(provisional),
        vendors(provisional, status="provisional"),
        hint=_("rated, but not firm yet"),
    )
    yield Tile(
        _("Not rated"),
        portfolio_words.count(count[Band.NOT_RATED]),
        vendors(count[Band.NOT_RATED], status="not_rated"),
        hint=_("too little is known"),
    )
    yield Tile(
        _("High or critical"),
        portfolio_words.count(serious),
        links.vendor_list(of, band="serious"),
        icon="exclamation-octagon",
        tone="attention" if serious else "",
    )
    yield Tile(
        _("Blocked"),
        portfolio_words.at_least(waiting.blocked),
        links.vendor_list(of, blocked="on"),
        hint=_("by a knock-out"),
        icon="slash-circle",
        tone="attention" if waiting.blocked else "",
    )
    if of.past:
        return
    yield Tile(
        _("Waiting for review"),
        portfolio_words.at_least(waiting.review),
        links.work_list(of, "review"),
    )
    yield Tile(
        _("Overdue"),
        portfolio_words.at_least(waiting.overdue),
        links.work_list(of, "overdue"),
        icon="alarm",
        tone="attention" if waiting.overdue else "",
    )


def _task(of: Portfolio, work: WorkList) -> Task:
    title = (
        _("Waiting for your review") if work.kind == "review" else portfolio_words.WORK[work.kind]
    )
    lines = [(item, work_url(work.kind, item), item.vendor) for item in work.items]
    return Task(
        str(title),
        portfolio_words.count(work.count, work.more),
        links.work_list(of, work.kind),
        lines,
    )
