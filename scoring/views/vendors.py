"""The vendor list: search, filters in the address, order, pages by key, and the same as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.templatetags.ui import band_word
from accounts.units import shows_sample, unit_of_address
from audit import clock, csv_file
from scoring import words
from scoring.forms.vendors import SIZES, VendorFilter, page_size
from scoring.links import address
from scoring.models import Standing
from scoring.selectors import methods
from scoring.selectors.samples import samples_among
from scoring.selectors.standings import DEFAULT_SORT, BadCursor, Filters, standings
from vendors.country_names import country_name

#: Rows read at once for a file.
_CHUNK: Final = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A standing with the words for it."""

    standing: Standing
    country: str
    tier: str
    weakest: str
    outstanding: str


def _row(standing: Standing) -> Row:
    return Row(
        standing=standing,
        country=country_name(standing.country),
        tier=words.tier(standing.tier),
        weakest=words.dimension(standing.worst_dimension),
        outstanding=", ".join(words.outstanding(standing)) if standing.points is not None else "",
    )


def _form(request: Request, unit: BusinessUnit | None) -> VendorFilter:
    return VendorFilter(request.GET, principal=request.principal, unit=unit)


@page(Permission.VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """The vendors of the working unit, or of all units."""
    unit = unit_of_address(request)
    form = _form(request, unit)
    filters = form.filters()
    size = page_size(request.GET.get("size"))
    try:
        found = standings(
            request.principal,
            unit,
            filters,
            sort=request.GET.get("sort", DEFAULT_SORT),
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            limit=size,
        )
    except BadCursor:
        # A link cut off in a mail, or another order: start from the first page.
        return redirect(_without_cursor(request))
    may_edit = request.principal.can(Permission.EDIT_VENDORS, unit.pk if unit else None)
    may_import = request.principal.can(Permission.IMPORT_VENDORS, unit.pk if unit else None)
    method = methods.in_force()
    context = {
        "form": form,
        "filtered": filters.any,
        "day": filters.day,
        "page": found,
        "rows": [_row(standing) for standing in found.rows],
        "samples": samples_among(found.rows) if shows_sample(request) else (),
        "default_sort": DEFAULT_SORT,
        "today": clock.today(),
        "method": str(method or ""),
        "cuts": methods.parameters(method.pk).band_cuts_milli if method else (),
        "unit": unit,
        "sizes": [(one, one == size, _with(request, size=str(one))) for one in SIZES],
        "csv_url": f"{address('scoring:vendors_csv')}?{_query(request)}",
        "add_url": address("vendors:add") if may_edit else "",
        "duplicates_url": address("vendors:duplicates") if may_edit else "",
        "import_url": address("vendors:import_new") if may_import else "",
    }
    return render(request, "scoring/vendors.html", context)


def _without_cursor(request: Request) -> str:
    return _with(request)


def _query(request: Request) -> str:
    query = request.GET.copy()
    for name in ("after", "before", "size"):
        query.pop(name, None)
    return query.urlencode()


def _with(request: Request, **changes: str) -> str:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}"


@page(Permission.VIEW)
@require_safe
def csv(request: Request) -> HttpResponseBase:
    """The filtered list as a file, all pages of it."""
    unit = unit_of_address(request)
    filters = _form(request, unit).filters()
    sort = request.GET.get("sort", DEFAULT_SORT)
    head = [
        _("Vendor"),
        _("Vendor id"),
        _("Band"),
        _("Points (0 best, 100 worst)"),
        _("From"),
        _("To"),
        _("Firmness"),
        _("Blocked"),
        _("Tier"),
        _("Country"),
        _("Category"),
        _("Weakest dimension"),
        _("Assessments"),
        _("Not rated"),
        _("Proofs outstanding"),
        _("Changed"),
    ]
    return csv_file.stream("vendors.csv", head, _lines(request, unit, filters, sort))


def _lines(
    request: Request, unit: BusinessUnit | None, filters: Filters, sort: str
) -> Iterator[list[Any]]:
    after = ""
    while True:
        found = standings(request.principal, unit, filters, sort=sort, after=after, limit=_CHUNK)
        for standing in found.rows:
            yield _cells(standing)
        if found.next is None:
            return
        after = found.next


def _cells(standing: Standing) -> list[Any]:
    return [
        standing.name,
        standing.vendor_id,
        band_word(standing.band),
        _decimal(standing.points),
        _decimal(standing.lo),
        _decimal(standing.hi),
        str(words.STATUS_WORDS[standing.status]),
        _("yes") if standing.blocked else _("no"),
        words.tier(standing.tier),
        country_name(standing.country),
        standing.category,
        words.dimension(standing.worst_dimension),
        standing.assessments,
        standing.not_rated,
        standing.missing_proofs,
        standing.changed_at.date().isoformat(),
    ]


def _decimal(milli: int | None) -> str:
    """Points with three places and a decimal point, whatever the reader's language."""
    return "" if milli is None else f"{milli // 1000}.{milli % 1000:03d}"
