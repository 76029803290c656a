"""The vendors with the most points."""

from typing import Final

from scoring.models import Standing
from scoring.selectors.portfolio.portfolio import Portfolio

MOST: Final = 10


def worst(of: Portfolio, most: int = MOST) -> list[Standing]:
    """Those with the most points on the day, the worst first."""
    rows = of.standings().filter(sort_points__gte=0)
    return list(rows.order_by("-sort_points", "vendor_id")[:most])
