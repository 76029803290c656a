"""Mean points of the rated vendors, per dimension and tier."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.engine.methodology import DIMENSIONS, TIERS
from scoring.selectors.portfolio.counted import Counted, counted
from scoring.selectors.portfolio.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class Cell:
    """Rated vendors of a tier in one dimension; `mean` in milli-points, None without a vendor."""

    dimension: str
    tier: str
    vendors: int
    mean: int | None


def heat(of: Portfolio, sums: Counted | None = None) -> list[list[Cell]]:
    """A row for each dimension with a cell for each tier, most exposed first; one query.

    None where they are `counted` already.
    """
    found = (sums or counted(of)).cells
    return [
        [_cell(dimension, tier, *found.get((dimension, tier), (0, 0))) for tier in TIERS]
        for dimension in DIMENSIONS
    ]


def _cell(dimension: str, tier: str, vendors: int, total: int) -> Cell:
    return Cell(dimension, tier, vendors, round(total / vendors) if vendors else None)
