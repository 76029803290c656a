"""Reading scores, standings and roll-ups: only what whoever asks may see."""

from scoring.selectors.scorecard import scorecard
from scoring.selectors.scores import scores_visible_to
from scoring.selectors.standings import Filters, standings
from scoring.selectors.vendor import vendor_page

__all__ = [
    "Filters",
    "scorecard",
    "scores_visible_to",
    "standings",
    "vendor_page",
]
