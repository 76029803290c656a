"""The dashboard: the portfolio at a glance, and what needs the reader today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.templatetags.ui import band_word
from accounts.units import working_unit
from audit import clock, csv_file
from scoring import charts, links, words
from scoring.links import address
from scoring.selectors import dashboard as read_dashboard
from scoring.selectors import methods
from scoring.selectors.dashboard import ALL_BANDS, COUNTED, Dashboard, WorkItem, WorkList
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
    unit = working_unit(request)
    principal = request.principal
    seen = read_dashboard(principal, unit)
    unit_id = unit.pk if unit else None
    # The last to come into force is the one that is.
    in_force = seen.methods[-1].methodology_id if seen.methods else None
    cuts = methods.parameters(in_force).band_cuts_milli if in_force else ()
    may_add = principal.can(Permission.EDIT_VENDORS, unit_id)
    may_import = principal.can(Permission.IMPORT_VENDORS, unit_id)
    context = {
        "unit": unit,
        "seen": seen,
        "tiles": list(_tiles(seen)),
        "bands": charts.bands(seen.bands, address("scoring:bands_csv")),
        "trend": charts.trend(seen.trend, seen.methods, address("scoring:trend_csv")),
        "heat": charts.heat(seen.heat, address("scoring:heat_csv"), cuts),
        "cuts": cuts,
        "worst": [
            (
                row,
                country_name(row.country),
                words.dimension(row.worst_dimension),
                words.in_short(row),
            )
            for row in seen.worst
        ],
        "due": due_soon(principal, unit, today=clock.today()),
        "today": clock.today(),
        "tasks": [task for work in seen.work if (task := _task(work)).lines],
        "add_url": address("vendors:add") if may_add else "",
        "import_url": address("vendors:import_new") if may_import else "",
    }
    return render(request, "scoring/dashboard.html", context)


def _tiles(seen: Dashboard) -> Iterator[Tile]:
    yield Tile(_("Vendors"), _count(seen.vendors), links.vendor_list())
    final = seen.rated - seen.provisional
    yield Tile(_("Final ratings"), _count(final), links.vendor_list(status="final"))
    yield Tile(
        _("Provisional"),
        _count(seen.provisional),
        links.vendor_list(status="provisional"),
        hint=_("rated, but not firm yet"),
    )
    yield Tile(
        _("Not rated"),
        _count(seen.not_rated),
        links.vendor_list(status="not_rated"),
        hint=_("too little is known"),
    )
    yield Tile(
        _("High or critical"),
        _count(seen.serious),
        links.vendor_list(band="serious"),
        icon="exclamation-octagon",
        tone="attention" if seen.serious else "",
    )
    yield Tile(
        _("Blocked"),
        _at_least(seen.blocked),
        links.vendor_list(blocked="on"),
        hint=_("by a knock-out"),
        icon="slash-circle",
        tone="attention" if seen.blocked else "",
    )
    yield Tile(
        _("Waiting for review"),
        _at_least(seen.to_review),
        links.assessment_list(status="review"),
    )
    yield Tile(
        _("Overdue"),
        _at_least(seen.overdue),
        links.assessment_list(due="overdue"),
        icon="alarm",
        tone="attention" if seen.overdue else "",
    )


def _at_least(number: int) -> str:
    """Tiles are counted up to a limit."""
    return _count(number, number >= COUNTED)


def _count(number: int, more: bool = False) -> str:
    return f"{number:,}+" if more else f"{number:,}"


def _task(work: WorkList) -> Task:
    title, url = {
        "review": (_("Waiting for your review"), links.assessment_list(status="review")),
        "overdue": (_("Overdue"), links.assessment_list(due="overdue")),
        "mine": (_("Your drafts"), links.assessment_list(status="draft", owner="me")),
        "returned": (_("Sent back to be completed"), links.assessment_list(status="returned")),
        "expiring": (_("Something expires within 30 days"), ""),
    }[work.kind]
    page = {"review": "assessments:review", "expiring": "scoring:scorecard"}.get(
        work.kind, "assessments:assessment"
    )
    lines = [(item, address(page, item.assessment_id), item.vendor) for item in work.items]
    return Task(title, _count(work.count, work.more), url, lines)


# --- the figures as files -----------------------------------------------------------------------
def _seen(request: Request) -> Dashboard:
    return read_dashboard(request.principal, working_unit(request))


@page(Permission.VIEW)
@require_safe
def bands_csv(request: Request) -> HttpResponseBase:
    """Vendors by band, final and provisional apart."""
    head = [_("Band"), _("Vendors"), _("Final"), _("Provisional")]
    rows: list[list[Any]] = [
        [band_word(tile.band), tile.vendors, tile.final, tile.provisional]
        for tile in _seen(request).bands
    ]
    return csv_file.stream("vendors-by-band.csv", head, rows)


@page(Permission.VIEW)
@require_safe
def trend_csv(request: Request) -> HttpResponseBase:
    """Vendors per band at the end of each month."""
    head = [_("Day"), *(band_word(band) for band in ALL_BANDS)]
    rows = [[point.day.isoformat(), *point.counts] for point in _seen(request).trend]
    return csv_file.stream("vendors-by-band-over-time.csv", head, rows)


@page(Permission.VIEW)
@require_safe
def heat_csv(request: Request) -> HttpResponseBase:
    """Mean points per dimension and tier, with the number of vendors behind each."""
    head = [_("Dimension"), _("Tier"), _("Vendors"), _("Mean points")]
    rows = [
        [
            words.dimension(cell.dimension),
            words.tier(cell.tier),
            cell.vendors,
            charts.decimal(cell.mean),
        ]
        for row in _seen(request).heat
        for cell in row
    ]
    return csv_file.stream("dimension-by-tier.csv", head, rows)
