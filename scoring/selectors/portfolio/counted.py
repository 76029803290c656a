"""Bands, heat map and blocked vendors counted in one go, where roll-ups do not know them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from scoring.engine.methodology import DIMENSIONS
from scoring.models.score import ScoreStatus
from scoring.selectors.portfolio.portfolio import Portfolio
from scoring.selectors.standings import Filters


@dataclass(frozen=True, slots=True)
class Counted:
    """The standings of a portfolio in sums.

    `bands`: (band, status) -> vendors. `cells`: (dimension, tier) -> rated vendors that have a
    value there, and the sum of their milli-points. `blocked`: vendors.
    """

    bands: Mapping[tuple[str, str], int]
    cells: Mapping[tuple[str, str], tuple[int, int]]
    blocked: int


def in_cells(of: Portfolio) -> bool:
    """Whether the roll-up of the heat map knows it: then that of the bands does, too."""
    return of.filters in (
        Filters(tier=of.filters.tier),
        Filters(tier=of.filters.tier, status="rated"),
    )


def counted(of: Portfolio) -> Counted | None:
    """The sums, in one query; None where roll-ups have all of them."""
    if in_cells(of):
        return None
    bands: Counter[tuple[str, str]] = Counter()
    vendors: Counter[tuple[str, str]] = Counter()
    totals: Counter[tuple[str, str]] = Counter()
    blocked = 0
    for row in _rows(of):
        bands[row["band"], row["status"]] += row["vendors"]
        blocked += row["stopped"]
        if row["status"] == ScoreStatus.NOT_RATED:
            continue
        for at, dimension in enumerate(DIMENSIONS):
            vendors[dimension, row["tier"]] += row[f"vendors_{at}"]
            totals[dimension, row["tier"]] += row[f"total_{at}"] or 0
    cells = {key: (count, totals[key]) for key, count in vendors.items() if count}
    return Counted(bands, cells, blocked)


def _rows(of: Portfolio) -> QuerySet[Any, Any]:
    sums = {
        name: function(f"dimensions__{at}")
        for at in range(len(DIMENSIONS))
        for name, function in ((f"vendors_{at}", Count), (f"total_{at}", Sum))
    }
    groups = of.standings().order_by().values("tier", "band", "status")
    rows: QuerySet[Any, Any] = groups.annotate(
        vendors=Count("pk"), stopped=Count("pk", filter=Q(blocked=True)), **sums
    )
    return rows
