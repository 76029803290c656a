"""Tables of methodologies, scores and what lists and dashboards read."""

from scoring.models.decision import Decision
from scoring.models.export import Export
from scoring.models.facts import FactSheet, IndicatorValue
from scoring.models.methodology import Methodology
from scoring.models.model import ScoringModel
from scoring.models.outstanding import Outstanding
from scoring.models.portfolio_view import PortfolioView
from scoring.models.rollup import BandCount, DayDelta, DimensionCell
from scoring.models.run import Run, RunPiece
from scoring.models.score import Band, CurrentScore, Score, ScoreStatus
from scoring.models.search import SearchText
from scoring.models.sensitivity import Sensitivity
from scoring.models.standing import Standing

__all__ = [
    "Band",
    "BandCount",
    "CurrentScore",
    "DayDelta",
    "Decision",
    "DimensionCell",
    "Export",
    "FactSheet",
    "IndicatorValue",
    "Methodology",
    "Outstanding",
    "PortfolioView",
    "Run",
    "RunPiece",
    "Score",
    "ScoreStatus",
    "ScoringModel",
    "SearchText",
    "Sensitivity",
    "Standing",
]
