"""The portfolio at a glance: what dashboard, files and reports say of it.

Every reading takes a `Portfolio` and gives plain values; none knows of requests. What roll-ups
know is read from them, the rest is summed over the standings.
"""

from scoring.selectors.portfolio.bands import ALL_BANDS, BandTile, bands
from scoring.selectors.portfolio.concentration import (
    Share,
    by_category,
    by_country,
    by_subcontractor,
)
from scoring.selectors.portfolio.counted import Counted, counted
from scoring.selectors.portfolio.findings import OpenFindings, open_findings
from scoring.selectors.portfolio.heat import Cell, heat
from scoring.selectors.portfolio.horizon import Horizon, Month, horizon
from scoring.selectors.portfolio.movers import Movement, Mover, every_mover, movers
from scoring.selectors.portfolio.needs import Waiting, WorkItem, WorkList, needs, waiting, work
from scoring.selectors.portfolio.portfolio import Portfolio
from scoring.selectors.portfolio.trend import MethodChange, TrendPoint, method_changes, trend
from scoring.selectors.portfolio.worst import worst

__all__ = [
    "ALL_BANDS",
    "BandTile",
    "Cell",
    "Counted",
    "Horizon",
    "MethodChange",
    "Month",
    "Movement",
    "Mover",
    "OpenFindings",
    "Portfolio",
    "Share",
    "TrendPoint",
    "Waiting",
    "WorkItem",
    "WorkList",
    "bands",
    "by_category",
    "by_country",
    "by_subcontractor",
    "counted",
    "every_mover",
    "heat",
    "horizon",
    "method_changes",
    "movers",
    "needs",
    "open_findings",
    "trend",
    "waiting",
    "work",
    "worst",
]
