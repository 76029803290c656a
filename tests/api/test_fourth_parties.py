"""Subcontracts and chains over the API."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import BusinessUnit
from audit.models import Event
from tests.factories.accounts import make_api_client, make_key
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Program
from vendors.models import Subcontract, Vendor

LEI = "529900T8BM49AURSDO55"


@pytest.fixture
def above(unit: BusinessUnit) -> Vendor:
    return make_vendor(unit, name="Nam Long Plastics")


@pytest.fixture
def writer(unit: BusinessUnit) -> Program:
    """A client that may record facts."""
    client = make_api_client(unit, name="PLM", scopes=["vendors:read", "vendors:write"])
    return Program(client, make_key(client))


def put(client: Program, vendor: Vendor, pk: UUID, body: dict[str, Any], **headers: str) -> Any:
    return client.browser.put(
        f"/api/v1/vendors/{vendor.pk}/subcontracts/{pk}",
        body,
        content_type="application/json",
        headers=headers,
    )


def test_a_subcontract_is_recorded_replaced_and_ended(
    writer: Program, above: Vendor, unit: BusinessUnit
) -> None:
    make_engagement(above, unit)
    pk = uuid4()
    said = {
        "company": {"name": "Saigon Galvanics", "country": "VN"},
        "service": "Galvanising",
        "ip_kinds": ["designs", "source_code"],
        "flowed_down": True,
        "approved_on": "2026-01-05",
    }
    made = put(writer, above, pk, said)
    assert made.status_code == 201
    assert made.json()["subcontractor_name"] == "Saigon Galvanics"
    assert made.json()["beyond"] == ["source_code"]
    tag = made.headers["ETag"]
    less = {"service": "Galvanising", "status": "ended"}
    done = put(writer, above, pk, less, **{"If-Match": tag})
    assert (done.status_code, done.json()["status"], done.json()["flowed_down"]) == (
        200,
        "ended",
        None,
    )
    assert put(writer, above, pk, less, **{"If-Match": tag}).status_code == 412
    assert Subcontract.objects.get().pk == pk


def test_saying_the_same_again_writes_nothing(writer: Program, above: Vendor) -> None:
    pk = uuid4()
    said = {"company": {"name": "Saigon Galvanics"}, "service": "Galvanising"}
    put(writer, above, pk, said)
    before = Event.objects.count()
    assert put(writer, above, pk, said).status_code == 200
    assert Event.objects.count() == before


def test_a_company_with_a_number_on_record_is_used(
    writer: Program, above: Vendor, other_unit: BusinessUnit
) -> None:
    there = make_vendor(other_unit, name="Galvanics", lei=LEI)
    said = {"company": {"name": "Saigon Galvanics", "lei": LEI}, "service": "Galvanising"}
    assert put(writer, above, uuid4(), said).json()["subcontractor"] == str(there.pk)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"service": "X"}, "/subcontractor"),
        ({"service": "X", "subcontractor": str(uuid4())}, "/subcontractor"),
        ({"service": "", "company": {"name": "A1"}}, "/service"),
        ({"service": "X", "company": {"name": "A1", "lei": "12"}}, "/lei"),
        ({"service": "X", "company": {"name": "A1"}, "ip_kinds": ["recipes"]}, "/ip_kinds/0"),
        ({"service": "X", "company": {"name": "A1"}, "engagement": str(uuid4())}, "/engagement"),
        ({"service": "X", "company": {"name": "A1"}, "sites": [str(uuid4())]}, "/sites"),
        ({"service": "X", "company": {"name": "A1"}, "approved_on": "2999-01-01"}, "/approved_on"),
    ],
)
def test_what_is_wrong_is_pointed_at_and_nothing_is_written(
    writer: Program, above: Vendor, body: dict[str, Any], pointer: str
) -> None:
    answer = put(writer, above, uuid4(), body)
    assert answer.status_code == 400, answer.json()
    assert pointer in {one["pointer"] for one in answer.json()["errors"]}
    assert Vendor.objects.count() == 1
    assert not Subcontract.objects.exists()


def test_a_circle_is_refused(writer: Program, above: Vendor) -> None:
    second = make_company(above, "Second")
    make_subcontract(above, second)
    answer = put(writer, second, uuid4(), {"subcontractor": str(above.pk), "service": "Back"})
    assert (answer.status_code, answer.json()["type"]) == (
        422,
        "urn:surety:problem:closes_circle",
    )


def test_chains_are_read_both_ways_page_by_page(api_client: Program, above: Vendor) -> None:
    second, third = make_company(above, "Second"), make_company(above, "Third")
    make_subcontract(above, second)
    make_subcontract(second, third)
    address = f"/api/v1/vendors/{above.pk}/fourth-parties?limit=1"
    first = api_client.browser.get(address).json()
    rest = api_client.browser.get(f"{address}&cursor={first['next']}").json()
    found = {one["name"]: one["depth"] for one in (*first["items"], *rest["items"])}
    assert found == {"Second": 1, "Third": 2}
    assert rest["next"] is None
    up = api_client.browser.get(f"/api/v1/vendors/{third.pk}/fourth-parties?direction=above")
    assert [one["name"] for one in up.json()["items"]] == ["Nam Long Plastics", "Second"] or [
        one["name"] for one in up.json()["items"]
    ] == ["Second", "Nam Long Plastics"]
    listed = api_client.browser.get("/api/v1/fourth-parties?q=third").json()
    assert [(one["name"], one["relied_on_by"]) for one in listed["items"]] == [("Third", 1)]


def test_nothing_of_another_unit_is_there(
    outsider_client: Program, above: Vendor, api_client: Program
) -> None:
    second = make_company(above, "Second")
    row = make_subcontract(above, second)
    for path in ("fourth-parties", "subcontracts", f"subcontracts/{row.pk}"):
        address = f"/api/v1/vendors/{above.pk}/{path}"
        assert api_client.browser.get(address).status_code == 200
        assert outsider_client.browser.get(address).status_code == 404
    assert outsider_client.browser.get("/api/v1/fourth-parties").json()["items"] == []
