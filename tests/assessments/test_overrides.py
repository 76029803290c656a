"""A reviewer's word instead of what was said: both kept, one counts."""

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.errors import (
    InvalidAnswers,
    NotPossibleNow,
    NotYours,
    ReasonNeeded,
    ReviewConflict,
    SecondPersonNeeded,
)
from assessments.models import Answer, Assessment, EarlierAnswer
from assessments.selectors.assessments import answers_of, schema_of, visible_questions
from assessments.selectors.threads import threads_of
from assessments.services import answers, assessments, overrides, review, sheets
from assessments.services.answers import AnswerInput
from assessments.sheet import EvidenceLevel, State
from audit.models import Event
from tests.assessments.stored import cells, happened
from tests.factories.assessments import in_review, submitted
from tests.personas import Person

pytestmark = pytest.mark.django_db


def override(assessment: Assessment, key: str, value: object, by: Person) -> Answer:
    """Override one answer for a reason."""
    return overrides.override_answer(
        assessment=assessment,
        question_key=key,
        value=value,
        reason="Clause 9 is void.",
        by=by.principal,
    )


def test_the_override_counts_and_what_was_said_stays(unit: BusinessUnit, legal: Person) -> None:
    assessment = in_review(unit)
    before = assessment.inputs_version
    override(assessment, "assigns", "no", legal)
    row = answers_of(assessment)["assigns"]
    assert (row.value, row.counted_value, row.review) == ("yes", "no", "accepted")
    assert (row.override_reason, row.overridden_by) == ("Clause 9 is void.", legal.user)
    assert cells(assessment)["assigns"][:2] == (10_000, State.ANSWERED)
    assert assessment.inputs_version > before
    assert [differs for _pk, differs in sheets.check_all()] == [[]]


def test_an_override_can_say_that_nothing_is_known_or_that_it_does_not_apply(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    for state, packed in (("dont_know", State.DONT_KNOW), ("not_applicable", State.NA_APPROVED)):
        overrides.override_answer(
            assessment=assessment,
            question_key="discloses",
            state=state,  # type: ignore[arg-type]
            reason="Not proved.",
            by=legal.principal,
        )
        assert cells(assessment)["discloses"] == (0, packed, 0)
    assert [differs for _pk, differs in sheets.check_all()] == [[]]


def test_an_overridden_gate_opens_the_questions_below_it(unit: BusinessUnit, legal: Person) -> None:
    assessment = in_review(unit)
    asked = visible_questions(schema_of(assessment), assessment, answers_of(assessment))
    assert "bound" not in asked
    override(assessment, "subcontracts", "yes", legal)
    asked = visible_questions(schema_of(assessment), assessment, answers_of(assessment))
    assert "bound" in asked
    assert cells(assessment)["bound"][1] == State.BLANK


def test_undoing_it_brings_back_what_was_said(unit: BusinessUnit, legal: Person) -> None:
    assessment = in_review(unit)
    there = cells(assessment)["assigns"]
    override(assessment, "assigns", "no", legal)
    overrides.undo_override(
        assessment=assessment, question_key="assigns", reason="Misread", by=legal.principal
    )
    row = answers_of(assessment)["assigns"]
    assert (row.is_overridden, row.counted_value, row.review) == (False, "yes", "open")
    assert cells(assessment)["assigns"] == there
    assert happened(assessment)[-2:] == ["answer_overridden", "override_undone"]
    with pytest.raises(InvalidAnswers):
        overrides.undo_override(assessment=assessment, question_key="assigns", by=legal.principal)


def test_the_record_keeps_both_answers_and_the_reason_in_private(
    unit: BusinessUnit, legal: Person
) -> None:
    override(in_review(unit), "assigns", "no", legal)
    event = Event.objects.get(type="assessment.answer_overridden")
    assert event.data["key"] == "assigns"
    assert event.detail.data["said"]["value"] == "yes"
    assert event.detail.data["counts"]["value"] == "no"
    assert "Clause 9" not in str(event.data)


def test_it_needs_a_reason_another_answer_and_a_valid_one(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    with pytest.raises(ReasonNeeded):
        overrides.override_answer(
            assessment=assessment,
            question_key="assigns",
            value="no",
            reason=" ",
            by=legal.principal,
        )
    for key, value in (("assigns", "yes"), ("assigns", "perhaps"), ("nothing", "no")):
        with pytest.raises(InvalidAnswers):
            override(assessment, key, value, legal)
    assert "answer_overridden" not in happened(assessment)


def test_only_a_reviewer_overrides_and_only_in_review(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    with pytest.raises(NotYours, match="legal reviewer"):
        override(in_review(unit), "assigns", "no", procurement)
    with pytest.raises(NotPossibleNow, match="Start the review"):
        override(submitted(unit), "assigns", "no", legal)


def test_two_reviewers_at_once_are_told_of_each_other(unit: BusinessUnit, legal: Person) -> None:
    assessment = in_review(unit)
    seen = answers_of(assessment)["assigns"].version
    review.review_answer(
        assessment=assessment,
        question_key="assigns",
        verdict="queried",
        note="Which clause?",
        by=legal.principal,
    )
    with pytest.raises(ReviewConflict) as conflict:
        overrides.override_answer(
            assessment=assessment,
            question_key="assigns",
            value="no",
            reason="Void",
            version=seen,
            by=legal.principal,
        )
    theirs = conflict.value.extra["theirs"]
    assert (theirs.review, theirs.review_note) == ("queried", "Which clause?")
    assert answers_of(assessment)["assigns"].is_overridden is False


def test_the_database_refuses_half_an_override(unit: BusinessUnit, legal: Person) -> None:
    row = answers_of(in_review(unit))["assigns"]
    for half in (
        {"override_state": 1},
        {"override_reason": "Because"},
        {"overridden_by": legal.user},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Answer.objects.filter(pk=row.pk).update(**half)


def test_a_new_answer_after_a_return_drops_the_override_and_keeps_it_to_be_read(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    override(assessment, "discloses", "never", legal)
    assessments.send_back(
        assessment=assessment, reason="Prove it", keys=["discloses"], by=legal.principal
    )
    answers.save(assessment=assessment, values={"discloses": AnswerInput("yearly")}, by=SYSTEM)
    row = answers_of(assessment)["discloses"]
    assert (row.is_overridden, row.value, row.review) == (False, "yearly", "open")
    before = EarlierAnswer.objects.get(assessment=assessment, question_key="discloses")
    assert (before.value, before.override_value) == ("at_once", "never")
    assert [differs for _pk, differs in sheets.check_all()] == [[]]


def test_a_remark_leaves_the_override_in_place(unit: BusinessUnit, legal: Person) -> None:
    assessment = in_review(unit)
    override(assessment, "discloses", "never", legal)
    assessments.send_back(
        assessment=assessment, reason="Prove it", keys=["discloses"], by=legal.principal
    )
    answers.save(
        assessment=assessment,
        values={"discloses": AnswerInput("at_once", note="See the clause")},
        by=SYSTEM,
    )
    assert answers_of(assessment)["discloses"].counted_value == "never"


def test_whoever_overrode_does_not_sign_alone(
    unit: BusinessUnit, legal: Person, settings: Settings
) -> None:
    assessment = in_review(unit)
    override(assessment, "assigns", "no", legal)
    with pytest.raises(SecondPersonNeeded, match="you overrode 1 answer"):
        assessments.sign_off(assessment=assessment, by=legal.principal)
    settings.REQUIRE_SECOND_PERSON = False
    assert assessments.sign_off(assessment=assessment, by=legal.principal).status == "approved"


def test_whoever_answered_does_not_sign_alone(unit: BusinessUnit, legal: Person) -> None:
    assessment = in_review(unit)
    Answer.objects.filter(assessment=assessment, question_key__in=["staff", "assigns"]).update(
        answered_by=legal.user
    )
    with pytest.raises(SecondPersonNeeded, match="you answered 2 questions"):
        assessments.sign_off(assessment=assessment, by=legal.principal)


def test_an_internal_note_goes_to_the_thread_and_not_to_the_vendor(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    review.review_answer(
        assessment=assessment,
        question_key="measures",
        verdict="queried",
        note="Which logs?",
        internal_note="They said otherwise on site.",
        by=legal.principal,
    )
    assert answers_of(assessment)["measures"].review_note == "Which logs?"
    [message] = threads_of(assessment, vendor_side=False)["measures"]
    assert (message.body, message.internal) == ("They said otherwise on site.", True)
    assert threads_of(assessment, vendor_side=True) == {}


def test_proof_of_an_overridden_answer_can_be_judged(unit: BusinessUnit, legal: Person) -> None:
    assessment = in_review(unit)
    overrides.override_answer(
        assessment=assessment,
        question_key="assigns",
        value="no",
        reason="Void",
        evidence=EvidenceLevel.REVIEWER_VERIFIED,
        by=legal.principal,
    )
    assert cells(assessment)["assigns"] == (10_000, State.ANSWERED, 2)


@pytest.mark.parametrize("count", [1, 30])
def test_judging_one_answer_costs_the_same_however_many_there_are(
    unit: BusinessUnit,
    legal: Person,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    from assessments.services.questionnaires import builtin
    from tests.factories.assessments import answer_all, make_assessment

    assessment = make_assessment(unit, questionnaire=builtin() if count > 1 else None)
    answer_all(assessment)
    assessments.submit(assessment=assessment, by=SYSTEM)
    assessments.take(assessment=assessment, by=legal.principal)
    by, key = legal.principal, next(iter(answers_of(assessment)))
    with django_assert_max_num_queries(12):
        review.review_answer(
            assessment=assessment,
            question_key=key,
            verdict="accepted",
            evidence=EvidenceLevel.DOCUMENT,
            by=by,
        )
