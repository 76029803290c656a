"""Mean points of the rated vendors, per dimension and tier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from scoring.engine.methodology import DIMENSIONS, TIERS
from scoring.models import DimensionCell
from scoring.models.score import ScoreStatus
from scoring.selectors.portfolio.portfolio import Portfolio
from scoring.selectors.standings import Filters


@dataclass(frozen=True, slots=True)
class Cell:
    """Rated vendors of a tier in one dimension; `mean` in milli-points, None without a vendor."""

    dimension: str
    tier: str
    vendors: int
    mean: int | None


def heat(of: Portfolio) -> list[list[Cell]]:
    """A row for each dimension with a cell for each tier, most exposed first; one query."""
    found = {(dimension, tier): (vendors, total) for dimension, tier, vendors, total in _sums(of)}
    return [
        [_cell(dimension, tier, *found.get((dimension, tier), (0, 0))) for tier in TIERS]
        for dimension in DIMENSIONS
    ]


def _cell(dimension: str, tier: str, vendors: int, total: int) -> Cell:
    return Cell(dimension, tier, vendors, round(total / vendors) if vendors else None)


def _sums(of: Portfolio) -> Iterator[tuple[str, str, int, int]]:
    """(dimension, tier, vendors, sum of their milli-points) of the cells with a vendor."""
    if of.filters in (Filters(tier=of.filters.tier), Filters(tier=of.filters.tier, status="rated")):
        cells = DimensionCell.objects.filter(**of.scope, vendors__gt=0)
        if of.filters.tier:
            cells = cells.filter(tier=of.filters.tier)
        yield from cells.values_list("dimension", "tier", "vendors", "total")
        return
    rated = of.standings().exclude(status=ScoreStatus.NOT_RATED).order_by()
    sums = {
        name: function(f"dimensions__{at}")
        for at in range(len(DIMENSIONS))
        for name, function in ((f"vendors_{at}", Count), (f"total_{at}", Sum))
    }
    by_tier: QuerySet[Any, Any] = rated.values("tier").annotate(**sums)
    for row in by_tier:
        for at, dimension in enumerate(DIMENSIONS):
            if row[f"vendors_{at}"]:
                yield dimension, row["tier"], row[f"vendors_{at}"], row[f"total_{at}"]
