"""Bands, heat map and, where no roll-up knows these, blocked vendors, counted in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value

from scoring.engine.methodology import DIMENSIONS
from scoring.models import BandCount, DimensionCell
from scoring.models.score import ScoreStatus
from scoring.selectors.portfolio.portfolio import Portfolio
from scoring.selectors.standings import Filters


@dataclass(frozen=True, slots=True)
class Counted:
    """The standings of a portfolio in sums.

    `bands`: (band, status) -> vendors. `cells`: (dimension, tier) -> rated vendors that have a
    value there, and the sum of their milli-points. `blocked`: vendors; None where that was not
    counted along.
    """

    bands: Mapping[tuple[str, str], int]
    cells: Mapping[tuple[str, str], tuple[int, int]]
    blocked: int | None


def counted(of: Portfolio) -> Counted:
    """The sums, in one query: from the roll-ups where these have them, else from the standings."""
    if of.filters in (Filters(tier=of.filters.tier), Filters(tier=of.filters.tier, status="rated")):
        return _rolled_up(of)
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


def _rolled_up(of: Portfolio) -> Counted:
    chosen = of.filters.conditions("tier", "status")
    bands = BandCount.objects.filter(**of.scope, **chosen).values("band", "status")
    cells = DimensionCell.objects.filter(**of.scope, **of.filters.conditions("tier"))
    found = (
        bands.annotate(kind=Value("bands"), vendors_in=Sum("vendors"), points=Value(0))
        .values_list("kind", "band", "status", "vendors_in", "points")
        .union(
            cells.filter(vendors__gt=0)
            .annotate(kind=Value("cells"))
            .values_list("kind", "dimension", "tier", "vendors", "total"),
            all=True,
        )
    )
    rows = list(found)
    return Counted(
        {(one, two): count for kind, one, two, count, _points in rows if kind == "bands"},
        {(one, two): (count, sum_) for kind, one, two, count, sum_ in rows if kind == "cells"},
        None,
    )


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
