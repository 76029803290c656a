"""How the portfolio has moved: band by band over two years, and whose ratings moved most."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.templatetags.ui import band_word
from audit import csv_file
from scoring import links, portfolio_charts, portfolio_words
from scoring.charts import decimal
from scoring.forms.portfolio import PERIODS, period_of
from scoring.selectors import portfolio as read
from scoring.selectors.portfolio import Portfolio
from scoring.views.portfolio import asked, show, ways_in
from vendors.country_names import country_name


@page(Permission.VIEW)
@require_safe
def movement(request: Request) -> HttpResponse:
    """The trend, and the movers of a period."""
    shown = partial(_shown, days=period_of(request.GET))
    return show(request, "scoring:movement", "scoring/dashboard/movement.html", shown)


def _shown(of: Portfolio, days: int) -> dict[str, Any]:
    moved = read.movers(of, days)
    return {
        **ways_in(of),
        "trend": portfolio_charts.trend(of, read.trend(of), read.method_changes()),
        "moved": moved,
        "movers": [
            (title, none, [(one, portfolio_words.moved(one)) for one in found])
            for title, none, found in (
                (_("Got worse"), _("No rating got worse."), moved.worse),
                (_("Got better"), _("No rating got better."), moved.better),
            )
        ],
        "periods": [
            {
                "label": label,
                "url": links.page_of("scoring:movement", of, period=str(period)) + "#movers",
                "active": period == days,
            }
            for period, label in PERIODS.items()
        ],
        "movers_csv": links.page_of("scoring:movers_csv", of, period=str(days)),
    }


@page(Permission.VIEW)
@require_safe
def movers_csv(request: Request) -> HttpResponseBase:
    """Every vendor whose rating moved: those that got worse, the most first, then the others."""
    head = [
        _("Vendor"),
        _("Vendor id"),
        _("Country"),
        _("Band before"),
        _("Points before"),
        _("Band"),
        _("Points"),
        _("Difference"),
        _("Why"),
    ]
    rows = (
        [
            one.name,
            one.vendor_id,
            country_name(one.country),
            band_word(one.band_before),
            decimal(one.points_before),
            band_word(one.band),
            decimal(one.points),
            f"{one.by / 1000:.3f}",
            portfolio_words.moved(one),
        ]
        for one in read.every_mover(asked(request), period_of(request.GET))
    )
    return csv_file.stream("movers.csv", head, rows)
