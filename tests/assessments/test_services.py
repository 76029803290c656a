"""Opening and saving, on real PostgreSQL."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from assessments.errors import (
    AlreadyOpen,
    InvalidAnswers,
)
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import answers_of, schema_of
from assessments.services import answers
from assessments.services.answers import AnswerInput, Conflict
from assessments.services.questionnaires import builtin
from assessments.sheet import EvidenceLevel, State
from audit.models import Event
from tests.assessments.stored import cells, happened
from tests.factories.assessments import (
    answer_all,
    make_assessment,
)
from tests.personas import Person

pytestmark = pytest.mark.django_db


class TestOpening:
    def test_questions_are_chosen_by_tier_and_stored(self, unit: BusinessUnit) -> None:
        low = make_assessment(unit, tier="low")
        high = make_assessment(unit, tier="high")
        assert "watched" not in low.questions
        assert "watched" in high.questions
        assert high.sections == ["ownership", "secrets"]

    def test_a_low_tier_is_asked_at_most_twenty_built_in_questions(
        self, unit: BusinessUnit
    ) -> None:
        assessment = make_assessment(unit, tier="low", questionnaire=builtin())
        assert 0 < len(assessment.questions) <= 20

    def test_the_built_in_questionnaire_is_published_once(self) -> None:
        assert builtin().pk == builtin().pk

    def test_a_new_sheet_is_blank_with_closed_gates_hidden(self, unit: BusinessUnit) -> None:
        assessment = make_assessment(unit)
        found = cells(assessment)
        assert found["assigns"] == (0, State.BLANK, 0)
        assert found["bound"] == (0, State.HIDDEN, 0)
        assert (assessment.answered, assessment.applicable) == (0, 7)

    def test_an_engagement_has_one_open_assessment_at_a_time(self, unit: BusinessUnit) -> None:
        first = make_assessment(unit)
        with pytest.raises(AlreadyOpen) as error:
            make_assessment(unit, engagement=first.engagement)
        assert error.value.extra["assessment_id"] == first.pk

    def test_the_database_refuses_a_second_open_assessment(self, unit: BusinessUnit) -> None:
        first = make_assessment(unit)
        first.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            Assessment.objects.create(
                vendor=first.vendor,
                engagement=first.engagement,
                unit=unit,
                questionnaire=first.questionnaire,
                sections=[],
                questions=[],
                tier="low",
                opened_at=first.opened_at,
            )

    def test_people_of_other_units_may_not_open(
        self, unit: BusinessUnit, outsider_procurement: Person
    ) -> None:
        with pytest.raises(NotAllowed):
            make_assessment(unit, by=outsider_procurement.principal)


class TestSaving:
    def test_a_saved_answer_is_in_row_sheet_counters_and_record(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        saved = answers.save(
            assessment=assessment,
            values={"discloses": AnswerInput("yearly", note="Every May")},
            by=procurement.principal,
        )
        row = Answer.objects.get(assessment=assessment)
        assert (row.value, row.version, row.answered_by) == ("yearly", 1, procurement.user)
        assert cells(assessment)["discloses"] == (5000, State.ANSWERED, 0)
        assert (saved.answered, saved.applicable) == (1, 7)
        assert (assessment.answered, assessment.inputs_version) == (1, 2)
        event = Event.objects.get(type="assessment.answers_saved")
        assert event.data["keys"] == ["discloses"]
        assert "yearly" not in str(event.data)
        assert event.detail.data["answers"]["discloses"]["value"] == "yearly"

    def test_the_same_value_again_writes_nothing(self, unit: BusinessUnit) -> None:
        assessment = make_assessment(unit)
        values = {"discloses": AnswerInput("yearly")}
        answers.save(assessment=assessment, values=values, by=SYSTEM)
        answers.save(assessment=assessment, values=values, by=SYSTEM)
        assert happened(assessment) == ["opened", "answers_saved"]
        assert Answer.objects.get(assessment=assessment).version == 1

    def test_opening_a_gate_shows_its_children(self, unit: BusinessUnit) -> None:
        assessment = make_assessment(unit)
        saved = answers.save(
            assessment=assessment, values={"subcontracts": AnswerInput("yes")}, by=SYSTEM
        )
        assert "bound" in saved.visible
        assert "signed_on" not in saved.visible
        assert cells(assessment)["bound"][1] == State.BLANK

    def test_closing_a_gate_hides_its_children_and_keeps_their_answers(
        self, unit: BusinessUnit
    ) -> None:
        assessment = make_assessment(unit)
        for values in (
            {"subcontracts": AnswerInput("yes"), "bound": AnswerInput("no")},
            {"subcontracts": AnswerInput("no")},
        ):
            answers.save(assessment=assessment, values=values, by=SYSTEM)
        assert cells(assessment)["bound"] == (0, State.HIDDEN, 0)
        answers.save(assessment=assessment, values={"subcontracts": AnswerInput("yes")}, by=SYSTEM)
        assert cells(assessment)["bound"] == (10_000, State.ANSWERED, 0)

    def test_taking_an_answer_back_leaves_it_blank(self, unit: BusinessUnit) -> None:
        assessment = make_assessment(unit)
        answers.save(assessment=assessment, values={"staff": AnswerInput("40")}, by=SYSTEM)
        assert cells(assessment)["staff"][0] == 4000
        answers.save(assessment=assessment, values={"staff": AnswerInput(state="blank")}, by=SYSTEM)
        assert cells(assessment)["staff"] == (0, State.BLANK, 0)
        assert assessment.answered == 0

    @pytest.mark.parametrize(
        ("key", "given", "words"),
        [
            ("staff", AnswerInput("many"), "number"),
            ("staff", AnswerInput("-1"), "0 or more"),
            ("discloses", AnswerInput("sometimes"), "answers listed"),
            ("discloses", AnswerInput(state="not_applicable"), "why"),
            ("assigns", AnswerInput(state="not_applicable", note="Never"), "everyone"),
            ("measures", AnswerInput(["nothing", "locks"]), "combined"),
            ("signed_on", AnswerInput("2999-01-01"), "future"),
            ("nowhere", AnswerInput("yes"), "not ask"),
        ],
    )
    def test_what_cannot_be_stored_is_refused_with_a_sentence(
        self, unit: BusinessUnit, key: str, given: AnswerInput, words: str
    ) -> None:
        assessment = make_assessment(unit)
        with pytest.raises(InvalidAnswers) as error:
            answers.save(
                assessment=assessment, values={key: given, "remarks": AnswerInput("Hi")}, by=SYSTEM
            )
        assert words in error.value.extra["errors"][key]
        assert not Answer.objects.filter(assessment=assessment).exists()

    def test_an_outdated_version_is_refused_with_both_values(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        assessment = make_assessment(unit)
        answers.save(
            assessment=assessment,
            values={"discloses": AnswerInput("yearly", version=0)},
            by=procurement.principal,
        )
        with pytest.raises(Conflict) as error:
            answers.save(
                assessment=assessment,
                values={
                    "discloses": AnswerInput("never", version=0),
                    "staff": AnswerInput(3, version=0),
                },
                by=SYSTEM,
            )
        said = error.value.extra
        assert said["question"] == "discloses"
        assert said["yours"]["value"] == "never"
        assert said["theirs"]["value"] == "yearly"
        assert said["theirs_by"] == "Pia Procurement"
        assert said["version"] == 1
        assert list(answers_of(assessment)) == ["discloses"]

    def test_an_outdated_version_with_the_same_value_is_no_conflict(
        self, unit: BusinessUnit
    ) -> None:
        assessment = make_assessment(unit)
        for _twice in range(2):
            answers.save(
                assessment=assessment,
                values={"discloses": AnswerInput("never", version=0)},
                by=SYSTEM,
            )
        assert answers_of(assessment)["discloses"].version == 1

    def test_a_changed_answer_loses_its_proof_and_a_new_note_does_not(
        self, unit: BusinessUnit
    ) -> None:
        assessment = make_assessment(unit)
        answers.save(assessment=assessment, values={"staff": AnswerInput(10)}, by=SYSTEM)
        Answer.objects.filter(assessment=assessment).update(
            evidence=EvidenceLevel.DOCUMENT, evidence_until=date(2030, 1, 1)
        )
        answers.save(
            assessment=assessment, values={"staff": AnswerInput(10, note="Counted")}, by=SYSTEM
        )
        assert answers_of(assessment)["staff"].evidence == EvidenceLevel.DOCUMENT
        answers.save(assessment=assessment, values={"staff": AnswerInput(11)}, by=SYSTEM)
        assert answers_of(assessment)["staff"].evidence == EvidenceLevel.SELF_DECLARED
        assert answers_of(assessment)["staff"].evidence_until is None

    def test_roles_that_do_not_answer_are_refused(
        self, unit: BusinessUnit, legal: Person, auditor: Person
    ) -> None:
        assessment = make_assessment(unit)
        for person in (legal, auditor):
            with pytest.raises(NotAllowed):
                answers.save(
                    assessment=assessment,
                    values={"staff": AnswerInput(1)},
                    by=person.principal,
                )

    def test_one_save_takes_eight_queries_and_a_savepoint(
        self,
        unit: BusinessUnit,
        procurement: Person,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        assessment = make_assessment(unit)
        answer_all(assessment)
        schema_of(assessment)
        by = procurement.principal
        with django_assert_max_num_queries(10):
            answers.save(assessment=assessment, values={"staff": AnswerInput(77)}, by=by)
