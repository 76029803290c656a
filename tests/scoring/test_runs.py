"""A run over the portfolio leaves what scoring one by one would have left, and no more."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments, review
from assessments.sheet import EvidenceLevel
from audit import clock
from audit.models import Event
from scoring.models import CurrentScore, Methodology, Outstanding, Run, Score, Standing
from scoring.services import methodologies, runs, scores
from tests.factories.assessments import (
    answer_all,
    make_assessment,
    small_questionnaire,
    submitted,
)
from tests.factories.methods import in_force
from tests.factories.runs import another_method, begin, finish, pieces, portfolio, said, whole
from tests.factories.scoring import catch_up, recount, rolled_up, say, score, scored
from tests.factories.vendors import MILD_INTAKE, WORST_INTAKE, make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Vendor
from vendors.services import engagements

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
LATE_MAY = datetime(2026, 5, 21, 1, tzinfo=UTC)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two assessments to a block, four to a piece."""
    monkeypatch.setattr(runs, "BLOCK", 2)
    monkeypatch.setattr(runs, "PIECE", 4)


def expiring(unit: BusinessUnit, legal: Person, *, draft: bool = False) -> Assessment:
    """Proof of one answer expires on 20 May 2026."""
    with clock.at(MARCH):
        assessment = scored(unit) if draft else submitted(unit)
        if draft:
            return assessment
        assessments.take(assessment=assessment, by=legal.principal)
        review.review_answer(
            assessment=assessment,
            question_key="discloses",
            verdict="accepted",
            evidence=EvidenceLevel.DOCUMENT,
            evidence_until=date(2026, 5, 20),
            by=legal.principal,
        )
        score(assessment)
    return assessment


class TestAsOneByOne:
    def test_a_run_leaves_what_scoring_one_by_one_would_leave(self, unit: BusinessUnit) -> None:
        made = portfolio(unit)
        before = said()
        found = whole(another_method())
        by_run = said()
        assert found.status == Run.Status.DONE
        assert found.total == len(made)
        assert by_run != before
        assert rolled_up() == recount()
        for one in made:
            scores.rescore_many(assessment_ids=[one.pk], cause="again", force=True)
        assert said() == by_run
        assert rolled_up() == recount()

    def test_blocks_and_pieces_make_no_difference(
        self, unit: BusinessUnit, small_blocks: None
    ) -> None:
        made = portfolio(unit)
        found = begin(another_method())
        assert len(pieces(found)) > 1
        assert finish(found).status == Run.Status.DONE
        assert sum(piece.done for piece in pieces(found)) == found.total == len(made)
        by_run = said()
        for one in made:
            scores.rescore_many(assessment_ids=[one.pk], cause="again", force=True)
        assert said() == by_run
        assert rolled_up() == recount()

    def test_drafts_get_no_history(self, unit: BusinessUnit) -> None:
        draft, handed_in = scored(unit), submitted(unit)
        score(handed_in)
        whole(another_method())
        assert not Score.objects.filter(assessment=draft).exists()
        assert Score.objects.filter(assessment=handed_in).count() == 2
        current = CurrentScore.objects.get(pk=draft.pk)
        assert current.cause == "methodology.published"
        assert current.figures is not None

    def test_closed_assessments_are_left_alone(self, unit: BusinessUnit) -> None:
        over = submitted(unit)
        score(over)
        assessments.cancel(assessment=over, reason="Ordered elsewhere", by=SYSTEM)
        catch_up()
        before = CurrentScore.objects.get(pk=over.pk)
        found = whole(another_method(), Run.Kind.BY_HAND)
        after = CurrentScore.objects.get(pk=over.pk)
        assert found.total == 0
        assert (after.model_id, after.computed_at) == (before.model_id, before.computed_at)

    def test_an_engagement_without_packed_intake_is_scored_from_its_answers(
        self, unit: BusinessUnit
    ) -> None:
        one = scored(unit)
        Engagement.objects.update(intake_packed=None)
        method = another_method()
        whole(method)
        by_run = said()
        assert CurrentScore.objects.get(pk=one.pk).model.methodology_id == method.pk
        scores.rescore_many(assessment_ids=[one.pk], cause="again", force=True)
        assert said() == by_run

    def test_a_vendor_without_a_rating_gets_one(self, unit: BusinessUnit) -> None:
        one, other = scored(unit), scored(unit)
        catch_up()
        with_rating = said()
        Standing.objects.filter(vendor=one.vendor_id).delete()
        whole(in_force(), Run.Kind.BY_HAND)
        assert said()[1] == with_rating[1]
        assert Standing.objects.filter(vendor=other.vendor_id).count() == 2

    def test_a_rating_counts_all_of_a_vendor_when_only_others_have_changed(
        self, unit: BusinessUnit
    ) -> None:
        questionnaire = small_questionnaire()

        def assessed(vendor: Vendor, intake: dict[str, Any]) -> Assessment:
            engagement = make_engagement(vendor, unit, intake=intake)
            one = make_assessment(unit, engagement=engagement, questionnaire=questionnaire)
            answer_all(one)
            return one

        both, *others = (make_vendor(unit) for _ in range(4))
        assessed(both, MILD_INTAKE)
        say(assessed(both, WORST_INTAKE), discloses="never", measures=["nothing"])
        assessed(others[0], MILD_INTAKE)
        changed = [assessed(vendor, WORST_INTAKE) for vendor in others[1:]]
        catch_up()
        # As many vendors change among those of one tier as there are in the other tier.
        for one in changed:
            say(one, staff=90)
        whole(in_force())
        by_run = said()
        catch_up()
        ids = list(Assessment.objects.values_list("pk", flat=True))
        scores.rescore_many(assessment_ids=ids, cause="again", force=True)
        assert said() == by_run


class TestUnchanged:
    def test_what_has_not_changed_is_passed_over_and_leaves_no_trace(
        self, unit: BusinessUnit
    ) -> None:
        portfolio(unit)
        method = another_method()
        whole(method)
        rows, events = Score.objects.count(), Event.objects.count()
        computed = list(CurrentScore.objects.order_by("pk").values_list("computed_at", flat=True))
        again = whole(method)
        assert Score.objects.count() == rows
        assert (
            list(CurrentScore.objects.order_by("pk").values_list("computed_at", flat=True))
            == computed
        )
        told = Event.objects.order_by("position")[events:].values_list("type", flat=True)
        assert list(told) == ["run.started", "run.completed"]
        assert sum(piece.changed for piece in pieces(again)) == 0

    def test_a_new_version_of_the_same_inputs_moves_only_the_version(
        self, unit: BusinessUnit
    ) -> None:
        one = submitted(unit)
        before = score(one)
        Assessment.objects.filter(pk=one.pk).update(inputs_version=99)
        whole(in_force())
        after = CurrentScore.objects.get(pk=one.pk)
        assert after.inputs_version == 99
        assert (after.digest, after.computed_at) == (before.digest, before.computed_at)
        assert Score.objects.count() == 1
        assert not Outstanding.objects.filter(subject_id=one.pk).exists()

    def test_proof_with_another_date_ages_on_that_date(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        with clock.at(MARCH):
            one = expiring(unit, legal)
            # Longer proof: today's inputs are the same, the day of the next change is not.
            review.review_answer(
                assessment=one,
                question_key="discloses",
                verdict="accepted",
                evidence=EvidenceLevel.DOCUMENT,
                evidence_until=date(2026, 7, 20),
                by=legal.principal,
            )
            whole(in_force())
            found = CurrentScore.objects.get(pk=one.pk)
            by_run = found.next_change
            scores.rescore_many(assessment_ids=[one.pk], cause="again", force=True)
            assert CurrentScore.objects.get(pk=one.pk).next_change == by_run
            assert by_run != date(2026, 5, 21)

    def test_by_hand_puts_right_what_somebody_changed(self, unit: BusinessUnit) -> None:
        portfolio(unit)
        before = said()
        CurrentScore.objects.update(lo=1)
        Standing.objects.filter(valid_to__isnull=True).update(hi=2)
        sums = runs.by_hand()
        assert said() == before
        assert sums.run.status == Run.Status.DONE


class TestAgeing:
    def test_many_that_are_due_start_a_run_and_carry_its_cause(
        self, unit: BusinessUnit, legal: Person, small_blocks: None
    ) -> None:
        made = [expiring(unit, legal) for _ in range(3)]
        fresh = scored(unit)
        catch_up()
        with clock.at(LATE_MAY):
            assert runs.age()
            run = Run.objects.get(kind=Run.Kind.AGEING)
            assert runs.age()
            assert Run.objects.count() == 1
            runs.cut(run.pk)
            finish(run)
            assert run.status == Run.Status.DONE
            assert not scores.due(limit=10)
        causes = CurrentScore.objects.in_bulk([one.pk for one in made])
        assert {row.cause for row in causes.values()} == {scores.AGEING}
        assert {row.as_of for row in causes.values()} == {LATE_MAY.date()}
        assert Score.objects.filter(cause=scores.AGEING).count() == 3
        assert CurrentScore.objects.get(pk=fresh.pk).cause != scores.AGEING

    def test_few_that_are_due_are_no_run(self, unit: BusinessUnit, legal: Person) -> None:
        expiring(unit, legal)
        with clock.at(LATE_MAY):
            assert not runs.age()
        assert not Run.objects.exists()

    def test_vendors_between_those_that_are_due_are_not_even_read(
        self, unit: BusinessUnit, legal: Person, small_blocks: None
    ) -> None:
        due = [expiring(unit, legal)]
        for _ in range(4):
            scored(unit)
        due.append(expiring(unit, legal))
        catch_up()
        with clock.at(LATE_MAY):
            run = finish(begin(in_force(), Run.Kind.AGEING))
        assert run.total == 2
        assert sum(piece.done for piece in pieces(run)) == 2
        for one in due:
            assert CurrentScore.objects.get(pk=one.pk).cause == scores.AGEING

    def test_points_that_stay_give_no_row_but_the_new_day_of_change(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        one = expiring(unit, legal)
        before = CurrentScore.objects.get(pk=one.pk)
        # As if the first of a month had come on which nothing fades.
        CurrentScore.objects.filter(pk=one.pk).update(next_change=date(2026, 3, 11))
        with clock.at(datetime(2026, 3, 12, 9, tzinfo=UTC)):
            finish(begin(in_force(), Run.Kind.AGEING))
            assert not scores.due(limit=10)
        after = CurrentScore.objects.get(pk=one.pk)
        assert after.next_change == before.next_change == date(2026, 5, 21)
        assert Score.objects.filter(assessment=one).count() == 1

    def test_a_run_resumed_on_a_later_day_scores_for_that_day(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        one = expiring(unit, legal)
        with clock.at(MARCH):
            run = begin(in_force(), Run.Kind.BY_HAND)
        with clock.at(LATE_MAY):
            score(one)
            newer = CurrentScore.objects.get(pk=one.pk)
            finish(run)
        after = CurrentScore.objects.get(pk=one.pk)
        assert (after.as_of, after.points) == (newer.as_of, newer.points)


def test_an_engagement_that_changes_before_its_block_is_in_the_block(unit: BusinessUnit) -> None:
    one = scored(unit)
    method: Methodology = another_method()
    run = begin(method)
    engagement = Engagement.objects.get(pk=one.engagement_id)
    engagements.change(
        engagement=engagement,
        version=engagement.version,
        values={"intake": {}},
        by=SYSTEM,
    )
    say(one, staff=70)
    finish(run)
    by_run = said()
    catch_up()
    scores.rescore_many(assessment_ids=[one.pk], cause="again", force=True)
    assert said() == by_run
    assert methodologies.published().pk == method.pk
