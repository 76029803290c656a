"""Vendors that an ERP pushes: made, changed, recognised, refused."""

from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.models import Event
from tests.factories.vendors import make_vendor
from tests.personas import Program
from vendors.models import Vendor, VendorAlias
from vendors.services import aliases, vendors

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/vendors/by-external-id/sap-prd-100/0000100042"
ACME = {
    "name": "Acme Tooling GmbH",
    "country": "DE",
    "lei": "529900T8BM49AURSDO55",
    "vat_number": "136695976",
    "registration_number": "HRB 4711",
    "city": "Ulm",
    "website": "acme.example",
    "currency": "EUR",
    "category": "Moulds",
}


def put(program: Program, body: Any, address: str = ADDRESS, **headers: str) -> Any:
    return program.browser.put(
        address, body, content_type="application/json", headers=headers or None
    )


def types() -> list[str]:
    return list(Event.objects.order_by("position").values_list("type", flat=True))


def pointers(response: Any) -> list[str]:
    return [one["pointer"] for one in response.json()["errors"]]


def test_a_vendor_that_is_new_is_made_with_its_address_and_its_tag(
    erp: Program, unit: BusinessUnit
) -> None:
    response = put(erp, ACME)

    said = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/vendors/{said['id']}"
    assert response.headers["ETag"] == erp.browser.get(ADDRESS).headers["ETag"]
    assert said["external_ids"] == [{"system": "sap-prd-100", "id": "0000100042"}]
    assert said["business_units"] == [
        {"id": str(unit.pk), "code": unit.code, "name": unit.name, "category": "Moulds"}
    ]
    assert (said["vat_number"], said["website"]) == ("DE136695976", "https://acme.example")


def test_the_same_again_changes_nothing_and_leaves_no_trace(erp: Program) -> None:
    body = ACME | {"aliases": [{"name": "Acme"}]}
    first = put(erp, body)
    before = types()

    again = put(erp, body, ADDRESS.replace("0000100042", "100042"))

    assert again.status_code == 200
    assert again.json() == first.json()
    assert again.headers["ETag"] == first.headers["ETag"]
    assert types() == before


def test_each_change_of_one_vendor_is_an_event_of_its_own(erp: Program) -> None:
    put(erp, {"name": "Acme"})
    before = len(types())

    put(erp, {"name": "Acme AG", "category": "Tools", "aliases": [{"name": "ACM"}]})

    assert types()[before:] == ["vendor.changed", "vendor.unit_linked", "alias.changed"]
    assert Vendor.objects.get().version == 2


def test_what_is_left_out_stays_and_what_is_empty_is_emptied(erp: Program) -> None:
    put(erp, ACME)

    said = put(erp, {"name": "Acme Tooling GmbH", "city": None, "website": ""}).json()

    assert (said["city"], said["website"], said["lei"]) == ("", "", ACME["lei"])


def test_a_vendor_on_record_gets_the_id_where_number_and_name_are_the_same(
    erp: Program, unit: BusinessUnit
) -> None:
    there = make_vendor(unit, name="ACME Tooling G.m.b.H", country="DE", lei=ACME["lei"])
    other = make_vendor(unit, name="Acme Tooling GmbH", country="DE", city="Bonn")

    by_number = put(erp, ACME)
    by_name = put(erp, {"name": other.name, "country": "DE"}, ADDRESS.replace("42", "43"))

    assert by_number.json()["id"] == str(there.pk)
    assert by_name.json()["id"] == str(other.pk)
    assert Vendor.objects.count() == 2


def test_two_companies_may_share_a_vat_number(erp: Program) -> None:
    put(erp, ACME)

    sister = put(erp, ACME | {"name": "Acme Optics GmbH"}, ADDRESS.replace("42", "43"))

    assert sister.status_code == 201
    assert Vendor.objects.count() == 2


def test_a_second_account_of_the_same_company_is_a_second_id(erp: Program) -> None:
    first = put(erp, ACME).json()["id"]

    second = put(erp, ACME, ADDRESS.replace("42", "43"))

    assert (second.status_code, second.json()["id"]) == (200, first)
    assert [one["id"] for one in second.json()["external_ids"]] == ["0000100042", "0000100043"]


def test_only_the_version_that_was_read_is_changed(erp: Program) -> None:
    read = put(erp, ACME).headers["ETag"]
    put(erp, ACME | {"city": "Bonn"}, **{"If-Match": read})

    late = put(erp, ACME | {"city": "Kiel"}, **{"If-Match": read})

    assert late.status_code == 412
    assert late.json()["type"] == "urn:surety:problem:changed_since"
    assert Vendor.objects.get().city == "Bonn"


def test_a_tag_also_covers_names_ids_and_units(erp: Program, unit: BusinessUnit) -> None:
    read = put(erp, ACME).headers["ETag"]
    vendor = Vendor.objects.get()
    aliases.add(vendor=vendor, name="ACM", kind="short", by=SYSTEM)
    renamed = erp.browser.get(ADDRESS).headers["ETag"]
    vendors.set_external_id(vendor=vendor, system="oracle", value="7", by=SYSTEM)
    identified = erp.browser.get(ADDRESS).headers["ETag"]
    vendors.link_unit(vendor=vendor, unit=unit, category="Else", by=SYSTEM)

    assert len({read, renamed, identified, erp.browser.get(ADDRESS).headers["ETag"]}) == 4


def test_create_only_refuses_what_is_there_and_if_match_what_is_not(erp: Program) -> None:
    missing = put(erp, ACME, **{"If-Match": "*"})
    made = put(erp, ACME, **{"If-None-Match": "*"})
    twice = put(erp, ACME, **{"If-None-Match": "*"})

    assert [missing.status_code, made.status_code, twice.status_code] == [412, 201, 412]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": "…"}, "/name"),
        ({"name": "Acme", "country": "XX"}, "/country"),
        ({"name": "Acme", "lei": "529900T8BM49AURSDO54"}, "/lei"),
        ({"name": "Acme", "country": "DE", "vat_number": "136695977"}, "/vat_number"),
        ({"name": "Acme", "currency": "EURO"}, "/currency"),
        ({"name": "Acme", "website": "not a place"}, "/website"),
        ({"name": "Acme", "business_units": ["nowhere"]}, "/business_units/0"),
        ({"name": "Acme", "external_ids": [{"system": "sap prd/1", "id": "1"}]},
         "/external_ids/0/system"),
        ({"name": "Acme", "external_ids": [{"system": "sap"}]}, "/external_ids/0/id"),
        ({"name": "Acme", "external_ids": [{"system": "sap", "id": 7}]}, "/external_ids/0/id"),
        ({"name": "Acme", "aliases": [{"name": "A"}, {"name": "?"}]}, "/aliases/1/name"),
        ({"name": "Acme", "aliases": [{"name": "A", "kind": "nick"}]}, "/aliases/0/kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_by_its_pointer(
    erp: Program, body: dict[str, Any], pointer: str
) -> None:
    response = put(erp, body)

    assert response.status_code == 400
    assert pointers(response) == [pointer]
    assert not Vendor.objects.exists()


def test_a_vat_number_is_read_as_one_of_the_country_on_record(erp: Program) -> None:
    put(erp, {"name": "Acme", "country": "DE"})

    assert put(erp, {"name": "Acme", "vat_number": "136695976"}).json()["vat_number"] == (
        "DE136695976"
    )
    wrong = put(erp, {"name": "Acme", "vat_number": "136695977"})
    assert (wrong.status_code, pointers(wrong)) == (400, ["/vat_number"])


def test_a_client_of_several_units_says_which_works_with_a_new_vendor(
    both_erp: Program, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    silent = put(both_erp, ACME)
    said = put(both_erp, ACME | {"business_units": [unit.code, str(other_unit.pk)]})
    later = put(both_erp, {"name": ACME["name"], "city": "Kiel"})
    vague = put(both_erp, {"name": ACME["name"], "category": "Else"})

    assert (silent.status_code, pointers(silent)) == (400, ["/business_units"])
    assert said.status_code == 201
    assert {one["code"] for one in said.json()["business_units"]} == {unit.code, other_unit.code}
    assert later.status_code == 200
    assert (vague.status_code, pointers(vague)) == (400, ["/business_units"])


def test_names_of_the_same_system_follow_it_and_names_of_others_stay(erp: Program) -> None:
    put(erp, ACME | {"aliases": [{"name": "ACM"}, {"name": "Old Acme", "kind": "former"}]})
    aliases.add(vendor=Vendor.objects.get(), name="Akme", kind="script", by=SYSTEM)

    said = put(erp, ACME | {"aliases": [{"name": "ACM"}, {"name": ACME["name"]}]}).json()

    assert {one["name"] for one in said["aliases"]} == {"ACM", "Akme"}
    assert VendorAlias.objects.get(name="ACM").source == "sap-prd-100"


def test_an_id_of_another_vendor_is_a_conflict(erp: Program, unit: BusinessUnit) -> None:
    other = make_vendor(unit)
    vendors.set_external_id(vendor=other, system="oracle", value="0077", by=SYSTEM)
    put(erp, ACME)

    response = put(erp, ACME | {"external_ids": [{"system": "oracle", "id": "77"}]})

    assert response.status_code == 409
    assert response.json()["type"] == "urn:surety:problem:external_id_taken"


def test_what_another_unit_keeps_is_linked_and_never_overwritten(
    erp: Program, other_erp: Program, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    put(erp, ACME)
    assert other_erp.browser.get(ADDRESS).status_code == 404

    refused = put(other_erp, ACME | {"city": "Bonn"})
    linked = put(other_erp, {"name": ACME["name"], "country": "DE"})

    assert (refused.status_code, pointers(refused)) == (409, ["/city"])
    assert linked.status_code == 200
    assert Vendor.objects.get().city == "Ulm"
    assert [one["code"] for one in linked.json()["business_units"]] == [other_unit.code]


def test_what_another_unit_has_on_record_is_not_told_to_who_guesses_an_id(
    erp: Program, other_erp: Program
) -> None:
    put(erp, ACME)
    guessed = put(other_erp, {**ACME, "name": "A guess"})
    assert (guessed.status_code, pointers(guessed)) == (409, ["/name"])
    assert ACME["name"] not in guessed.content.decode()


def test_pushing_needs_the_scope_to_write(api_client: Program, unit: BusinessUnit) -> None:
    assert put(api_client, ACME).status_code == 403
    vendor = make_vendor(unit)
    change = api_client.browser.patch(
        f"/api/v1/vendors/{vendor.pk}", {}, content_type="application/json"
    )
    assert change.status_code == 403


def test_a_change_names_the_vendor_by_our_id(erp: Program, other_erp: Program) -> None:
    made = put(erp, ACME)
    address = made.headers["Location"]

    def change(program: Program, body: Any, **headers: str) -> Any:
        return program.browser.patch(
            address, body, content_type="application/json", headers=headers or None
        )

    changed = change(erp, {"city": "Kiel"}, **{"If-Match": made.headers["ETag"]})
    assert (changed.status_code, changed.json()["city"]) == (200, "Kiel")
    assert changed.json()["name"] == ACME["name"]
    assert change(erp, {"city": "Bonn"}, **{"If-Match": made.headers["ETag"]}).status_code == 412
    assert change(other_erp, {"city": "Bonn"}).status_code == 404
    wrong = change(erp, {"country": "??"})
    assert (wrong.status_code, pointers(wrong)) == (400, ["/country"])
    assert change(erp, {"name": ""}).status_code == 400


def test_a_vendor_is_archived_and_taken_back(erp: Program) -> None:
    address = put(erp, ACME).headers["Location"]

    for status in ("archived", "archived", "active"):
        said = erp.browser.patch(address, {"status": status}, content_type="application/json")
        assert (said.status_code, said.json()["status"]) == (200, status)
