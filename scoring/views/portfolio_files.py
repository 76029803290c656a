"""The figures of the dashboard as files, with the filters of the page they come from."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.templatetags.ui import band_word
from audit import csv_file
from scoring import words
from scoring.charts import decimal
from scoring.portfolio_charts import changed_in
from scoring.selectors import portfolio as read
from scoring.views.portfolio import asked


@page(Permission.VIEW)
@require_safe
def bands_csv(request: Request) -> HttpResponseBase:
    """Vendors by band, final and provisional apart."""
    head = [_("Band"), _("Vendors"), _("Final"), _("Provisional")]
    rows: list[list[Any]] = [
        [band_word(tile.band), tile.vendors, tile.final, tile.provisional]
        for tile in read.bands(asked(request))
    ]
    return csv_file.stream("vendors-by-band.csv", head, rows)


@page(Permission.VIEW)
@require_safe
def trend_csv(request: Request) -> HttpResponseBase:
    """Vendors per band at the end of each month, and the new versions of the method."""
    of = asked(request)
    points = read.trend(of)
    head = [_("Day"), *(band_word(band) for band in read.ALL_BANDS), _("New version of method")]
    rows = [
        [point.day.isoformat(), *point.counts, ", ".join(titles)]
        for point, titles in zip(points, changed_in(points, read.method_changes()), strict=True)
    ]
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
            decimal(cell.mean),
        ]
        for row in read.heat(asked(request))
        for cell in row
    ]
    return csv_file.stream("dimension-by-tier.csv", head, rows)
