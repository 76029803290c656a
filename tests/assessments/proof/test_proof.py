"""Evidence beside answers: what it does to the proof of an answer, the sheet and the record."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.errors import Frozen, InvalidAnswers
from assessments.models import Answer, Assessment
from assessments.selectors.proof import evidence_of, missing_evidence, outdated
from assessments.services import answers, assessments, proof, review, sheets
from assessments.services.answers import AnswerInput
from assessments.sheet import EvidenceLevel
from audit import clock
from audit.models import Event
from tests.factories.assessments import in_review, make_assessment
from tests.factories.evidence import as_contact, make_contact, make_evidence, upload
from tests.personas import Person
from vendors.models import Evidence
from vendors.services import evidence as documents

DOCUMENT, VERIFIED = EvidenceLevel.DOCUMENT, EvidenceLevel.REVIEWER_VERIFIED
NOTHING = EvidenceLevel.SELF_DECLARED


@pytest.fixture
def assessment(unit: BusinessUnit) -> Assessment:
    """One that is being filled in, with two answers."""
    made = make_assessment(unit)
    say(made, discloses="yearly", assigns="yes")
    return made


def say(assessment: Assessment, **values: Any) -> None:
    answers.save(
        assessment=assessment,
        values={key: AnswerInput(value) for key, value in values.items()},
        by=SYSTEM,
    )


def document(assessment: Assessment, **values: Any) -> Evidence:
    return make_evidence(assessment.vendor, assessment.unit, **values)


def attach(assessment: Assessment, made: Evidence, person: Person, key: str = "discloses") -> None:
    proof.attach(assessment=assessment, question_key=key, evidence=made, by=person.principal)


def level(assessment: Assessment, key: str = "discloses") -> tuple[int, date | None]:
    row = Answer.objects.get(assessment=assessment, question_key=key)
    return row.evidence, row.evidence_until


def consistent(assessment: Assessment) -> bool:
    return all(not differs for _pk, differs in sheets.check_all())


def test_a_document_raises_an_answer_to_the_level_of_a_document(
    assessment: Assessment, procurement: Person
) -> None:
    before = Assessment.objects.get(pk=assessment.pk).inputs_version
    made = document(assessment, expires_on=date(2027, 1, 31))
    attach(assessment, made, procurement)
    attach(assessment, made, procurement)
    assert level(assessment) == (DOCUMENT, date(2027, 1, 31))
    assert Assessment.objects.get(pk=assessment.pk).inputs_version == before + 1
    assert evidence_of(assessment) == {"discloses": [made]}
    events = Event.objects.filter(type="assessment.evidence_attached")
    assert [event.data["key"] for event in events] == ["discloses"]
    assert consistent(assessment)


def test_an_answer_is_proved_as_long_as_the_last_of_its_documents(
    assessment: Assessment, procurement: Person
) -> None:
    early, late = (document(assessment, expires_on=date(2027, month, 1)) for month in (1, 6))
    endless = document(assessment)
    for made in (late, early):
        attach(assessment, made, procurement)
    assert level(assessment) == (DOCUMENT, date(2027, 6, 1))
    attach(assessment, endless, procurement)
    assert level(assessment) == (DOCUMENT, None)


def test_taking_documents_away_lowers_the_level_again(
    assessment: Assessment, procurement: Person
) -> None:
    early, late = (document(assessment, expires_on=date(2027, month, 1)) for month in (1, 6))
    for made in (late, early):
        attach(assessment, made, procurement)
    for made, left in ((late, (DOCUMENT, date(2027, 1, 1))), (early, (NOTHING, None))):
        proof.detach(
            assessment=assessment, question_key="discloses", evidence=made, by=procurement.principal
        )
        assert level(assessment) == left
    assert consistent(assessment)


def test_one_document_may_stand_beside_several_answers_and_in_several_assessments(
    assessment: Assessment, procurement: Person
) -> None:
    made = document(assessment)
    attach(assessment, made, procurement)
    attach(assessment, made, procurement, "assigns")
    assert set(evidence_of(assessment)) == {"discloses", "assigns"}


def test_a_document_put_beside_a_blank_counts_once_it_is_answered(
    assessment: Assessment, procurement: Person
) -> None:
    attach(assessment, document(assessment), procurement, "subcontracts")
    say(assessment, subcontracts="no")
    assert level(assessment, "subcontracts") == (DOCUMENT, None)
    assert consistent(assessment)


def test_a_changed_answer_keeps_its_documents_and_loses_what_the_reviewer_found(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = in_review(unit)
    attach(assessment, document(assessment, expires_on=date(2028, 1, 1)), legal)
    review.review_answer(
        assessment=assessment,
        question_key="discloses",
        verdict="accepted",
        evidence=VERIFIED,
        by=legal.principal,
    )
    assessments.send_back(assessment=assessment, reason="Once more.", by=legal.principal)
    say(assessment, discloses="never")
    assert level(assessment) == (DOCUMENT, date(2028, 1, 1))
    assert len(evidence_of(assessment)["discloses"]) == 1


def test_a_document_does_not_raise_what_a_reviewer_has_verified(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    review.review_answer(
        assessment=assessment,
        question_key="discloses",
        verdict="accepted",
        evidence=VERIFIED,
        evidence_until=date(2027, 3, 1),
        by=legal.principal,
    )
    attach(assessment, document(assessment, expires_on=date(2029, 1, 1)), legal)
    assert level(assessment) == (VERIFIED, date(2027, 3, 1))


def test_evidence_changes_only_while_answers_may_and_in_review_by_the_reviewer(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = in_review(unit)
    made = document(assessment)
    with pytest.raises(Frozen):
        attach(assessment, made, procurement)
    attach(assessment, made, legal)
    assessments.sign_off(assessment=assessment, by=legal.principal)
    with pytest.raises(Frozen):
        attach(assessment, made, legal, "assigns")


def test_documents_of_another_vendor_and_withdrawn_ones_are_refused(
    assessment: Assessment, unit: BusinessUnit, procurement: Person
) -> None:
    elsewhere = make_assessment(unit)
    with pytest.raises(proof.NotUsable):
        attach(assessment, document(elsewhere), procurement)
    gone = document(assessment)
    documents.withdraw(evidence=gone, version=1, reason="Forged.", by=procurement.principal)
    with pytest.raises(proof.NotUsable):
        attach(assessment, gone, procurement)
    with pytest.raises(InvalidAnswers):
        attach(assessment, document(assessment), procurement, "no_such_question")


def test_a_contact_attaches_to_the_vendors_questions_only(assessment: Assessment) -> None:
    contact = make_contact(assessment.vendor)
    made = document(assessment, contact=contact)
    by = as_contact(contact)
    with pytest.raises(Frozen):
        proof.attach(
            assessment=assessment, question_key="discloses", evidence=made, contact=contact, by=by
        )
    Assessment.objects.filter(pk=assessment.pk).update(status=Assessment.Status.SENT)
    proof.attach(
        assessment=assessment, question_key="discloses", evidence=made, contact=contact, by=by
    )
    assert level(assessment) == (DOCUMENT, None)
    with pytest.raises(InvalidAnswers):
        proof.attach(
            assessment=assessment, question_key="assigns", evidence=made, contact=contact, by=by
        )
    inside = document(assessment)
    proof.attach(
        assessment=assessment,
        question_key="discloses",
        evidence=inside,
        by=SYSTEM,
    )
    assert evidence_of(assessment, vendor_side=True) == {"discloses": [made]}


def test_a_withdrawn_document_proves_nothing_wherever_it_was_used(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    made = document(assessment)
    attach(assessment, made, legal)
    review.review_answer(
        assessment=assessment,
        question_key="discloses",
        verdict="accepted",
        evidence=VERIFIED,
        by=legal.principal,
    )
    assessments.sign_off(assessment=assessment, by=legal.principal)
    documents.withdraw(evidence=made, version=1, reason="Forged.", by=legal.principal)
    assert proof.follow(evidence_id=made.pk) == 1
    assert proof.follow(evidence_id=made.pk) == 0
    assert level(assessment) == (NOTHING, None)
    assert Event.objects.filter(type="assessment.proof_changed").count() == 1
    assert consistent(assessment)


def test_another_last_day_reaches_the_answers_also_when_its_task_was_lost(
    assessment: Assessment, procurement: Person
) -> None:
    made = document(assessment, expires_on=date(2027, 1, 1))
    attach(assessment, made, procurement)
    documents.change(
        evidence=made,
        version=1,
        values={"expires_on": date(2027, 9, 1)},
        by=procurement.principal,
    )
    assert outdated().count() == 1
    assert proof.follow_all() == 1
    assert level(assessment) == (DOCUMENT, date(2027, 9, 1))
    assert outdated().count() == 0


def test_a_newer_version_proves_the_answer_until_its_own_last_day(
    assessment: Assessment, procurement: Person
) -> None:
    made = document(assessment, expires_on=date(2027, 1, 1))
    attach(assessment, made, procurement)
    documents.add_version(
        evidence=made, file=upload(), expires_on=date(2030, 1, 1), by=procurement.principal
    )
    proof.follow_all()
    assert level(assessment) == (DOCUMENT, date(2030, 1, 1))


def test_mandatory_evidence_is_missing_until_a_document_that_holds_is_there(
    assessment: Assessment, procurement: Person
) -> None:
    assert missing_evidence(assessment) == ["assigns"]
    old = document(assessment, expires_on=clock.today() - timedelta(days=1))
    attach(assessment, old, procurement, "assigns")
    assert missing_evidence(assessment) == ["assigns"]
    attach(assessment, document(assessment), procurement, "assigns")
    assert missing_evidence(assessment) == []


def test_admitting_the_worst_needs_no_proof(assessment: Assessment) -> None:
    say(assessment, assigns="no")
    assert missing_evidence(assessment) == []
