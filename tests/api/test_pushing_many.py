"""Many vendors in one call: a result each, in a number of queries that does not grow."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.models import Event
from tests.api.test_pushing_vendors import ACME, pointers, put
from tests.factories.vendors import make_vendor
from tests.personas import Program
from vendors.models import Vendor
from vendors.services import vendors

pytestmark = pytest.mark.django_db

BULK = "/api/v1/vendors/bulk"


def push(program: Program, items: Any, **headers: str) -> Any:
    return program.browser.post(
        BULK, {"items": items}, content_type="application/json", headers=headers or None
    )


def test_pushing_many_needs_the_scope_to_write(api_client: Program) -> None:
    assert push(api_client, [ACME | {"system": "sap", "id": "1"}]).status_code == 403


def test_many_vendors_have_a_result_each_and_a_bad_one_holds_up_no_other(
    erp: Program, unit: BusinessUnit
) -> None:
    put(erp, ACME)
    taken = make_vendor(unit)
    vendors.set_external_id(vendor=taken, system="oracle", value="77", by=SYSTEM)
    of = {"system": "sap-prd-100"}

    response = push(
        erp,
        [
            of | {"id": "100042", "name": ACME["name"], "city": "Kiel"},
            of | {"id": "0007", "name": "Seven Ltd"},
            of | {"id": "8"},
            of | {"id": "9", "name": "Nine", "external_ids": [{"system": "oracle", "id": "77"}]},
            of | {"id": "100042", "name": ACME["name"], "if_none_match": "*"},
            of | {"id": "10", "name": "Ten", "if_match": '"gone"'},
            "no vendor",
            of | {"id": "11", "name": "Eleven", "lei": "X"},
        ],
    )

    found = response.json()["items"]
    assert response.status_code == 200
    assert [one["status"] for one in found] == [200, 201, 400, 409, 412, 412, 400, 400]
    assert [one["id"] for one in found[:3]] == ["100042", "0007", "8"]
    assert found[2]["problem"]["errors"][0]["pointer"] == "/name"
    assert found[7]["problem"]["errors"][0]["pointer"] == "/lei"
    assert Vendor.objects.count() == 3


def test_one_call_is_one_event_for_up_to_500_vendors(erp: Program) -> None:
    push(erp, [{"system": "sap", "id": str(n), "name": f"Vendor {n}"} for n in range(502)])

    said = Event.objects.filter(type="vendors.pushed").order_by("position")
    assert [len(one.data["vendor_ids"]) for one in said] == [500, 2]
    again = push(erp, [{"system": "sap", "id": "00001", "name": "Vendor 1"}])
    assert again.json()["items"][0]["changed"] is False
    assert said.count() == 2


def test_several_of_one_call_that_mean_one_vendor_come_one_after_the_other(erp: Program) -> None:
    of = {"system": "sap", **ACME}

    found = push(
        erp,
        [
            of | {"id": "1"},
            of | {"id": "2", "city": "Bonn"},
            of | {"id": "001", "city": "Kiel"},
        ],
    ).json()["items"]

    assert [one["status"] for one in found] == [201, 200, 200]
    assert len({one["vendor_id"] for one in found}) == 1
    assert Vendor.objects.get().city == "Kiel"


def test_what_waits_for_another_of_the_call_is_not_overtaken(erp: Program) -> None:
    of = {"system": "sap", "name": "Acme", "country": "DE"}

    push(
        erp,
        [
            of | {"id": "1"},
            of | {"id": "2", "city": "Bonn", "external_ids": [{"system": "sap", "id": "1"}]},
            of | {"id": "2", "city": "Kiel"},
        ],
    )

    assert Vendor.objects.get().city == "Kiel"


def test_one_company_that_two_systems_know_is_one_vendor_also_in_one_call(erp: Program) -> None:
    of = {"name": "Acme", "country": "DE"}

    found = push(erp, [of | {"system": "sap", "id": "1"}, of | {"system": "coupa", "id": "9"}])

    assert [one["status"] for one in found.json()["items"]] == [201, 200]
    assert Vendor.objects.count() == 1


def test_a_thousand_vendors_take_as_many_queries_as_ten(erp: Program) -> None:
    def items(first: int, count: int) -> list[dict[str, Any]]:
        return [
            {"system": "sap", "id": str(n), "name": f"Vendor {n}", "aliases": [{"name": f"V{n}"}]}
            for n in range(first, first + count)
        ]

    push(erp, items(0, 1))
    with CaptureQueriesContext(connection) as few:
        push(erp, items(10, 10))
    with CaptureQueriesContext(connection) as many:
        push(erp, items(100, 300))
    with CaptureQueriesContext(connection) as changes:
        push(erp, [one | {"city": "Ulm", "category": "New"} for one in items(100, 300)])

    assert len(many) == len(few) <= 30
    assert len(changes) <= 30


def test_too_many_vendors_are_400_and_too_large_a_body_is_413(erp: Program) -> None:
    item = {"system": "sap", "id": "1", "name": "Acme"}
    many = push(erp, [item] * 1001)
    none = push(erp, [])
    large = push(erp, [item | {"city": "x" * 2_600_000}])

    assert (many.status_code, pointers(many)) == (400, ["/items"])
    assert (none.status_code, pointers(none)) == (400, ["/items"])
    assert large.status_code == 413
    assert large.headers["Content-Type"] == "application/problem+json"


def test_a_bulk_that_is_sent_again_under_its_key_is_carried_out_once(erp: Program) -> None:
    items = [{"system": "sap", "id": "1", "name": "Acme"}]
    first = push(erp, items, **{"Idempotency-Key": "load-1"})
    second = push(erp, items, **{"Idempotency-Key": "load-1"})

    assert first.json() == second.json()
    assert second.json()["items"][0]["status"] == 201
    assert second.headers["Idempotency-Replayed"] == "true"
