"""Handing in, reviewing and signing off, on real PostgreSQL."""

from datetime import date

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from assessments import sheet
from assessments.errors import (
    AlreadyOpen,
    Incomplete,
    NotPossibleNow,
    PersonNeeded,
    SecondPersonNeeded,
)
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of
from assessments.services import answers, assessments, review, sheets
from assessments.services.answers import AnswerInput, Frozen
from assessments.sheet import EvidenceLevel, State
from audit.models import Event
from tests.assessments.stored import cells, happened
from tests.factories.assessments import (
    answer_all,
    in_review,
    make_assessment,
    make_engagement,
    small_questionnaire,
    submitted,
)
from tests.personas import Person

pytestmark = pytest.mark.django_db


class TestHandingIn:
    def test_blank_mandatory_questions_are_named(self, unit: BusinessUnit) -> None:
        assessment = make_assessment(unit)
        answers.save(assessment=assessment, values={"subcontracts": AnswerInput("yes")}, by=SYSTEM)
        with pytest.raises(Incomplete) as error:
            assessments.submit(assessment=assessment, by=SYSTEM)
        assert error.value.extra["questions"] == ["assigns", "bound"]

    def test_dont_know_is_enough_to_hand_in(self, unit: BusinessUnit) -> None:
        assessment = make_assessment(unit)
        answers.save(
            assessment=assessment, values={"assigns": AnswerInput(state="dont_know")}, by=SYSTEM
        )
        assert assessments.submit(assessment=assessment, by=SYSTEM).status == "submitted"

    def test_answers_freeze(self, unit: BusinessUnit) -> None:
        assessment = submitted(unit)
        with pytest.raises(Frozen):
            answers.save(assessment=assessment, values={"staff": AnswerInput(1)}, by=SYSTEM)

    def test_every_step_raises_the_version_of_the_inputs(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = submitted(unit)
        seen = [assessment.inputs_version]
        assessment = assessments.take(assessment=assessment, by=legal.principal)
        seen.append(assessment.inputs_version)
        assessment = assessments.sign_off(assessment=assessment, by=legal.principal)
        seen.append(assessment.inputs_version)
        assessment = assessments.reopen(assessment=assessment, reason="Check", by=legal.principal)
        seen.append(assessment.inputs_version)
        assert seen == sorted(set(seen))


class TestAcceptSection:
    def test_what_nobody_judged_is_accepted_in_one_event(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        review.review_answer(
            assessment=assessment,
            question_key="staff",
            verdict="queried",
            note="Who counted?",
            by=legal.principal,
        )
        keys = review.accept_section(
            assessment=assessment,
            section="secrets",
            evidence=EvidenceLevel.DOCUMENT,
            by=legal.principal,
        )
        stored = answers_of(assessment)
        assert "staff" not in keys
        assert {stored[key].review for key in keys} == {"accepted"}
        assert {stored[key].evidence for key in keys} == {EvidenceLevel.DOCUMENT}
        assert stored["staff"].review == "queried"
        assert stored["assigns"].review == "open"
        [event] = Event.objects.filter(type="assessment.section_accepted")
        assert (event.data["section"], event.data["keys"]) == ("secrets", keys)
        assert [differs for _pk, differs in sheets.check_all()] == [[]]

    def test_a_section_without_anything_left_writes_nothing(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        for expected in (True, False):
            keys = review.accept_section(
                assessment=assessment,
                section="secrets",
                evidence=EvidenceLevel.SELF_DECLARED,
                by=legal.principal,
            )
            assert bool(keys) is expected
        assert Event.objects.filter(type="assessment.section_accepted").count() == 1

    def test_outside_review_and_by_others_it_is_refused(
        self, unit: BusinessUnit, legal: Person, procurement: Person
    ) -> None:
        for assessment, person, refusal in (
            (submitted(unit), legal, NotPossibleNow),
            (in_review(unit), procurement, NotAllowed),
        ):
            with pytest.raises(refusal):
                review.accept_section(
                    assessment=assessment,
                    section="secrets",
                    evidence=EvidenceLevel.DOCUMENT,
                    by=person.principal,
                )


class TestReview:
    def test_an_accepted_answer_carries_its_proof_to_the_sheet(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        review.review_answer(
            assessment=assessment,
            question_key="assigns",
            verdict="accepted",
            evidence=EvidenceLevel.INDEPENDENT,
            evidence_until=date(2027, 6, 30),
            by=legal.principal,
        )
        assert cells(assessment)["assigns"] == (0, State.ANSWERED, EvidenceLevel.INDEPENDENT)
        row = answers_of(assessment)["assigns"]
        assert (row.review, row.reviewed_by) == ("accepted", legal.user)
        found = sheet.unpack(assessment.sheet.cells, assessment.questions)
        at = assessment.questions.index("assigns")
        assert sheet.day_from_number(found[at]["valid_until"]) == date(2027, 6, 30)

    def test_a_query_needs_a_note(self, unit: BusinessUnit, legal: Person) -> None:
        assessment = in_review(unit)
        with pytest.raises(Exception, match="reason"):
            review.review_answer(
                assessment=assessment, question_key="staff", verdict="queried", by=legal.principal
            )

    def test_not_applicable_counts_only_when_a_reviewer_agrees(
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
        assert cells(assessment)["discloses"][1] == State.NA_PENDING
        review.decide_not_applicable(
            assessment=assessment, question_key="discloses", approve=True, by=legal.principal
        )
        assert cells(assessment)["discloses"][1] == State.NA_APPROVED
        review.decide_not_applicable(
            assessment=assessment,
            question_key="discloses",
            approve=False,
            note="They have patents",
            by=legal.principal,
        )
        assert cells(assessment)["discloses"][1] == State.NA_PENDING

    def test_only_an_assessment_in_review_is_judged(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        with pytest.raises(NotPossibleNow):
            review.review_answer(
                assessment=submitted(unit),
                question_key="staff",
                verdict="accepted",
                by=legal.principal,
            )

    def test_sending_back_marks_the_named_answers_and_thaws(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        assessments.send_back(
            assessment=assessment, reason="Which people?", keys=["staff"], by=legal.principal
        )
        assert answers_of(assessment)["staff"].review == "queried"
        answers.save(assessment=assessment, values={"staff": AnswerInput(3)}, by=SYSTEM)
        assert answers_of(assessment)["staff"].review == "open"
        assert answers_of(assessment)["staff"].review_note == "Which people?"

    def test_reasons_stay_out_of_the_permanent_record(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = in_review(unit)
        assessments.send_back(assessment=assessment, reason="Ask Mr Secret", by=legal.principal)
        event = Event.objects.get(type="assessment.returned")
        assert "Secret" not in str(event.data)
        assert event.detail.data["reason"] == "Ask Mr Secret"


class TestSigningOff:
    def test_whoever_submitted_does_not_sign_off(
        self, unit: BusinessUnit, procurement: Person, legal: Person
    ) -> None:
        assessment = submitted(unit, by=procurement.principal)
        Assessment.objects.filter(pk=assessment.pk).update(submitted_by=legal.user)
        assessments.take(assessment=assessment, by=legal.principal)
        with pytest.raises(SecondPersonNeeded):
            assessments.sign_off(assessment=assessment, by=legal.principal)

    def test_the_system_cannot_sign_off(self, unit: BusinessUnit) -> None:
        with pytest.raises(PersonNeeded):
            assessments.sign_off(assessment=in_review(unit), by=SYSTEM)

    def test_a_newer_one_supersedes_only_when_it_is_signed_off(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        older = assessments.sign_off(assessment=in_review(unit), by=legal.principal)
        newer = make_assessment(unit, engagement=older.engagement)
        answer_all(newer)
        assessments.submit(assessment=newer, by=SYSTEM)
        older.refresh_from_db()
        assert older.status == "approved"
        assessments.take(assessment=newer, by=legal.principal)
        newer = assessments.sign_off(assessment=newer, by=legal.principal)
        older.refresh_from_db()
        assert (older.status, newer.supersedes) == ("closed", older)
        assert happened(older)[-1] == "superseded"

    def test_reopening_waits_for_the_newer_one(self, unit: BusinessUnit, legal: Person) -> None:
        older = assessments.sign_off(assessment=in_review(unit), by=legal.principal)
        make_assessment(unit, engagement=older.engagement)
        with pytest.raises(AlreadyOpen):
            assessments.reopen(assessment=older, reason="Look again", by=legal.principal)

    def test_a_cancelled_assessment_makes_room_for_another(self, unit: BusinessUnit) -> None:
        first = make_assessment(unit)
        assessments.cancel(assessment=first, reason="Wrong vendor", by=SYSTEM)
        assert make_assessment(unit, engagement=first.engagement).status == "draft"

    def test_the_whole_life_is_in_the_record(self, unit: BusinessUnit, legal: Person) -> None:
        assessment = make_assessment(unit, engagement=make_engagement(unit))
        answer_all(assessment)
        assessments.submit(assessment=assessment, by=SYSTEM)
        assessments.take(assessment=assessment, by=legal.principal)
        assessments.sign_off(assessment=assessment, by=legal.principal)
        steps = list(dict.fromkeys(happened(assessment)))
        assert steps == ["opened", "answers_saved", "submitted", "taken", "signed_off"]

    def test_a_published_questionnaire_never_changes(self) -> None:
        first = small_questionnaire()
        assert small_questionnaire().pk == first.pk
