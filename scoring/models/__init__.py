"""Tables of methodologies, scores and what lists and dashboards read."""

from scoring.models.methodology import Methodology
from scoring.models.outstanding import Outstanding
from scoring.models.rollup import BandCount, DayDelta, DimensionCell
from scoring.models.score import Band, CurrentScore, Score, ScoreInputs, ScoreStatus
from scoring.models.standing import Standing

__all__ = [
    "Band",
    "BandCount",
    "CurrentScore",
    "DayDelta",
    "DimensionCell",
    "Methodology",
    "Outstanding",
    "Score",
    "ScoreInputs",
    "ScoreStatus",
    "Standing",
]
