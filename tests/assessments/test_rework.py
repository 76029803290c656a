"""Sending back what needs work only, what may be changed then, and what changed since."""

from datetime import date

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.errors import (
    Frozen,
    InvalidAnswers,
    NotAReviewer,
    NotPossibleNow,
    NotYours,
    ReasonNeeded,
    StillOpen,
)
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of
from assessments.selectors.rework import changeable_keys, changed_since
from assessments.services import answers, assessments, handover, overrides, review, rework
from assessments.services.answers import AnswerInput
from audit.models import Event
from tests.assessments.stored import happened
from tests.factories.assessments import answer_all, in_review, make_assessment, submitted
from tests.personas import Person

pytestmark = pytest.mark.django_db


def sent_back(unit: BusinessUnit, legal: Person, *keys: str) -> Assessment:
    """An assessment that was sent back with some questions only."""
    assessment = in_review(unit)
    for key in set(assessment.questions) - set(keys):
        if key in answers_of(assessment):
            review.review_answer(
                assessment=assessment, question_key=key, verdict="accepted", by=legal.principal
            )
    return assessments.send_back(
        assessment=assessment, reason="Please look again", keys=keys, by=legal.principal
    )


class TestSendingBack:
    def test_only_what_needs_work_can_be_changed(self, unit: BusinessUnit, legal: Person) -> None:
        assessment = sent_back(unit, legal, "staff", "remarks")
        assert assessment.rework == ["staff", "remarks"]
        assert changeable_keys(assessment) == {"staff", "remarks"}
        answers.save(assessment=assessment, values={"staff": AnswerInput(7)}, by=SYSTEM)
        with pytest.raises(InvalidAnswers) as refused:
            answers.save(
                assessment=assessment,
                values={"remarks": AnswerInput("More"), "assigns": AnswerInput("no")},
                by=SYSTEM,
            )
        assert list(refused.value.extra["errors"]) == ["assigns"]
        assert "settled" in refused.value.extra["errors"]["assigns"]
        assert answers_of(assessment)["remarks"].value != "More"

    def test_saving_a_settled_answer_as_it_is_changes_nothing_and_is_no_error(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = sent_back(unit, legal, "staff")
        saved = answers.save(
            assessment=assessment, values={"assigns": AnswerInput("yes")}, by=SYSTEM
        )
        assert saved.changed == ()

    def test_questions_that_a_changed_gate_opens_can_be_answered(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = sent_back(unit, legal, "subcontracts")
        answers.save(
            assessment=assessment,
            values={"subcontracts": AnswerInput("yes"), "bound": AnswerInput("yes")},
            by=SYSTEM,
        )
        answers.save(
            assessment=assessment, values={"signed_on": AnswerInput("2026-01-15")}, by=SYSTEM
        )
        assert assessments.submit(assessment=assessment, by=SYSTEM).status == "submitted"

    def test_what_a_reviewers_word_opened_and_must_be_answered_can_be(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        overrides.override_answer(
            assessment=assessment,
            question_key="subcontracts",
            value="yes",
            reason="Their site says so",
            by=legal.principal,
        )
        assessment = assessments.send_back(
            assessment=assessment, reason="Tell us", keys=["staff"], by=legal.principal
        )
        assert changeable_keys(assessment) == {"staff", "bound"}

    def test_queried_answers_go_along_unless_they_are_dropped(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        for key in ("staff", "measures"):
            review.review_answer(
                assessment=assessment,
                question_key=key,
                verdict="queried",
                note=f"What of {key}?",
                by=legal.principal,
            )
        assessments.send_back(
            assessment=assessment,
            reason="Please look again",
            keys=["remarks"],
            drop=["measures"],
            words={"remarks": "Which forms?", "staff": "Who counted?"},
            due_on=date(2027, 1, 31),
            by=legal.principal,
        )
        assessment.refresh_from_db()
        assert set(assessment.rework or []) == {"staff", "remarks"}
        assert assessment.due_on == date(2027, 1, 31)
        stored = answers_of(assessment)
        assert (stored["staff"].review, stored["staff"].review_note) == ("queried", "Who counted?")
        assert stored["remarks"].review_note == "Which forms?"
        assert (stored["measures"].review, stored["measures"].reviewed_by) == ("open", None)
        [event] = Event.objects.filter(type="assessment.returned")
        assert (set(event.data["keys"]), event.data["due_on"]) == (
            {"staff", "remarks"},
            "2027-01-31",
        )

    def test_without_a_question_everything_is_open_again(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = assessments.send_back(
            assessment=in_review(unit), reason="Start over", by=legal.principal
        )
        assert assessment.rework is None
        assert changeable_keys(assessment) == set(assessment.questions)

    def test_a_reviewer_may_open_more_or_all(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        assessment = sent_back(unit, legal, "staff")
        with pytest.raises(NotYours, match="legal reviewer"):
            rework.widen(assessment=assessment, keys=["assigns"], by=procurement.principal)
        rework.widen(assessment=assessment, keys=["assigns"], by=legal.principal)
        answers.save(
            assessment=assessment, values={"assigns": AnswerInput("no")}, by=procurement.principal
        )
        wide = rework.widen(assessment=assessment, keys=[], by=legal.principal)
        assert wide.rework is None
        assert happened(assessment).count("widened") == 2

    def test_nothing_is_widened_that_is_not_sent_back(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        with pytest.raises(NotPossibleNow):
            rework.widen(assessment=in_review(unit), keys=["staff"], by=legal.principal)


class TestAfterwards:
    def test_accepted_answers_stay_accepted_and_changes_are_shown_with_before(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = sent_back(unit, legal, "staff", "remarks")
        was = answers_of(assessment)["staff"].value
        for value in (7, 9):
            answers.save(assessment=assessment, values={"staff": AnswerInput(value)}, by=SYSTEM)
        assessments.submit(assessment=assessment, by=SYSTEM)
        assessment = assessments.take(assessment=assessment, by=legal.principal)
        stored = answers_of(assessment)
        assert stored["assigns"].review == "accepted"
        assert (stored["staff"].review, stored["remarks"].review) == ("open", "queried")
        changed = changed_since(assessment, stored)
        assert {key: row.value for key, row in changed.items()} == {"staff": was}
        assert changed["staff"].query == "Please look again"

    def test_what_was_changed_back_is_not_shown_as_changed(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = sent_back(unit, legal, "staff")
        was = answers_of(assessment)["staff"].value
        for value in (7, was):
            answers.save(assessment=assessment, values={"staff": AnswerInput(value)}, by=SYSTEM)
        assert changed_since(assessment, answers_of(assessment)) == {}

    def test_each_return_starts_a_comparison_of_its_own(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = sent_back(unit, legal, "staff")
        answers.save(assessment=assessment, values={"staff": AnswerInput(7)}, by=SYSTEM)
        assessments.submit(assessment=assessment, by=SYSTEM)
        assessments.take(assessment=assessment, by=legal.principal)
        assessment = assessments.send_back(
            assessment=assessment, reason="Again", keys=["remarks"], by=legal.principal
        )
        assert changed_since(assessment, answers_of(assessment)) == {}


class TestSigningOff:
    def test_an_open_query_or_an_undecided_one_is_in_the_way(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = make_assessment(unit)
        answers.save(
            assessment=assessment,
            values={"discloses": AnswerInput(state="not_applicable", note="No inventions")},
            by=SYSTEM,
        )
        answer_all(assessment)
        assessments.submit(assessment=assessment, by=SYSTEM)
        assessments.take(assessment=assessment, by=legal.principal)
        review.review_answer(
            assessment=assessment,
            question_key="staff",
            verdict="queried",
            note="Who?",
            by=legal.principal,
        )
        with pytest.raises(StillOpen) as left:
            assessments.sign_off(assessment=assessment, by=legal.principal)
        assert (left.value.extra["queried"], left.value.extra["undecided"]) == (
            ["staff"],
            ["discloses"],
        )
        with pytest.raises(ReasonNeeded):
            assessments.sign_off(assessment=assessment, despite_open=True, by=legal.principal)
        signed = assessments.sign_off(
            assessment=assessment, despite_open=True, reason="Agreed by phone", by=legal.principal
        )
        assert signed.status == "approved"
        [event] = Event.objects.filter(type="assessment.signed_off")
        assert (event.data["queried"], event.data["undecided"]) == (["staff"], ["discloses"])

    def test_what_is_signed_off_is_frozen_for_everybody(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        assessment = assessments.sign_off(assessment=in_review(unit), by=legal.principal)
        with pytest.raises(Frozen):
            answers.save(
                assessment=assessment, values={"staff": AnswerInput(1)}, by=procurement.principal
            )
        with pytest.raises(NotPossibleNow):
            review.review_answer(
                assessment=assessment, question_key="staff", verdict="accepted", by=legal.principal
            )
        with pytest.raises(NotPossibleNow):
            overrides.override_answer(
                assessment=assessment,
                question_key="staff",
                value=90,
                reason="More",
                by=legal.principal,
            )


class TestHandingOver:
    def test_whoever_takes_the_review_up_is_its_reviewer_until_it_is_put_back(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = assessments.take(assessment=submitted(unit), by=legal.principal)
        assert assessment.reviewer == legal.user
        assessment = handover.put_back(assessment=assessment, by=legal.principal)
        assert (assessment.status, assessment.reviewer) == ("submitted", None)

    def test_an_administrator_or_reviewer_chooses_who_reviews(
        self, unit: BusinessUnit, legal: Person, unit_admin: Person, procurement: Person
    ) -> None:
        assessment = submitted(unit)
        for person in (unit_admin, legal):
            handover.choose_reviewer(
                assessment=assessment, reviewer=legal.user, by=person.principal
            )
        assert happened(assessment).count("reviewer_chosen") == 1
        with pytest.raises(NotYours):
            handover.choose_reviewer(
                assessment=assessment, reviewer=legal.user, by=procurement.principal
            )
        with pytest.raises(NotAReviewer):
            handover.choose_reviewer(
                assessment=assessment, reviewer=procurement.user, by=legal.principal
            )

    def test_what_was_submitted_too_early_is_taken_back_before_the_review(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        assessment = submitted(unit, by=procurement.principal)
        with pytest.raises(ReasonNeeded):
            handover.take_back(assessment=assessment, reason="", by=procurement.principal)
        with pytest.raises(NotYours):
            handover.take_back(assessment=assessment, reason="No", by=legal.principal)
        handover.take_back(assessment=assessment, reason="Too early", by=procurement.principal)
        answers.save(
            assessment=assessment, values={"assigns": AnswerInput("no")}, by=procurement.principal
        )
        assert answers_of(assessment)["assigns"].value == "no"

    def test_once_the_review_has_begun_it_is_not_taken_back(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        with pytest.raises(NotPossibleNow, match=r"Send back \(legal reviewer\)"):
            handover.take_back(
                assessment=in_review(unit), reason="Too early", by=procurement.principal
            )
