"""How many vendors stand in each band, and how firmly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, QuerySet, Sum

from scoring.engine.methodology import BANDS
from scoring.models import Band, BandCount
from scoring.models.score import ScoreStatus
from scoring.selectors.portfolio.counted import Counted
from scoring.selectors.portfolio.portfolio import Portfolio

#: All bands, best first, then not rated.
ALL_BANDS: Final = (*BANDS, Band.NOT_RATED.value)


@dataclass(frozen=True, slots=True)
class BandTile:
    """Vendors of a band; `final` and `provisional` of those rated."""

    band: str
    vendors: int
    final: int
    provisional: int


def bands(of: Portfolio, sums: Counted | None = None) -> list[BandTile]:
    """One for each of `ALL_BANDS`; one query, none where they are `counted` already."""
    found = _sums(of) if sums is None else sums.bands
    return [
        BandTile(
            band=band,
            vendors=sum(count for (in_band, _), count in found.items() if in_band == band),
            final=found.get((band, ScoreStatus.FINAL), 0),
            provisional=found.get((band, ScoreStatus.PROVISIONAL), 0),
        )
        for band in ALL_BANDS
    ]


def _sums(of: Portfolio) -> Mapping[tuple[str, str], int]:
    rows: QuerySet[Any, Any]
    if of.filters.rolled_up:
        chosen = of.filters.conditions("band", "tier", "country", "status")
        cells = BandCount.objects.filter(**of.scope, **chosen)
        rows = cells.values_list("band", "status").annotate(sum=Sum("vendors"))
    else:
        rows = of.standings().order_by().values_list("band", "status").annotate(sum=Count("pk"))
    return {(band, status): count for band, status, count in rows}
