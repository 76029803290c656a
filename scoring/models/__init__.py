"""Tables of methodologies, scores and what lists and dashboards read."""

from scoring.models.methodology import Methodology
from scoring.models.rollup import BandCount, DayDelta, DimensionCell
from scoring.models.score import CurrentScore, Score, ScoreInputs
from scoring.models.standing import Standing

__all__ = [
    "BandCount",
    "CurrentScore",
    "DayDelta",
    "DimensionCell",
    "Methodology",
    "Score",
    "ScoreInputs",
    "Standing",
]
