"""Evidence on the pages of an assessment: beside each question, added, used again, taken away."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.selectors.proof import evidence_of
from assessments.services import answers, assessments, proof, review
from assessments.services.answers import AnswerInput
from tests.factories.assessments import answer_all, in_review, make_assessment
from tests.factories.evidence import make_evidence, pdf_bytes, upload
from tests.personas import Person


@pytest.fixture
def assessment(unit: BusinessUnit) -> Assessment:
    """One that is being filled in."""
    made = make_assessment(unit)
    answers.save(
        assessment=made,
        values={"assigns": AnswerInput("yes"), "discloses": AnswerInput("yearly")},
        by=SYSTEM,
    )
    return made


def address(assessment: Assessment, name: str, *more: object) -> str:
    return reverse(f"assessments:{name}", args=[assessment.pk, *more])


ABOUT = {"kind": "policy", "confidentiality": "confidential"}


def test_a_file_is_put_beside_an_answer_and_shown_there(
    assessment: Assessment, procurement: Person
) -> None:
    here = address(assessment, "proof", "discloses")
    answer = procurement.browser.post(
        here + "?back=section", {"documents": [upload("policy.pdf")], "back": "section", **ABOUT}
    )
    assert answer.status_code == 302
    assert answer["Location"] == here + "?back=section"
    assert [one.title for one in evidence_of(assessment)["discloses"]] == ["policy"]
    for name in (("section", "ownership"), ("answers",), ("proofs",)):
        page = procurement.browser.get(address(assessment, *name)).content.decode()
        assert ">policy</a>" in page
        assert "Remove<" in page or name == ("answers",)


def test_leaving_for_the_evidence_saves_what_was_typed(
    assessment: Assessment, procurement: Person
) -> None:
    answer = procurement.browser.post(
        address(assessment, "section", "ownership"),
        {"q-discloses": "never", "q-discloses-version": "1", "evidence": "discloses"},
    )
    assert answer["Location"] == address(assessment, "proof", "discloses") + "?back=section"
    assert assessment.answers.get(question_key="discloses").value == "never"


def test_the_same_file_is_used_again_and_said_to_be(
    assessment: Assessment, procurement: Person
) -> None:
    content = pdf_bytes("once")
    known = make_evidence(
        assessment.vendor, assessment.unit, file=upload("a.pdf", content), title="Known"
    )
    answer = procurement.browser.post(
        address(assessment, "proof", "assigns"),
        {"documents": [upload("b.pdf", content), upload("c.pdf")], **ABOUT},
        follow=True,
    )
    assert "on record already as “Known”" in answer.content.decode()
    assert len(evidence_of(assessment)["assigns"]) == 2
    assert known in evidence_of(assessment)["assigns"]


def test_of_several_files_the_good_ones_stay_and_the_others_are_named(
    assessment: Assessment, procurement: Person
) -> None:
    answer = procurement.browser.post(
        address(assessment, "proof", "assigns"),
        {"documents": [upload("good.pdf"), upload("bad.exe", b"MZ")], **ABOUT},
    )
    assert answer.status_code == 422
    assert "bad.exe: Files of this type cannot be taken" in answer.content.decode()
    assert [one.title for one in evidence_of(assessment)["assigns"]] == ["good"]


def test_documents_on_record_are_offered_and_put_beside_the_answer(
    assessment: Assessment, procurement: Person
) -> None:
    first, second = (
        make_evidence(assessment.vendor, assessment.unit, title=f"Paper {n}") for n in "AB"
    )
    strict = make_evidence(
        assessment.vendor, assessment.unit, title="Hidden", confidentiality="strict"
    )
    here = address(assessment, "proof", "assigns")
    page = procurement.browser.get(here).content.decode()
    assert "Paper A" in page
    assert "Hidden" not in page
    procurement.browser.post(here, {"use": [str(first.pk), str(strict.pk), "nonsense", ""]})
    assert evidence_of(assessment) == {"assigns": [first]}
    assert "Paper B" in procurement.browser.get(here + "?q=paper+b").content.decode()
    assert second not in evidence_of(assessment)["assigns"]


def test_taking_a_document_away_asks_first(assessment: Assessment, procurement: Person) -> None:
    made = make_evidence(assessment.vendor, assessment.unit)
    proof.attach(assessment=assessment, question_key="assigns", evidence=made, by=SYSTEM)
    here = address(assessment, "proof_remove", "assigns", made.pk)
    assert "stays on record" in procurement.browser.get(here).content.decode()
    assert procurement.browser.post(here).status_code == 302
    assert evidence_of(assessment) == {}


def test_who_may_not_open_a_strict_document_sees_that_there_is_one(
    assessment: Assessment, auditor: Person, legal: Person
) -> None:
    made = make_evidence(
        assessment.vendor, assessment.unit, title="Hidden", confidentiality="strict"
    )
    proof.attach(assessment=assessment, question_key="assigns", evidence=made, by=SYSTEM)
    here = address(assessment, "answers")
    page = auditor.browser.get(here).content.decode()
    assert "A strictly confidential document" in page
    assert "Hidden" not in page
    assert "Hidden" in legal.browser.get(here).content.decode()


def test_missing_evidence_is_named_until_it_is_there(
    assessment: Assessment, procurement: Person
) -> None:
    here = address(assessment, "proofs")
    assert "1 answer still has to be proved" in procurement.browser.get(here).content.decode()
    made = make_evidence(assessment.vendor, assessment.unit)
    proof.attach(assessment=assessment, question_key="assigns", evidence=made, by=SYSTEM)
    assert "Every answer that has to be" in procurement.browser.get(here).content.decode()


def test_a_reviewer_adds_evidence_during_review_and_others_do_not(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = in_review(unit)
    here = address(assessment, "proof", "discloses")
    sent: dict[str, Any] = {"documents": [upload("seen.pdf")], **ABOUT}
    assert procurement.browser.post(here, sent).status_code == 409
    assert evidence_of(assessment) == {}
    sent = {"documents": [upload("seen.pdf")], **ABOUT}
    assert legal.browser.post(here, sent).status_code == 302
    page = legal.browser.get(address(assessment, "review") + "?section=ownership")
    assert ">seen</a>" in page.content.decode()


def test_the_page_of_a_document_says_where_it_is_used(
    assessment: Assessment, procurement: Person
) -> None:
    made = make_evidence(assessment.vendor, assessment.unit)
    proof.attach(assessment=assessment, question_key="assigns", evidence=made, by=SYSTEM)
    answer = procurement.browser.get(reverse("assessments:evidence_uses", args=[made.pk]))
    assert "Does the contract assign the results?" in answer.content.decode()


def test_the_section_page_takes_a_constant_number_of_queries(
    assessment: Assessment, procurement: Person, django_assert_max_num_queries: Any
) -> None:
    for _each in range(8):
        made = make_evidence(assessment.vendor, assessment.unit)
        proof.attach(assessment=assessment, question_key="assigns", evidence=made, by=SYSTEM)
    browser = procurement.browser
    with django_assert_max_num_queries(22):
        browser.get(address(assessment, "section", "ownership"))


def test_before_submitting_one_sees_what_is_proved_what_is_not_and_what_was_asked(
    assessment: Assessment, procurement: Person, legal: Person
) -> None:
    here = address(assessment, "check")
    page = procurement.browser.get(here).text
    assert "Evidence is missing for" in page
    assert address(assessment, "proof", "assigns") + "?back=check" in page
    with CaptureQueriesContext(connection) as few:
        procurement.browser.get(here)
    for key, title in (("assigns", "The contract"), ("discloses", "A policy")):
        made = make_evidence(assessment.vendor, assessment.unit, title=title)
        proof.attach(assessment=assessment, question_key=key, evidence=made, by=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        page = procurement.browser.get(here).text
    assert ">The contract</a>" in page
    assert ">A policy</a>" in page
    assert address(assessment, "proof", "assigns") + "?back=check" in page
    # The documents, their files, and whether the reader may open them.
    assert len(many) - len(few) <= 6
    answer_all(assessment)
    assessments.submit(assessment=assessment, by=SYSTEM)
    assessments.take(assessment=assessment, by=legal.principal)
    review.review_answer(
        assessment=assessment,
        question_key="discloses",
        verdict="queried",
        note="Since when?",
        by=legal.principal,
    )
    assessments.send_back(
        assessment=assessment, reason="Look.", keys=["discloses"], by=legal.principal
    )
    page = procurement.browser.get(here).text
    assert "Since when?" in page
    assert "Queried" in page
