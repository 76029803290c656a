"""Assessments over the API: the list, opening, planning, and the steps of a program."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from assessments.models import Assessment, Invitation, Questionnaire
from assessments.services import assessments as service
from audit import clock
from audit.models import Event
from tests.api.programs import at, erp, make_program, pointers, read, send
from tests.factories.accounts import make_user
from tests.factories.assessments import (
    answer_all,
    in_review,
    make_assessment,
    make_engagement,
    small_questionnaire,
    submitted,
)
from tests.factories.portal import make_contact
from tests.personas import Person, Program
from vendors.services import vendors

__all__ = ["erp"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> Questionnaire:
    return small_questionnaire()


def opening(unit: BusinessUnit, **values: Any) -> dict[str, Any]:
    return {"engagement_id": str(make_engagement(unit).pk), "questionnaire": "small", **values}


def test_a_program_opens_an_assessment_and_reads_it_back(
    erp: Program, unit: BusinessUnit, small: Questionnaire
) -> None:
    body = opening(unit, due_on="2027-01-31")
    made = send(erp, "POST", "assessments", body)
    assert made.status_code == 201
    told = made.json()
    assert made.headers["Location"].endswith(told["links"]["self"])
    assert (told["status"], told["due_on"], told["engagement_id"]) == (
        "draft", "2027-01-31", body["engagement_id"],
    )  # fmt: skip
    assert told["questionnaire"]["content_hash"] == small.content_hash
    assert told["steps"] == ["save", "send", "submit", "cancel"]
    again = read(erp, f"assessments/{told['id']}")
    assert (again.json(), again.headers["ETag"]) == (told, made.headers["ETag"])
    unchanged = read(erp, f"assessments/{told['id']}", if_none_match=made.headers["ETag"])
    assert unchanged.status_code == 304


def test_left_out_is_what_the_page_proposes(
    erp: Program, unit: BusinessUnit, small: Questionnaire
) -> None:
    before = submitted(unit)
    service.cancel(assessment=before, reason="Begun anew", by=SYSTEM)
    made = send(erp, "POST", "assessments", {"engagement_id": str(before.engagement_id)}).json()
    assert made["questionnaire"]["key"] == "small"
    assert made["due_on"] == (clock.today() + timedelta(days=30)).isoformat()
    open_end = opening(unit, due_on=None, questionnaire=small.content_hash)
    assert send(erp, "POST", "assessments", open_end).json()["due_on"] is None


def test_a_program_may_name_who_fills_it_in_and_who_is_asked_at_the_vendor(
    erp: Program, unit: BusinessUnit, small: Questionnaire, procurement: Person
) -> None:
    engagement = make_engagement(unit)
    contact = make_contact(engagement.vendor)
    body = {
        "engagement_id": str(engagement.pk),
        "questionnaire": "small",
        "assigned_to": procurement.user.email.upper(),
        "contacts": [contact.email],
        "message": "Please answer.",
    }
    made = send(erp, "POST", "assessments", body).json()
    assert (made["status"], made["assigned_to"]) == ("sent", procurement.user.email)
    assert Invitation.objects.get().contact == contact


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"engagement_id": str(uuid4())}, "/engagement_id"),
        ({"engagement_id": "42"}, "/engagement_id"),
        ({"questionnaire": "unheard-of"}, "/questionnaire"),
        ({"due_on": "31.1.2027"}, "/due_on"),
        ({"assigned_to": "nobody@example.com"}, "/assigned_to"),
        ({"contacts": ["stranger@vendor.example"]}, "/contacts/0"),
        ({"language": "xx"}, "/language"),
    ],
)
def test_what_is_wrong_about_opening_is_pointed_at_and_nothing_is_opened(
    erp: Program, unit: BusinessUnit, small: Questionnaire, wrong: dict[str, Any], pointer: str
) -> None:
    answer = send(erp, "POST", "assessments", opening(unit, **wrong))
    assert (answer.status_code, pointers(answer)) == (400, {pointer})
    assert not Assessment.objects.exists()


def test_asking_until_a_day_that_has_passed_opens_nothing(
    erp: Program, unit: BusinessUnit, small: Questionnaire
) -> None:
    engagement = make_engagement(unit)
    contact = make_contact(engagement.vendor)
    body = opening(unit, engagement_id=str(engagement.pk), contacts=[contact.email])
    answer = send(erp, "POST", "assessments", {**body, "due_on": "2020-01-01"})
    assert (answer.status_code, pointers(answer)) == (400, {"/due_on"})
    assert not Assessment.objects.exists()


def test_while_one_is_under_way_another_is_a_conflict(
    erp: Program, unit: BusinessUnit, small: Questionnaire
) -> None:
    body = opening(unit)
    send(erp, "POST", "assessments", body)
    answer = send(erp, "POST", "assessments", body)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:surety:problem:already_open")


def test_opening_twice_under_one_key_opens_one(
    erp: Program, unit: BusinessUnit, small: Questionnaire
) -> None:
    body = opening(unit)
    first = send(erp, "POST", "assessments", body, idempotency_key="po-4711")
    again = send(erp, "POST", "assessments", body, idempotency_key="po-4711")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert Assessment.objects.count() == 1


def test_the_record_and_its_page_name_the_client(
    erp: Program, unit: BusinessUnit, small: Questionnaire, admin: Person
) -> None:
    made = send(erp, "POST", "assessments", opening(unit)).json()
    event = Event.objects.get(type="assessment.opened", aggregate_id=made["id"])
    assert (event.actor_kind, event.actor_id) == ("client", erp.principal.id)
    page = admin.browser.get(reverse("accounts:log"), {"q": "ERP"})
    assert page.status_code == 200
    assert "ERP" in page.content.decode()


def test_the_list_narrows_down_and_pages(erp: Program, unit: BusinessUnit) -> None:
    first, second, third = (make_assessment(unit) for _ in range(3))
    vendors.set_external_id(vendor=second.vendor, system="sap-prd-100", value="0042", by=SYSTEM)
    service.cancel(assessment=third, reason="Not needed", by=SYSTEM)

    def ids(**query: str | int) -> list[str]:
        found = erp.browser.get("/api/v1/assessments", query)
        assert found.status_code == 200
        return [one["id"] for one in found.json()["items"]]

    assert ids() == [str(one.pk) for one in (first, second, third)]
    assert ids(status="open") == [str(first.pk), str(second.pk)]
    assert ids(status="closed") == [str(third.pk)]
    assert ids(vendor_id=str(first.vendor_id)) == [str(first.pk)]
    assert ids(engagement_id=str(first.engagement_id)) == [str(first.pk)]
    assert ids(external_id="sap-prd-100:42") == [str(second.pk)]
    assert ids(external_id="sap-prd-100:43") == []
    vendors.set_external_id(vendor=first.vendor, system="coupa-text", value="007", by=SYSTEM)
    assert ids(external_id="coupa-text:007") == [str(first.pk)]
    assert ids(external_id="coupa-text:7") == []
    page = erp.browser.get("/api/v1/assessments", {"limit": 2})
    assert 'rel="next"' in page.headers["Link"]
    assert ids(limit=2, cursor=page.json()["next"]) == [str(third.pk)]


def test_changed_since_leaves_out_what_nothing_has_happened_to(
    erp: Program, unit: BusinessUnit
) -> None:
    make_assessment(unit)
    moved = make_assessment(unit)
    before = read(erp, at(moved)).json()["changed_at"]
    answer_all(moved)
    found = erp.browser.get("/api/v1/assessments", {"changed_since": before}).json()["items"]
    assert [one["id"] for one in found] == [str(moved.pk)]
    assert found[0]["changed_at"] > before
    for wrong in ("yesterday", "2026-01-31", "2026-01-31T12:00:00", "2026-13-31T12:00:00Z"):
        answer = erp.browser.get("/api/v1/assessments", {"changed_since": wrong})
        assert (answer.status_code, pointers(answer)) == (400, {"/changed_since"}), wrong


def test_a_list_of_many_asks_no_more_queries_than_one_of_few(
    erp: Program, unit: BusinessUnit, django_assert_num_queries: Any
) -> None:
    for count in (1, 4):
        for _ in range(count):
            make_assessment(unit)
        read(erp, "assessments")
        with django_assert_num_queries(2):
            assert read(erp, "assessments").status_code == 200


def test_planning_changes_what_is_sent_and_leaves_the_rest(
    erp: Program, unit: BusinessUnit, procurement: Person
) -> None:
    assessment = make_assessment(unit)
    tag = read(erp, at(assessment)).headers["ETag"]
    body = {"assigned_to": procurement.user.email}
    planned = send(erp, "PATCH", at(assessment), body, if_match=tag)
    assert planned.json()["assigned_to"] == procurement.user.email
    moved = send(erp, "PATCH", at(assessment), {"due_on": "2027-03-01"})
    assert (moved.json()["assigned_to"], moved.json()["due_on"]) == (
        procurement.user.email, "2027-03-01",
    )  # fmt: skip
    assert send(erp, "PATCH", at(assessment), {}, if_match=tag).status_code == 412
    freed = send(erp, "PATCH", at(assessment), {"assigned_to": None, "due_on": None})
    assert (freed.json()["assigned_to"], freed.json()["due_on"]) == (None, None)
    wrong = send(erp, "PATCH", at(assessment), {"assigned_to": "nobody@example.com"})
    assert pointers(wrong) == {"/assigned_to"}


def test_submitting_points_at_what_is_missing(erp: Program, unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    refused = send(erp, "POST", at(assessment, "submit"))
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:surety:problem:incomplete")
    assert pointers(refused) == {"/answers/assigns"}
    answer_all(assessment)
    tag = read(erp, at(assessment)).headers["ETag"]
    assert send(erp, "POST", at(assessment, "submit"), if_match='"stale"').status_code == 412
    done = send(erp, "POST", at(assessment, "submit"), if_match=tag, idempotency_key="s-1")
    assert (done.status_code, done.json()["status"]) == (200, "submitted")
    again = send(erp, "POST", at(assessment, "submit"), if_match=tag, idempotency_key="s-1")
    assert (again.status_code, again.json()) == (200, done.json())
    late = send(erp, "POST", at(assessment, "submit"))
    assert (late.status_code, late.json()["type"]) == (409, "urn:surety:problem:not_possible_now")


def test_a_program_sends_a_draft_and_takes_it_back(erp: Program, unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    contact = make_contact(assessment.vendor)
    nobody = send(erp, "POST", at(assessment, "send"), {"contacts": []})
    assert (nobody.status_code, pointers(nobody)) == (400, {"/contacts"})
    stranger = send(erp, "POST", at(assessment, "send"), {"contacts": ["x@elsewhere.example"]})
    assert pointers(stranger) == {"/contacts/0"}
    sent = send(erp, "POST", at(assessment, "send"), {"contacts": [contact.email]})
    assert (sent.status_code, sent.json()["status"]) == (200, "sent")
    without = send(erp, "POST", at(assessment, "take-back"), {})
    assert (without.status_code, pointers(without)) == (400, {"/reason"})
    back = send(erp, "POST", at(assessment, "take-back"), {"reason": "Wrong contact"})
    assert (back.status_code, back.json()["status"]) == (200, "draft")
    again = send(erp, "POST", at(assessment, "take-back"), {"reason": "Wrong contact"})
    assert again.status_code == 409


def test_a_program_gives_up_what_is_not_signed_off(erp: Program, unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    body = {"reason": "The order was cancelled."}
    done = send(erp, "POST", at(assessment, "cancel"), body)
    assert (done.json()["status"], done.json()["status_reason"]) == ("closed", body["reason"])
    assert done.json()["steps"] == []
    assert send(erp, "POST", at(assessment, "cancel"), body).status_code == 409


def test_a_program_is_offered_no_step_of_a_review(erp: Program, unit: BusinessUnit) -> None:
    assert read(erp, at(in_review(unit))).json()["steps"] == ["cancel"]


STEPS = (
    ("POST", "submit"),
    ("POST", "send"),
    ("POST", "take-back"),
    ("POST", "cancel"),
    ("PATCH", ""),
    ("PATCH", "answers"),
    ("POST", "evidence"),
)


def test_who_only_reads_takes_no_step_and_who_may_not_read_reads_nothing(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = make_assessment(unit)
    assert send(api_client, "POST", "assessments", opening(unit)).status_code == 403
    for method, more in STEPS:
        assert send(api_client, method, at(assessment, more), {}).status_code == 403, more
    writer = make_program(unit, "assessments:write")
    for path in ("assessments", at(assessment), at(assessment, "answers")):
        assert read(writer, path).status_code == 403, path


def test_without_a_key_there_is_nothing_and_elsewhere_nothing_exists(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    assessment = make_assessment(unit)
    elsewhere = make_program(other_unit)
    stranger = Program(elsewhere.client, "srt_unknown")
    for method, more in (*STEPS, ("GET", ""), ("GET", "answers"), ("GET", "evidence")):
        assert send(stranger, method, at(assessment, more), {}).status_code == 401, more
        assert send(elsewhere, method, at(assessment, more), {}).status_code == 404, more
    assert read(elsewhere, "assessments").json()["items"] == []


def test_somebody_of_another_unit_cannot_be_named(
    erp: Program, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    theirs = make_user(Role.PROCUREMENT, other_unit)
    assessment = make_assessment(unit)
    answer = send(erp, "PATCH", at(assessment), {"assigned_to": theirs.email})
    assert pointers(answer) == {"/assigned_to"}
