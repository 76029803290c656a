"""Incidents, monitoring checks and trainings over the API."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.models import BusinessUnit
from tests.factories.accounts import make_api_client, make_key
from tests.factories.incidents import add_measure, make_incident, make_item, make_person
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Program
from vendors.models import Engagement, Incident, MonitoringCheck, TrainingRecord, VendorUnit


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


@pytest.fixture
def writer(unit: BusinessUnit) -> Program:
    """A client that reads and writes vendors."""
    client = make_api_client(unit, scopes=["vendors:read", "vendors:write"], name="Watch service")
    return Program(client, make_key(client))


def send(who: Program, method: str, path: str, body: Any, **headers: str) -> Any:
    return who.browser.generic(
        method, f"/api/v1/{path}", json.dumps(body), "application/json",
        headers={**who.headers, **headers},
    )  # fmt: skip


def pointers(response: Any) -> set[str]:
    return {error["pointer"] for error in response.json()["errors"]}


def reported(**values: Any) -> dict[str, Any]:
    return {
        "title": "Copied housings",
        "found_how": "customs",
        "found_on": "2026-01-15",
        "severity": "severe",
        **values,
    }


def of(pk: UUID) -> str:
    return f"vendors/{pk}/incidents"


def test_an_incident_is_put_on_record_and_read_again(
    engagement: Engagement, writer: Program
) -> None:
    body = reported(engagement_id=str(engagement.pk), ip_kinds=["designs"])
    response = send(writer, "POST", of(engagement.vendor_id), body)
    assert response.status_code == 201
    made = response.json()
    assert (made["status"], made["engagement_id"]) == ("reported", str(engagement.pk))
    listed = writer.browser.get(f"/api/v1/{of(engagement.vendor_id)}").json()["items"]
    assert [row["id"] for row in listed] == [made["id"]]
    assert writer.browser.get(f"/api/v1/incidents/{made['id']}").json() == made


def test_without_an_engagement_the_unit_is_named(
    engagement: Engagement, unit: BusinessUnit, writer: Program
) -> None:
    address = of(engagement.vendor_id)
    response = send(writer, "POST", address, reported())
    assert response.status_code == 400
    assert pointers(response) == {"/unit"}
    assert send(writer, "POST", address, reported(unit=unit.code)).status_code == 201


def test_what_is_wrong_is_pointed_at(engagement: Engagement, writer: Program) -> None:
    body = reported(engagement_id=str(engagement.pk), found_on="2026-02-30", severity="huge")
    response = send(writer, "POST", of(engagement.vendor_id), body)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert pointers(response) == {"/found_on", "/severity"}
    body = reported(engagement_id=str(engagement.pk), happened_from="2026-01-16")
    assert pointers(send(writer, "POST", of(engagement.vendor_id), body)) == {"/happened_from"}
    assert not Incident.objects.exists()


def test_a_step_needs_the_version_that_stands_and_an_end_needs_a_reviewer(
    engagement: Engagement, writer: Program
) -> None:
    incident = make_incident(engagement)
    path = f"incidents/{incident.pk}"
    stale = {"If-Match": '"v7"'}
    assert send(writer, "PATCH", path, {"status": "confirmed"}, **stale).status_code == 412
    response = send(writer, "PATCH", path, {"status": "confirmed"}, **{"If-Match": '"v1"'})
    assert (response.status_code, response.headers["ETag"]) == (200, '"v2"')
    assert response.json()["status"] == "confirmed"
    assert send(writer, "PATCH", path, {"status": "reported"}).status_code == 409
    ended = send(writer, "PATCH", path, {"status": "closed", "reason": "Done"})
    assert ended.status_code == 403


def test_a_client_that_only_reads_writes_nothing_and_another_unit_finds_nothing(
    engagement: Engagement, api_client: Program, outsider_client: Program
) -> None:
    incident, item = make_incident(engagement), make_item(engagement)
    for method, path in (
        ("POST", of(engagement.vendor_id)),
        ("PATCH", f"incidents/{incident.pk}"),
        ("POST", f"monitoring/{item.pk}/checks"),
        ("PUT", f"engagements/{engagement.pk}/trainings"),
    ):
        assert send(api_client, method, path, {}).status_code == 403, path
    for path in (
        of(engagement.vendor_id),
        f"incidents/{incident.pk}",
        f"vendors/{engagement.vendor_id}/monitoring",
        f"monitoring/{item.pk}/checks",
        f"engagements/{engagement.pk}/trainings",
    ):
        assert outsider_client.browser.get(f"/api/v1/{path}").status_code == 404, path


def test_of_a_shared_incident_another_unit_reads_all_but_the_engagement(
    engagement: Engagement, other_unit: BusinessUnit, outsider_client: Program
) -> None:
    VendorUnit.objects.create(vendor=engagement.vendor, unit=other_unit)
    make_incident(engagement)
    shared = make_incident(engagement, shared=True)
    add_measure(shared, what="Return the tools")
    (row,) = outsider_client.browser.get(f"/api/v1/{of(engagement.vendor_id)}").json()["items"]
    assert (row["id"], row["engagement_id"]) == (str(shared.pk), None)
    assert [one["what"] for one in row["measures"]] == ["Return the tools"]


def test_a_check_is_recorded_and_moves_what_is_due(engagement: Engagement, writer: Program) -> None:
    item = make_item(engagement, every="month")
    path = f"monitoring/{item.pk}/checks"
    response = send(writer, "POST", path, {"done_on": "2026-02-10", "finding": "suspicious"})
    assert pointers(response) == {"/note"}
    response = send(writer, "POST", path, {"done_on": "2026-02-10"})
    assert (response.status_code, response.json()["finding"]) == (201, "nothing")
    assert MonitoringCheck.objects.get().done_by_label == "Watch service"
    plan = writer.browser.get(f"/api/v1/vendors/{engagement.vendor_id}/monitoring").json()
    assert plan["items"][0]["due_on"] == "2026-03-10"
    assert len(writer.browser.get(f"/api/v1/{path}").json()["items"]) == 1


def test_trainings_are_put_as_a_whole_and_again_without_change(
    engagement: Engagement, writer: Program
) -> None:
    make_person(engagement, name="Old Hand")
    path = f"engagements/{engagement.pk}/trainings"
    row = {"name": "Mai Tran", "side": "vendor", "topic": "Drawings", "done_on": "2026-01-05"}
    bad = {"records": [row, {**row, "name": "Leo", "valid_until": "2025-01-01"}]}
    response = send(writer, "PUT", path, bad)
    assert pointers(response) == {"/records/1/valid_until"}
    assert not TrainingRecord.objects.exists()
    good = {"records": [row]}
    assert send(writer, "PUT", path, good).json() == {"people": 1, "topics": 1, "records": 1}
    assert send(writer, "PUT", path, good).json() == {"people": 0, "topics": 0, "records": 0}
    found = writer.browser.get(f"/api/v1/{path}").json()
    assert (found["people"], found["in_date"]) == (2, 1)
    assert {one["name"] for one in found["records"]} == {"Mai Tran", "Old Hand"}
    assert TrainingRecord.objects.get().done_on == date(2026, 1, 5)
    again = {"records": found["records"]}
    assert send(writer, "PUT", path, again).json() == {"people": 0, "topics": 0, "records": 0}
