"""What the rating of a vendor is made of, on its own page: down to answer and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from accounts.principal import Principal
from assessments.models import Assessment
from assessments.selectors.proof import open_evidence_of
from scoring import charts
from scoring.links import address
from scoring.models import CurrentScore
from scoring.selectors.scorecard import Scorecard, taken_apart
from scoring.statement import Branch, Leaf, leaf, question_url, tree

#: Questions shown openly with their answer and evidence; the others are in the tree below.
LARGEST: Final = 5


@dataclass(frozen=True, slots=True)
class Apart:
    """The score that makes the rating: its largest questions, its waterfall, all its parts."""

    card: Scorecard
    largest: Sequence[Leaf]
    waterfall: Any
    tree: Sequence[Branch]
    card_url: str


def apart(score: CurrentScore, assessment: Assessment, principal: Principal) -> Apart | None:
    """None where this release cannot take the score of the assessment apart."""
    card = taken_apart(score, assessment)
    if not card.complete:
        return None
    documents = open_evidence_of(assessment, principal)
    question = question_url(assessment, card)
    return Apart(
        card=card,
        largest=[leaf(part, question, documents) for part in card.parts[:LARGEST] if part.points],
        waterfall=charts.waterfall(card, address("scoring:score_csv", assessment.pk)),
        tree=tree(card, question, documents),
        card_url=address("scoring:scorecard", assessment.pk),
    )
