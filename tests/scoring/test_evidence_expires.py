"""Evidence that expires costs its proof on the day after, by the sweep that ages scores."""

from datetime import UTC, datetime, timedelta

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Sheet
from assessments.services import proof
from assessments.sheet import EvidenceLevel, unpack
from audit import clock
from scoring.models import CurrentScore
from scoring.services import scores
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.evidence import make_evidence
from tests.factories.scoring import score


def test_the_score_changes_on_the_day_after_the_last_and_not_before(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    answer_all(assessment)
    last = clock.today() + timedelta(days=10)
    document = make_evidence(assessment.vendor, assessment.unit, expires_on=last)
    bare = score(assessment)
    bare_points = bare.points or 0
    for key in assessment.questions:
        proof.attach(assessment=assessment, question_key=key, evidence=document, by=SYSTEM)
    proved = score(assessment, "assessment.evidence_attached")
    proved_points = proved.points or 0
    assert 0 < proved_points < bare_points
    assert proved.next_change == last + timedelta(days=1)
    cells = unpack(Sheet.objects.get(assessment=assessment).cells, assessment.questions)
    at = assessment.questions.index("discloses")
    assert cells["evidence"][at] == EvidenceLevel.DOCUMENT
    assert cells["dated"][at]
    noon = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)
    with clock.at(noon):
        assert scores.due(limit=10) == []
    with clock.at(noon + timedelta(days=1)):
        assert scores.due(limit=10) == [assessment.pk]
        scores.rescore_many(assessment_ids=scores.due(limit=10), cause=scores.AGEING)
    aged = CurrentScore.objects.get(assessment=assessment)
    assert aged.cause == scores.AGEING
    assert (aged.points or 0) > proved_points
