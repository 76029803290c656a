"""Answers and evidence over the API."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Answer, Assessment, Sheet
from assessments.services import answers, proof
from assessments.services import assessments as service
from assessments.services.answers import AnswerInput
from assessments.services.overrides import override_answer
from audit.models import Event
from tests.api.programs import GOOD, at, erp, pointers, read, send
from tests.factories.assessments import answer_all, in_review, make_assessment, submitted
from tests.factories.evidence import make_evidence, pdf_bytes, upload
from tests.personas import Person, Program
from vendors.models import Evidence

__all__ = ["erp"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(unit: BusinessUnit) -> Assessment:
    return make_assessment(unit)


def save(who: Program, row: Assessment, said: Any, **headers: str) -> Any:
    return send(who, "PATCH", at(row, "answers"), {"answers": said}, **headers)


def of(answer: Any, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in answer.json()["items"] if one["key"] == key)
    return found


def test_all_answers_go_in_one_request_and_are_read_back(
    erp: Program, assessment: Assessment
) -> None:
    blank = read(erp, at(assessment, "answers"))
    assert {one["key"] for one in blank.json()["items"] if one["asked"]} == set(GOOD)
    assert blank.json()["missing"] == ["assigns"]
    done = save(erp, assessment, GOOD, if_match=blank.headers["ETag"])
    assert done.status_code == 200
    assert (done.json()["answered"], done.json()["applicable"]) == (7, 7)
    assert of(done, "measures")["value"] == ["locks", "logs"]
    assert (of(done, "staff")["state"], of(done, "staff")["answered_by"]) == ("answered", "program")
    again = read(erp, at(assessment, "answers"))
    assert (again.json(), again.headers["ETag"]) == (done.json(), done.headers["ETag"])
    tag = again.headers["ETag"]
    assert read(erp, at(assessment, "answers"), if_none_match=tag).status_code == 304
    event = Event.objects.get(type="assessment.answers_saved", aggregate_id=assessment.pk)
    assert event.actor_kind == "client"


def test_what_is_said_again_is_not_written_again(erp: Program, assessment: Assessment) -> None:
    save(erp, assessment, GOOD)
    count = Event.objects.count()
    assert save(erp, assessment, GOOD).status_code == 200
    assert Event.objects.count() == count


def test_a_question_is_sent_together_with_the_answer_that_opens_it(
    erp: Program, assessment: Assessment
) -> None:
    closed = save(erp, assessment, {"bound": {"value": "yes"}})
    assert (closed.status_code, pointers(closed)) == (400, {"/answers/bound"})
    assert not Answer.objects.exists()
    opened = save(erp, assessment, {"bound": {"value": "yes"}, "subcontracts": {"value": "yes"}})
    assert opened.status_code == 200
    assert of(opened, "signed_on")["asked"] is True


@pytest.mark.parametrize(
    ("key", "said", "pointer"),
    [
        ("unheard_of", {"value": "yes"}, "/answers/unheard_of"),
        ("a/b~c", {"value": "yes"}, "/answers/a~1b~0c"),
        ("assigns", {"value": "perhaps"}, "/answers/assigns"),
        ("assigns", {"value": ["yes"]}, "/answers/assigns"),
        ("assigns", {"value": 1}, "/answers/assigns"),
        ("measures", {"value": ["locks", "nothing"]}, "/answers/measures"),
        ("staff", {"value": "many"}, "/answers/staff"),
        ("staff", {"value": 1.5}, "/answers/staff"),
        ("remarks", {"value": "x" * 201}, "/answers/remarks"),
        ("remarks", {"value": "\ud800"}, "/answers/remarks/value"),
        ("remarks", {"value": "\0"}, "/answers/remarks/value"),
        ("assigns", {"state": "not_applicable", "note": "No"}, "/answers/assigns"),
        ("discloses", {"state": "not_applicable"}, "/answers/discloses"),
        ("discloses", {"state": "maybe"}, "/answers/discloses/state"),
        ("discloses", {"state": "declined", "value": "never"}, "/answers/discloses/value"),
        ("discloses", {}, "/answers/discloses/value"),
        ("discloses", {"value": "never", "version": -1}, "/answers/discloses/version"),
        ("discloses", "never", "/answers/discloses"),
    ],
)
def test_what_cannot_be_taken_is_pointed_at_and_nothing_is_written(
    erp: Program, assessment: Assessment, key: str, said: Any, pointer: str
) -> None:
    answer = save(erp, assessment, {"subcontracts": {"value": "no"}, key: said})
    assert (answer.status_code, pointers(answer)) == (400, {pointer})
    assert not Answer.objects.exists()


@pytest.mark.parametrize("body", [{}, {"answers": {}}, {"answers": []}, {"answers": None}, []])
def test_a_body_without_answers_is_refused(erp: Program, assessment: Assessment, body: Any) -> None:
    assert send(erp, "PATCH", at(assessment, "answers"), body).status_code == 400


def test_dont_know_and_blank_are_said_by_state(erp: Program, assessment: Assessment) -> None:
    save(erp, assessment, {"discloses": {"value": "yearly"}, "watched": {"state": "dont_know"}})
    done = save(erp, assessment, {"discloses": {"state": "blank"}})
    assert (of(done, "discloses")["state"], of(done, "discloses")["value"]) == ("blank", None)
    assert of(done, "watched")["state"] == "dont_know"


def test_a_tag_or_a_version_that_is_out_of_date_writes_nothing(
    erp: Program, assessment: Assessment
) -> None:
    tag = read(erp, at(assessment, "answers")).headers["ETag"]
    save(erp, assessment, {"staff": {"value": 3}}, if_match=tag)
    assert save(erp, assessment, {"staff": {"value": 4}}, if_match=tag).status_code == 412
    stale = save(erp, assessment, {"staff": {"value": 4, "version": 0}})
    assert (stale.status_code, pointers(stale)) == (409, {"/answers/staff/version"})
    assert Answer.objects.get().value == 3
    assert save(erp, assessment, {"staff": {"value": 4, "version": 1}}).status_code == 200


def test_a_save_sent_twice_under_one_key_is_written_once(
    erp: Program, assessment: Assessment
) -> None:
    tag = read(erp, at(assessment, "answers")).headers["ETag"]
    first = save(erp, assessment, GOOD, if_match=tag, idempotency_key="a-1")
    again = save(erp, assessment, GOOD, if_match=tag, idempotency_key="a-1")
    assert (again.status_code, again.json()) == (200, first.json())
    assert Event.objects.filter(type="assessment.answers_saved").count() == 1


def test_once_submitted_answers_are_frozen(erp: Program, unit: BusinessUnit) -> None:
    frozen = save(erp, submitted(unit), {"staff": {"value": 4}})
    assert (frozen.status_code, frozen.json()["type"]) == (409, "urn:surety:problem:frozen")


def test_what_was_sent_back_is_told_and_only_that_can_be_changed(
    erp: Program, unit: BusinessUnit, legal: Person
) -> None:
    row = in_review(unit)
    service.send_back(
        assessment=row, reason="Too many", keys=["staff"], words={"staff": "Who?"}, by=SYSTEM
    )
    told = read(erp, at(row, "answers"))
    assert [one["key"] for one in told.json()["items"] if one["changeable"]] == ["staff"]
    assert (of(told, "staff")["review"], of(told, "staff")["query"]) == ("queried", "Who?")
    settled = save(erp, row, {"remarks": {"value": "Other"}})
    assert (settled.status_code, pointers(settled)) == (400, {"/answers/remarks"})
    assert save(erp, row, {"staff": {"value": 2}}).status_code == 200


def test_a_reviewers_word_is_told_beside_what_was_said(
    erp: Program, unit: BusinessUnit, legal: Person
) -> None:

    row = in_review(unit)
    override_answer(
        assessment=row, question_key="watched", value="no", reason="No reports", by=legal.principal
    )
    told = of(read(erp, at(row, "answers")), "watched")
    assert told["value"] == "yes"
    assert told["counts"] == {"state": "answered", "value": "no", "reason": "No reports"}


def test_pages_name_the_program_that_gave_an_answer(
    erp: Program, assessment: Assessment, procurement: Person, auditor: Person
) -> None:
    save(erp, assessment, GOOD)
    page = auditor.browser.get(f"/assessments/{assessment.pk}/answers/").content.decode()
    assert page.count("· ERP") == len(GOOD)
    save(erp, assessment, {"staff": {"value": 3, "note": "As of June"}})
    answers.save(assessment=assessment, values={"staff": AnswerInput(4)}, by=procurement.principal)
    told = read(erp, at(assessment, "answers"))
    assert (of(told, "staff")["answered_by"], of(told, "watched")["answered_by"]) == (
        "staff", "program",
    )  # fmt: skip


def attach(who: Program, row: Assessment, **fields: Any) -> Any:
    key = fields.pop("idempotency_key", None)
    return who.browser.post(
        f"/api/v1/{at(row, 'evidence')}",
        fields,
        headers={"Idempotency-Key": key} if key else {},
    )


def test_a_file_is_put_beside_an_answer_as_on_the_pages(
    erp: Program, assessment: Assessment
) -> None:
    save(erp, assessment, {"staff": {"value": 3}})
    made = attach(
        erp, assessment, question="staff", file=upload("list.pdf"), kind="record",
        expires_on="2030-01-31",
    )  # fmt: skip
    assert made.status_code == 201
    told = made.json()
    assert (told["question"], told["added_by"]) == ("staff", "program")
    assert (told["document"]["title"], told["document"]["kind"]) == ("list", "record")
    assert told["document"]["files"][0]["content_type"] == "application/pdf"
    assert read(erp, at(assessment, "evidence")).json()["items"] == [told]
    answer = of(read(erp, at(assessment, "answers")), "staff")
    assert (answer["evidence"], answer["proved_by"], answer["proved_until"]) == (
        1, "document", "2030-01-31",
    )  # fmt: skip


def test_the_same_bytes_are_used_again_and_the_same_key_is_answered_again(
    erp: Program, assessment: Assessment
) -> None:
    content = pdf_bytes()

    def put(question: str, key: str | None = None) -> Any:
        file = upload("list.pdf", content)
        return attach(erp, assessment, question=question, file=file, idempotency_key=key)

    first = put("staff", "e-1")
    assert first.status_code == 201
    again = put("staff", "e-1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    other = put("watched", "e-1")
    assert other.status_code == 422
    beside = put("watched")
    assert (beside.status_code, beside.json()["evidence_id"]) == (200, first.json()["evidence_id"])
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"question": "unheard_of"}, "/question"),
        ({"file": ""}, "/file"),
        ({"kind": "poem"}, "/kind"),
        ({"issued_on": "2026-02-01", "expires_on": "2026-01-01"}, "/expires_on"),
    ],
)
def test_what_is_wrong_with_evidence_is_pointed_at(
    erp: Program, assessment: Assessment, change: dict[str, Any], pointer: str
) -> None:
    answer = attach(erp, assessment, **{"question": "staff", "file": upload(), **change})
    assert (answer.status_code, pointers(answer)) == (400, {pointer})
    assert not Evidence.objects.exists()


def test_a_file_of_no_known_kind_an_empty_one_and_json_are_refused(
    erp: Program, assessment: Assessment
) -> None:
    for file in (upload("run.exe", b"MZ"), upload("empty.pdf", b"")):
        answer = attach(erp, assessment, question="staff", file=file)
        assert (answer.status_code, pointers(answer)) == (400, {"/file"})
    assert send(erp, "POST", at(assessment, "evidence"), {"question": "staff"}).status_code == 415


def test_of_what_is_strictly_confidential_a_program_learns_only_that_it_is_there(
    erp: Program, assessment: Assessment
) -> None:
    document = make_evidence(
        assessment.vendor, assessment.unit, title="Secret recipe", confidentiality="strict"
    )
    proof.attach(assessment=assessment, question_key="staff", evidence=document, by=SYSTEM)
    answer = read(erp, at(assessment, "evidence"))
    assert "Secret recipe" not in answer.content.decode()
    (told,) = answer.json()["items"]
    assert (told["confidentiality"], told["document"]) == ("strict", None)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_read_the_same_state_one_writes_and_the_other_is_told(
    erp: Program, unit: BusinessUnit
) -> None:
    row = make_assessment(unit)
    tag = read(erp, at(row, "answers")).headers["ETag"]
    ready, told = Barrier(2), []

    def write(value: int) -> Callable[[], None]:
        def run() -> None:
            ready.wait()
            try:
                who = Program(erp.client, erp.key)
                told.append(save(who, row, {"staff": {"value": value}}, if_match=tag))
            finally:
                connection.close()

        return run

    threads = [Thread(target=write(value)) for value in (3, 4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one.status_code for one in told) == [200, 412]
    assert Answer.objects.get().version == 1


def test_answering_all_by_pages_service_and_by_program_packs_the_same_sheet(
    erp: Program, unit: BusinessUnit
) -> None:
    by_hand, by_program = make_assessment(unit), make_assessment(unit)
    answer_all(by_hand)
    values = {
        row.question_key: {"value": row.value} for row in Answer.objects.filter(assessment=by_hand)
    }
    assert save(erp, by_program, values).status_code == 200
    sheets = [Sheet.objects.get(assessment=one) for one in (by_hand, by_program)]
    assert bytes(sheets[0].cells) == bytes(sheets[1].cells)
