"""The portfolio at a glance: what dashboard, files and reports say of it.

Every reading takes a `Portfolio` and gives plain values; none knows of requests. What roll-ups
know is read from them, the rest is summed over the standings.
"""

from scoring.selectors.portfolio.bands import ALL_BANDS, BandTile, bands
from scoring.selectors.portfolio.heat import Cell, heat
from scoring.selectors.portfolio.needs import Waiting, WorkItem, WorkList, waiting, work
from scoring.selectors.portfolio.portfolio import Portfolio
from scoring.selectors.portfolio.trend import MethodChange, TrendPoint, method_changes, trend
from scoring.selectors.portfolio.worst import worst

__all__ = [
    "ALL_BANDS",
    "BandTile",
    "Cell",
    "MethodChange",
    "Portfolio",
    "TrendPoint",
    "Waiting",
    "WorkItem",
    "WorkList",
    "bands",
    "heat",
    "method_changes",
    "trend",
    "waiting",
    "work",
    "worst",
]
