"""The charts of the dashboard, as `scoring.charts` describes charts: one reading, its figures.

The table beside a chart is what its file holds, too, so both come from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from accounts.templatetags.ui import NONE, band_word
from scoring import links, words
from scoring.charts import Chart, band_of, css_of
from scoring.models import Band
from scoring.selectors.portfolio import (
    ALL_BANDS,
    BandTile,
    Cell,
    MethodChange,
    Portfolio,
    TrendPoint,
)

_SERIOUS: Final = frozenset({Band.HIGH.value, Band.CRITICAL.value})


def bands(of: Portfolio, tiles: Sequence[BandTile]) -> Chart:
    """How many vendors stand in each band; not rated apart, provisional ones counted beside."""
    hrefs = [links.vendor_list(of, band=tile.band) for tile in tiles]
    return {
        "id": "bands",
        "kind": "bars",
        "title": _("Vendors by band"),
        "summary": _bands_summary(tiles),
        "data": {
            "labels": [band_word(tile.band) for tile in tiles],
            "values": [tile.vendors for tile in tiles],
            "bands": [css_of(tile.band) for tile in tiles],
            "hrefs": hrefs,
            # What of each bar is drawn apart, and what that is called.
            "parts": [tile.provisional for tile in tiles],
            "part": _("provisional"),
        },
        "head": [_("Band"), _("Vendors"), _("Final"), _("Provisional")],
        "rows": [
            ({"label": band_word(tile.band), "url": href}, tile.vendors, *_firmness(tile))
            for tile, href in zip(tiles, hrefs, strict=True)
        ],
        "csv_url": links.page_of("scoring:bands_csv", of),
    }


def _bands_summary(tiles: Sequence[BandTile]) -> str:
    vendors = sum(tile.vendors for tile in tiles)
    serious = sum(tile.vendors for tile in tiles if tile.band in _SERIOUS)
    provisional = sum(tile.provisional for tile in tiles)
    said = ngettext(
        "%(serious)s of %(vendors)s vendor stands at High or Critical.",
        "%(serious)s of %(vendors)s vendors stand at High or Critical.",
        vendors,
    ) % {"serious": serious, "vendors": vendors}
    if not provisional:
        return said
    hatched = ngettext(
        "%(count)s rating is provisional: hatched.",
        "%(count)s ratings are provisional: hatched.",
        provisional,
    ) % {"count": provisional}
    return f"{said} {hatched}"


def _firmness(tile: BandTile) -> tuple[int | str, int | str]:
    return (NONE, NONE) if tile.band == Band.NOT_RATED else (tile.final, tile.provisional)


#: The lines of the trend, coloured as the first of their bands: more could not be told apart.
_LINES: Final = (
    (lazy("High or critical"), (Band.HIGH, Band.CRITICAL)),
    (lazy("Elevated"), (Band.ELEVATED,)),
    (lazy("Low or moderate"), (Band.LOW, Band.MODERATE)),
    (lazy("Not rated"), (Band.NOT_RATED,)),
)


def trend(of: Portfolio, points: Sequence[TrendPoint], changes: Sequence[MethodChange]) -> Chart:
    """Vendors per group of bands at the end of each month; the last point is the day looked at."""
    names = [date_format(point.day, "M Y") for point in points]
    counts = [
        [sum(point.counts[ALL_BANDS.index(band)] for band in bands) for point in points]
        for _name, bands in _LINES
    ]
    changed = changed_in(points, changes)
    return {
        "id": "trend",
        "kind": "trend",
        "title": _("Vendors by band over time"),
        "summary": _trend_summary(points, counts[0], changed, narrowed=of.narrowed),
        "data": {
            "x": names,
            "series": [
                {"name": str(name), "values": values, "band": css_of(bands[0])}
                for (name, bands), values in zip(_LINES, counts, strict=True)
            ],
            "marks": [
                {"x": name, "label": title}
                for name, titles in zip(names, changed, strict=True)
                for title in titles
            ],
        },
        "head": [_("End of"), *(str(name) for name, _bands in _LINES), _("New version of method")],
        "worded": (len(_LINES) + 1,),
        "rows": [
            (name, *values, ", ".join(titles))
            for name, *values, titles in zip(names, *counts, changed, strict=True)
        ],
        "csv_url": links.page_of("scoring:trend_csv", of),
        "nothing": not any(any(point.counts) for point in points),
    }


def changed_in(points: Sequence[TrendPoint], changes: Sequence[MethodChange]) -> list[list[str]]:
    """For each month the versions of the method that came into force in it.

    The very first one is left out: it changed nothing.
    """
    found: list[list[str]] = [[] for _point in points]
    for change in changes[1:]:
        at = next((at for at, point in enumerate(points) if change.day <= point.day), None)
        if at is not None and change.day > points[0].day:
            found[at].append(change.title)
    return found


def _trend_summary(
    points: Sequence[TrendPoint],
    serious: Sequence[int],
    changed: Sequence[Sequence[str]],
    *,
    narrowed: bool,
) -> str:
    named = {
        "before": serious[0],
        "month": date_format(points[0].day, "F Y"),
        "after": serious[-1],
        "day": date_format(points[-1].day, "DATE_FORMAT"),
    }
    if not any(any(point.counts) for point in points):
        return _("No vendor was among these.") if narrowed else _("There is no vendor yet.")
    if any(points[0].counts):
        said = _("High or critical: %(before)s in %(month)s, %(after)s on %(day)s.") % named
    elif narrowed:
        said = (
            _("High or critical: %(after)s on %(day)s; in %(month)s no vendor was among these yet.")
            % named
        )
    else:
        said = (
            _("High or critical: %(after)s on %(day)s; in %(month)s there was no vendor yet.")
            % named
        )
    times = sum(map(len, changed))
    if not times:
        return said
    marked = ngettext(
        "A dashed mark: a new version of the method came into force; ratings may move with it "
        "although no vendor did.",
        "%(count)s dashed marks: new versions of the method came into force; ratings may move with "
        "them although no vendor did.",
        times,
    ) % {"count": times}
    return f"{said} {marked}"


def heat(of: Portfolio, rows: Sequence[Sequence[Cell]], cuts: Sequence[int]) -> Chart:
    """Mean points of the rated vendors per dimension and tier, for `_components/heat_map.html`.

    `cuts`: the band cuts of the method in force, in milli-points.
    """
    status = of.filters.status or "rated"
    return {
        "title": _("Dimension by tier"),
        "summary": _(
            "Mean points of the rated vendors; 0 is best. A summary to look at, not a rating."
        ),
        "corner": _("Dimension"),
        "columns": [word for _key, word in words.tiers()],
        "rows": [
            {
                "label": words.dimension(row[0].dimension),
                "url": links.vendor_list(of, weakest=row[0].dimension),
                "cells": [
                    {
                        "value": cell.mean,
                        "band": band_of(cell.mean, cuts),
                        "url": links.vendor_list(
                            of, tier=cell.tier, status=status, rated_in=cell.dimension
                        ),
                        "note": ngettext("%(count)s vendor", "%(count)s vendors", cell.vendors)
                        % {"count": cell.vendors}
                        if cell.vendors
                        else "",
                    }
                    for cell in row
                ],
            }
            for row in rows
        ],
        "csv_url": links.page_of("scoring:heat_csv", of),
    }
