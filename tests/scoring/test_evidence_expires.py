"""Evidence that expires costs its proof on the day after, by the sweep that ages scores."""

from datetime import UTC, datetime, timedelta

from accounts.models import BusinessUnit, Notification
from accounts.principal import SYSTEM
from assessments.models import Sheet
from assessments.services import assessments, proof, rules
from assessments.sheet import EvidenceLevel, unpack
from audit import clock
from scoring.models import CurrentScore
from scoring.services import scores
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.evidence import make_evidence
from tests.factories.scoring import score
from tests.personas import Person
from vendors.finding_kinds import MISSING_EVIDENCE
from vendors.models import Finding, VendorUnit
from vendors.services import reminders


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


def test_evidence_that_runs_out_is_told_before_and_after_rescored_and_found_missing(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment = make_assessment(unit)
    answer_all(assessment)
    VendorUnit.objects.filter(vendor=assessment.vendor).update(owner=procurement.user)
    last = clock.today() + timedelta(days=60)
    document = make_evidence(assessment.vendor, unit, title="The deed", expires_on=last)
    proof.attach(assessment=assessment, question_key="assigns", evidence=document, by=SYSTEM)
    assessments.submit(assessment=assessment, by=SYSTEM)
    proved = score(assessment)
    rules.check(engagement_id=assessment.engagement_id)
    missing = Finding.objects.filter(kind=MISSING_EVIDENCE, cause__endswith=":assigns")

    def told() -> list[str]:
        rows = Notification.objects.filter(user=procurement.user, text__contains="The deed")
        return list(rows.order_by("created_at").values_list("kind", flat=True))

    for days, kinds in ((20, []), (35, ["date_due"]), (60, ["date_due"])):
        with clock.at(clock.now() + timedelta(days=days)):
            reminders.send()
            rules.sweep()
        assert told() == kinds, days
    assert not missing.exists()
    with clock.at(clock.now() + timedelta(days=62)):
        reminders.send()
        rules.sweep()
        scores.rescore_many(assessment_ids=scores.due(limit=10), cause=scores.AGEING)
    assert told() == ["date_due", "date_passed"]
    assert (CurrentScore.objects.get(assessment=assessment).points or 0) > (proved.points or 0)
    assert missing.get().owner == procurement.user
