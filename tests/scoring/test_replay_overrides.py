"""Scores of answers that a reviewer overrode are computed again to the milli-point."""

import pytest

from accounts.models import BusinessUnit
from assessments.services import assessments, overrides
from scoring.models import Score
from tests.factories.scoring import score
from tests.personas import Person
from tests.scoring.test_replay import findings, replay, stands

pytestmark = pytest.mark.django_db


def test_an_overridden_answer_counts_and_every_score_still_agrees(
    unit: BusinessUnit, legal: Person
) -> None:
    first = stands(unit)
    assessment = first.assessment
    assessments.take(assessment=assessment, by=legal.principal)
    overrides.override_answer(
        assessment=assessment,
        question_key="assigns",
        value="no",
        reason="Clause 9 is void.",
        by=legal.principal,
    )
    score(assessment, "assessment.answer_overridden")
    worse = Score.objects.filter(assessment=assessment).latest("pk")
    assert (worse.points or 0) > (first.points or 0)
    assert findings() == []
    overrides.undo_override(assessment=assessment, question_key="assigns", by=legal.principal)
    score(assessment, "assessment.override_undone")
    back = Score.objects.filter(assessment=assessment).latest("pk")
    assert back.points == first.points
    assert findings() == []
    assert replay("--sample", "1000")[0] == 0
