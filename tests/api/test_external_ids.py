"""Ids as ERPs have them: text, zeros, system keys, and records that were merged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from scoring.services.standings import restand
from tests.audit.sample import seal_now
from tests.factories.decisions import make_decision
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Program
from vendors.master_data import external_key, external_ref, tidy
from vendors.models import Vendor
from vendors.services import vendors
from vendors.services.merging.merge import merge
from vendors.services.merging.undo import undo

digits = st.text("0123456789", min_size=1, max_size=40)
zeros = st.integers(0, 20).map("0".__mul__)
systems = st.sampled_from(["sap-prd-100", "oracle", "coupa-text", "Legacy-TEXT"])


@given(digits, zeros, zeros)
def test_numeric_ids_are_equal_whatever_zeros_stand_before_them(
    number: str, some: str, others: str
) -> None:
    assert external_key(some + number, "sap-prd-100") == external_key(
        others + number, "sap-prd-100"
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_in_a_system_of_text_two_ids_are_equal_only_where_they_are_written_alike(
    one: str, other: str
) -> None:
    same = external_key(one, "coupa-text") == external_key(other, "coupa-text")
    assert same == (tidy(one) == tidy(other))


@given(systems, st.text(max_size=40))
def test_a_key_stays_the_key(system: str, value: str) -> None:
    of, key = external_ref(system, value)
    assert external_ref(of, key) == (of, key)


@given(st.text(max_size=40))
def test_an_id_with_anything_but_digits_keeps_its_zeros(value: str) -> None:
    text = tidy(f"00{value}")
    if not (text.isascii() and text.isdigit()):
        assert external_key(text, "erp") == text


pytestmark = pytest.mark.django_db(transaction=True)


def known_as(vendor: Vendor, value: str, system: str = "sap-prd-100") -> str:
    vendors.set_external_id(vendor=vendor, system=system, value=value, by=SYSTEM)
    return f"/api/v1/vendors/by-external-id/{system}/{value}"


def found_under(program: Program, system: str, value: str) -> list[str | None]:
    """What each door that takes an id gives for it."""
    address = f"/api/v1/vendors/by-external-id/{system}/{value}"
    looked = program.browser.post(
        "/api/v1/scores/lookup",
        {"items": [{"system": system, "id": value}]},
        content_type="application/json",
    ).json()["items"][0]
    listed = program.browser.get("/api/v1/vendors", {"external_id": f"{system}:{value}"}).json()
    return [
        program.browser.get(address).json().get("id"),
        program.browser.get(f"{address}/clearance").json().get("vendor_id"),
        looked["vendor_id"],
        next((row["id"] for row in listed["items"]), None),
    ]


@pytest.mark.parametrize("value", ["100042", "0000100042", "00000000000000100042"])
@pytest.mark.parametrize("system", ["sap-prd-100", "SAP-PRD-100"])
def test_every_door_takes_an_id_with_and_without_zeros(
    api_client: Program, unit: BusinessUnit, value: str, system: str
) -> None:
    vendor = make_vendor(unit)
    known_as(vendor, "0000100042")

    assert found_under(api_client, system, value) == [str(vendor.pk)] * 4


def test_clients_of_one_sap_system_have_ids_of_their_own(
    api_client: Program, unit: BusinessUnit
) -> None:
    one, other = make_vendor(unit), make_vendor(unit)
    known_as(one, "7")
    known_as(other, "7", "sap-prd-200")

    assert found_under(api_client, "sap-prd-100", "007") == [str(one.pk)] * 4
    assert found_under(api_client, "sap-prd-200", "007") == [str(other.pk)] * 4


def test_where_zeros_matter_the_two_are_two_vendors(
    api_client: Program, unit: BusinessUnit
) -> None:
    bond, seven = make_vendor(unit), make_vendor(unit)
    known_as(bond, "007", "coupa-prd-text")
    known_as(seven, "7", "coupa-prd-text")

    assert found_under(api_client, "coupa-prd-text", "007") == [str(bond.pk)] * 4
    assert found_under(api_client, "coupa-prd-text", "7") == [str(seven.pk)] * 4
    assert found_under(api_client, "coupa-prd-text", "0007") == [None] * 4


def test_ids_may_hold_strokes_and_letters(api_client: Program, unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    known_as(vendor, "DE/00-42", "oracle")

    assert found_under(api_client, "oracle", "DE/00-42") == [str(vendor.pk)] * 4


@pytest.mark.parametrize("kept", ["100042", "0000100042"])
@pytest.mark.parametrize("typed", ["100042", "0000100042", "000100042"])
def test_the_search_finds_an_id_with_and_without_zeros(
    api_client: Program, unit: BusinessUnit, kept: str, typed: str
) -> None:
    vendor = make_vendor(unit)
    known_as(vendor, kept)
    restand(vendor_id=vendor.pk)

    found = api_client.browser.get("/api/v1/vendors", {"q": typed}).json()["items"]

    assert [row["id"] for row in found] == [str(vendor.pk)]


def test_after_a_merge_old_ids_lead_to_the_record_that_stands_for_both(
    api_client: Program, unit: BusinessUnit
) -> None:
    kept, gone = make_vendor(unit, name="Acme"), make_vendor(unit, name="Acme Ltd")
    address = known_as(gone, "0000100043")
    known_as(kept, "100042")
    make_decision(make_engagement(gone, unit), "rejected")
    made = merge(kept=kept, gone=gone, by=SYSTEM)

    assert found_under(api_client, "sap-prd-100", "100043") == [str(kept.pk)] * 4
    answer = api_client.browser.get(address)
    assert answer.headers["Content-Location"] == f"/api/v1/vendors/{kept.pk}"
    assert answer.json()["merged_ids"] == [str(gone.pk)]
    assert api_client.browser.get(f"{address}/clearance").json()["code"] == "rejected"
    elsewhere = api_client.browser.get(f"/api/v1/vendors/{gone.pk}")
    assert elsewhere.status_code == 302
    assert elsewhere.headers["Location"] == f"/api/v1/vendors/{kept.pk}"

    undo(made=made, by=SYSTEM)

    assert found_under(api_client, "sap-prd-100", "100043") == [str(gone.pk)] * 4
    assert found_under(api_client, "sap-prd-100", "100042") == [str(kept.pk)] * 4
    assert api_client.browser.get(f"/api/v1/vendors/{gone.pk}").status_code == 200
    assert api_client.browser.get(address).json()["merged_ids"] == []


def test_a_merge_and_its_undoing_are_told_with_both_ids(
    api_client: Program, unit: BusinessUnit
) -> None:
    kept, gone = make_vendor(unit), make_vendor(unit)
    undo(made=merge(kept=kept, gone=gone, by=SYSTEM), by=SYSTEM)
    seal_now()

    told = api_client.browser.get("/api/v1/changes").json()["items"]

    merged = next(one for one in told if one["type"] == "vendor.merged")
    assert (merged["vendor_id"], merged["details"]["gone_id"]) == (str(kept.pk), str(gone.pk))
    parted = {one["vendor_id"] for one in told if one["type"] == "vendor.unmerged"}
    assert parted == {str(kept.pk), str(gone.pk)}


def test_what_is_pushed_under_an_old_id_goes_to_the_record_that_stands_for_both(
    erp: Program, unit: BusinessUnit
) -> None:
    kept, gone = make_vendor(unit), make_vendor(unit)
    address = known_as(gone, "43")
    merge(kept=kept, gone=gone, by=SYSTEM)

    def send(method: Any, to: str) -> Any:
        return method(to, {"name": "Acme AG"}, content_type="application/json")

    assert send(erp.browser.put, address).json()["id"] == str(kept.pk)
    assert send(erp.browser.patch, f"/api/v1/vendors/{gone.pk}").status_code == 404
