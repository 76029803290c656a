"""Reading vendors over the API."""

from base64 import urlsafe_b64encode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.factories.scoring import catch_up, scored
from tests.factories.vendors import make_vendor
from tests.personas import Program
from vendors.services import vendors

pytestmark = pytest.mark.django_db


def test_the_list_holds_the_vendors_of_the_clients_units_by_name(
    api_client: Program, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    scored(unit, name="Zenith Moulds")
    scored(unit, name="Alpha Tooling")
    scored(other_unit, name="Not Ours Ltd")

    found = api_client.browser.get("/api/v1/vendors").json()

    assert [row["name"] for row in found["items"]] == ["Alpha Tooling", "Zenith Moulds"]
    assert found["next"] is None


def test_pages_follow_each_other_without_gap_or_repetition(
    api_client: Program, unit: BusinessUnit
) -> None:
    for number in range(5):
        scored(unit, name=f"Vendor {number}")

    seen: list[str] = []
    address = "/api/v1/vendors?limit=2"
    while address:
        response = api_client.browser.get(address)
        seen += [row["name"] for row in response.json()["items"]]
        link = response.headers.get("Link", "")
        assert bool(link) == (response.json()["next"] is not None)
        address = link.partition("<")[2].partition(">")[0]

    assert seen == [f"Vendor {number}" for number in range(5)]


def test_the_list_takes_as_many_queries_for_ten_vendors_as_for_two(
    api_client: Program, unit: BusinessUnit
) -> None:
    for number in range(2):
        scored(unit, name=f"First {number}")
    api_client.browser.get("/api/v1/vendors")
    with CaptureQueriesContext(connection) as few:
        api_client.browser.get("/api/v1/vendors")
    for number in range(8):
        scored(unit, name=f"Second {number}")
    with CaptureQueriesContext(connection) as many:
        api_client.browser.get("/api/v1/vendors")

    assert len(many) == len(few) <= 12


def test_a_vendor_is_found_by_its_sap_number_with_and_without_leading_zeros(
    api_client: Program, unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit, name="Numbered")
    vendors.set_external_id(vendor=vendor, system="sap-prd-100", value="0000100042", by=SYSTEM)

    for number in ("0000100042", "100042"):
        found = api_client.browser.get(f"/api/v1/vendors/by-external-id/sap-prd-100/{number}")
        listed = api_client.browser.get(f"/api/v1/vendors?external_id=sap-prd-100:{number}")
        assert found.json()["id"] == str(vendor.pk)
        assert [row["id"] for row in listed.json()["items"]] == [str(vendor.pk)]
        assert found.json()["external_ids"] == [{"system": "sap-prd-100", "id": "0000100042"}]


def test_a_client_of_another_unit_gets_404_for_every_address_of_a_vendor(
    outsider_client: Program, unit: BusinessUnit
) -> None:
    vendor = scored(unit).vendor
    vendors.set_external_id(vendor=vendor, system="erp", value="7", by=SYSTEM)

    for address in (
        f"/api/v1/vendors/{vendor.pk}",
        f"/api/v1/vendors/{vendor.pk}/score",
        "/api/v1/vendors/by-external-id/erp/7",
    ):
        response = outsider_client.browser.get(address)
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"


def test_a_client_without_the_scope_for_scores_sees_vendors_without_ratings(
    unit: BusinessUnit, vendors_only: Program
) -> None:
    vendor = scored(unit).vendor

    assert vendors_only.browser.get(f"/api/v1/vendors/{vendor.pk}").json()["rating"] is None
    listed = vendors_only.browser.get("/api/v1/vendors").json()["items"]
    assert [row["rating"] for row in listed] == [None]
    assert vendors_only.browser.get(f"/api/v1/vendors/{vendor.pk}/score").status_code == 403
    assert vendors_only.browser.get("/api/v1/vendors?band=low").status_code == 400


def test_a_filter_that_is_no_band_is_refused_by_name(api_client: Program) -> None:
    response = api_client.browser.get("/api/v1/vendors?band=terrible")

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/band"


def test_an_external_id_and_filters_narrow_the_list_down_together(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit, worst=True)
    vendors.set_external_id(vendor=assessment.vendor, system="erp", value="7", by=SYSTEM)
    for country, found in (("VN", 1), ("DE", 0)):
        answer = api_client.browser.get(
            "/api/v1/vendors", {"external_id": "erp:7", "country": country}
        )
        assert len(answer.json()["items"]) == found


def test_a_search_gives_no_company_of_another_name(api_client: Program, unit: BusinessUnit) -> None:
    make_vendor(unit, name="Siemens Energy")
    catch_up()
    for words, found in (("siemens", 1), ("siemans", 0)):
        answer = api_client.browser.get("/api/v1/vendors", {"q": words})
        assert len(answer.json()["items"]) == found


def test_a_page_length_beyond_500_and_a_made_up_cursor_are_refused(api_client: Program) -> None:
    deep = urlsafe_b64encode(b"[" * 1500).decode()
    for query, name in (
        ("limit=501", "limit"),
        ("limit=²", "limit"),
        ("limit=00000000199999999", "limit"),
        (f"limit=000000001{'0' * 5_000}", "limit"),
        ("cursor=%F0", "cursor"),
        (f"cursor={deep}", "cursor"),
    ):
        response = api_client.browser.get(f"/api/v1/vendors?{query}")
        assert response.status_code == 400
        assert response.json()["errors"][0]["pointer"] == f"/{name}"
