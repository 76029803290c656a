"""What a score keeps: the replaceable draft, the append-only history, the event, the digest."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments, review
from assessments.sheet import EvidenceLevel
from audit import clock
from audit.models import Event
from scoring.models import CurrentScore, Outstanding, Score
from scoring.selectors.scores import model_of
from scoring.services import scores
from tests.factories.assessments import answer_all, make_assessment, submitted
from tests.factories.scoring import catch_up, say, score, scored
from tests.factories.vendors import WORST_INTAKE
from tests.personas import Person
from vendors.services import engagements

pytestmark = pytest.mark.django_db


def changes(assessment: Assessment) -> list[Event]:
    """The score events of an assessment, in order."""
    rows = Event.objects.filter(aggregate_id=assessment.pk, type="score.changed")
    return list(rows.order_by("position"))


class TestDraft:
    def test_an_unanswered_draft_is_not_rated_and_no_news(self, unit: BusinessUnit) -> None:
        assessment = make_assessment(unit)
        found = score(assessment, "assessment.opened")
        assert (found.points, found.band, found.status) == (None, "not_rated", "not_rated")
        assert found.lo < found.hi
        assert not changes(assessment)

    def test_every_save_replaces_the_one_row_of_a_draft(self, unit: BusinessUnit) -> None:
        assessment = make_assessment(unit)
        score(assessment)
        answer_all(assessment)
        found = score(assessment)
        assert found.points is not None
        assert CurrentScore.objects.filter(assessment=assessment).count() == 1
        assert not Score.objects.exists()

    def test_a_change_of_points_is_put_on_the_record_with_what_stood_before(
        self, unit: BusinessUnit
    ) -> None:
        assessment = scored(unit)
        before = CurrentScore.objects.get(assessment=assessment)
        say(assessment, staff=100)
        after = score(assessment)
        assert before.points is not None
        assert after.points is not None
        assert after.points > before.points
        data = changes(assessment)[-1].data
        assert data["points"] == after.points
        assert data["previous_points"] == before.points
        assert data["score_id"] is None
        assert data["vendor_id"] == str(assessment.vendor_id)
        assert data["cause"] == "assessment.answers_saved"

    def test_several_saves_need_one_computation(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        say(assessment, staff=50)
        say(assessment, staff=80)
        assert scores.rescore_many(assessment_ids=[assessment.pk], cause="a save")
        assert not scores.rescore_many(assessment_ids=[assessment.pk], cause="the other save")

    def test_an_answer_that_carries_no_risk_moves_only_the_version(
        self, unit: BusinessUnit
    ) -> None:
        assessment = scored(unit)
        before = CurrentScore.objects.get(assessment=assessment)
        said = len(changes(assessment))
        Assessment.objects.filter(pk=assessment.pk).update(inputs_version=99)
        after = score(assessment)
        assert after.inputs_version == 99
        assert after.digest == before.digest
        assert after.computed_at == before.computed_at
        assert len(changes(assessment)) == said

    def test_a_score_that_is_up_to_date_is_not_computed_again_unless_asked(
        self, unit: BusinessUnit
    ) -> None:
        assessment = scored(unit)
        ids = [assessment.pk]
        assert not scores.rescore_many(assessment_ids=ids, cause="again")
        assert scores.rescore_many(assessment_ids=ids, cause="again", force=True) == set(ids)

    def test_an_assessment_that_does_not_exist_is_nothing_to_worry_about(
        self, unit: BusinessUnit
    ) -> None:
        assert scores.rescore(assessment_id=unit.pk, cause="a mistake") is None


class TestHistory:
    def test_handing_in_starts_the_history(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        assessments.submit(assessment=assessment, by=SYSTEM)
        current = score(assessment, "assessment.submitted")
        stored = Score.objects.get(assessment=assessment)
        assert current.score == stored
        assert (stored.points, stored.band) == (current.points, current.band)
        assert (current.figures, current.inputs) == (None, None)
        assert stored.packed_inputs == current.packed_inputs
        assert changes(assessment)[-1].data["score_id"] == str(stored.pk)

    def test_signing_off_makes_a_new_score_that_is_final(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = submitted(unit)
        score(assessment)
        assessments.take(assessment=assessment, by=legal.principal)
        score(assessment)
        assert Score.objects.filter(assessment=assessment).count() == 1
        assessments.sign_off(assessment=assessment, by=legal.principal)
        found = score(assessment, "assessment.signed_off")
        assert found.status == "final"
        first, second = Score.objects.filter(assessment=assessment).order_by("pk")
        assert bytes(first.digest) != bytes(second.digest)
        assert first.points == second.points
        assert [first.status, second.status] == ["provisional", "final"]

    def test_there_and_back_again_gives_a_third_row_with_the_first_digest(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = submitted(unit)
        score(assessment)
        assessments.take(assessment=assessment, by=legal.principal)
        for level in (EvidenceLevel.INDEPENDENT, EvidenceLevel.SELF_DECLARED):
            review.review_answer(
                assessment=assessment,
                question_key="discloses",
                verdict="accepted",
                evidence=level,
                by=legal.principal,
            )
            score(assessment, "assessment.reviewed")
        a, b, again = Score.objects.filter(assessment=assessment).order_by("pk")
        assert bytes(a.digest) == bytes(again.digest) != bytes(b.digest)
        assert a.points == again.points
        assert bytes(a.inputs) == bytes(again.inputs) != bytes(b.inputs)

    def test_a_score_that_stands_cannot_be_changed_or_removed(self, unit: BusinessUnit) -> None:
        assessment = submitted(unit)
        score(assessment)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Score.objects.update(points=0)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Score.objects.all()._raw_delete("default")

    def test_a_cancelled_assessment_keeps_its_last_score(self, unit: BusinessUnit) -> None:
        assessment = submitted(unit)
        before = score(assessment)
        assessments.cancel(assessment=assessment, reason="Ordered elsewhere", by=SYSTEM)
        after = score(assessment, "assessment.cancelled")
        assert after.points == before.points
        assert after.inputs_version > before.inputs_version
        assert Score.objects.filter(assessment=assessment).count() == 1


class TestAgeing:
    def test_only_what_is_due_is_scored_again_and_a_row_needs_a_change_of_points(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        start = datetime(2026, 3, 10, 9, tzinfo=UTC)
        with clock.at(start):
            assessment = submitted(unit)
            assessments.take(assessment=assessment, by=legal.principal)
            review.review_answer(
                assessment=assessment,
                question_key="discloses",
                verdict="accepted",
                evidence=EvidenceLevel.DOCUMENT,
                evidence_until=date(2026, 5, 20),
                by=legal.principal,
            )
            first = score(assessment)
            assert first.next_change is not None
            assert not scores.due(limit=10)
        with clock.at(datetime(2026, 5, 21, 1, tzinfo=UTC)):
            assert first.next_change == date(2026, 5, 21)
            assert scores.due(limit=10) == [assessment.pk]
            scores.rescore_many(assessment_ids=[assessment.pk], cause=scores.AGEING)
            second = CurrentScore.objects.get(assessment=assessment)
            assert second.points is not None
            assert first.points is not None
            assert second.points > first.points
            assert second.cause == scores.AGEING
            assert not scores.due(limit=10)
        assert Score.objects.filter(assessment=assessment).count() == 2

    def test_a_day_on_which_nothing_changes_leaves_the_digest_alone(
        self, unit: BusinessUnit
    ) -> None:
        assessment = submitted(unit)
        first = score(assessment)
        with clock.at(clock.now() + timedelta(days=3)):
            scores.rescore_many(assessment_ids=[assessment.pk], cause=scores.AGEING, force=True)
        second = CurrentScore.objects.get(assessment=assessment)
        assert second.digest == first.digest
        assert second.as_of > first.as_of


class TestNothingIsForgotten:
    def test_a_change_is_outstanding_until_it_is_scored(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        assert not Outstanding.objects.exists()
        say(assessment, staff=70)
        assert Outstanding.objects.get().subject_id == assessment.pk
        score(assessment)
        assert not Outstanding.objects.exists()

    def test_a_save_that_is_rolled_back_leaves_nothing_to_do(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        with transaction.atomic():
            say(assessment, staff=70)
            transaction.set_rollback(True)
        assert not Outstanding.objects.exists()

    def test_the_sweep_scores_what_no_task_came_for(self, unit: BusinessUnit) -> None:
        assessment = make_assessment(unit)
        answer_all(assessment)
        assert catch_up()
        found = CurrentScore.objects.get(assessment=assessment)
        assert found.points is not None
        assert found.cause == "sweep"
        assert not Outstanding.objects.exists()
        assert not catch_up()

    def test_one_that_cannot_be_scored_does_not_hold_up_the_others(
        self, unit: BusinessUnit
    ) -> None:
        broken, sound = make_assessment(unit), make_assessment(unit, engagement=None)
        broken.sheet.cells = b"not a sheet"
        broken.sheet.save()
        catch_up()
        assert CurrentScore.objects.filter(assessment=sound).exists()
        assert not CurrentScore.objects.filter(assessment=broken).exists()
        left = Outstanding.objects.get()
        assert left.subject_id == broken.pk
        assert left.attempts == 1

    def test_a_changed_intake_moves_the_score_of_its_assessments(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        before = CurrentScore.objects.get(assessment=assessment)
        engagement = assessment.engagement
        engagement.refresh_from_db()
        engagements.change(
            engagement=engagement,
            version=engagement.version,
            values={"intake": WORST_INTAKE},
            by=SYSTEM,
        )
        catch_up()
        after = CurrentScore.objects.get(assessment=assessment)
        assert after.inherent > before.inherent
        assert (after.points or 0) > (before.points or 0)


def test_contributions_kept_with_a_score_are_its_largest(unit: BusinessUnit) -> None:
    found = score(scored(unit, worst=True))
    kept = [points for _item, _gate, points, _answer in found.said.contributions]
    assert kept == sorted(kept, reverse=True)
    assert found.said.base > 0
    assert found.said.uplift > 0
    assert found.blocked
    plan = model_of(found).plan
    (at,) = found.said.triggered
    assert plan.item_keys[plan.knock_outs[at]] == "assigns"
