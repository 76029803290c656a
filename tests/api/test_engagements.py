"""Engagements over the API: as far as an ERP needs them for orders and assessments."""

from threading import Event as Signal
from threading import Thread
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from audit.models import Event
from tests.factories.accounts import make_user
from tests.factories.vendors import USUAL_INTAKE, make_engagement, make_vendor
from tests.personas import Program
from vendors.models import Engagement, Vendor
from vendors.services import engagements

pytestmark = pytest.mark.django_db

MOULDS: dict[str, Any] = {
    "title": "Housings for the X200",
    "service": "contract_manufacturing",
    "made_in": ["VN", "DE"],
    "annual_spend": "250000.00",
    "currency": "USD",
    "intake": USUAL_INTAKE,
    "purchasing_org": "1000",
    "company_code": "0042",
    "category": "Moulds",
}


@pytest.fixture
def vendor(unit: BusinessUnit) -> Vendor:
    """A vendor of `unit`."""
    return make_vendor(unit, name="Acme")


def put(program: Program, vendor: Vendor, pk: Any, body: Any, **headers: str) -> Any:
    return program.browser.put(
        f"/api/v1/vendors/{vendor.pk}/engagements/{pk}",
        body,
        content_type="application/json",
        headers=headers or None,
    )


def pointers(response: Any) -> list[str]:
    return [one["pointer"] for one in response.json()["errors"]]


def test_an_engagement_is_made_under_the_id_of_the_caller_and_read_back(
    erp: Program, vendor: Vendor, unit: BusinessUnit
) -> None:
    pk = uuid4()

    made = put(erp, vendor, pk, MOULDS)

    read = erp.browser.get(f"/api/v1/vendors/{vendor.pk}/engagements/{pk}")
    listed = erp.browser.get(f"/api/v1/vendors/{vendor.pk}/engagements").json()
    assert made.status_code == 201
    assert made.json() == read.json() == listed["items"][0]
    assert made.headers["ETag"] == read.headers["ETag"]
    said = read.json()
    assert {name: said[name] for name in MOULDS} == MOULDS | {"made_in": ["DE", "VN"]}
    assert (said["tier"], said["business_unit"], said["owner"]) == ("high", unit.code, "")
    assert said["ip_kinds"] == ["designs", "moulds_tooling"]


def test_the_same_again_changes_nothing_and_what_is_left_out_stays(
    erp: Program, vendor: Vendor
) -> None:
    pk = uuid4()
    first = put(erp, vendor, pk, MOULDS)
    before = Event.objects.count()

    again = put(erp, vendor, pk, MOULDS)
    part = put(erp, vendor, pk, {"company_code": "0043"})

    assert (again.status_code, again.json()) == (200, first.json())
    assert part.json()["company_code"] == "0043"
    assert part.json()["intake"] == USUAL_INTAKE
    assert Event.objects.count() == before + 1


def test_only_the_version_that_was_read_is_changed(erp: Program, vendor: Vendor) -> None:
    pk = uuid4()
    tag = put(erp, vendor, pk, MOULDS, **{"If-None-Match": "*"}).headers["ETag"]

    changed = put(erp, vendor, pk, {"title": "Covers"}, **{"If-Match": tag})
    late = put(erp, vendor, pk, {"title": "Lids"}, **{"If-Match": tag})
    twice = put(erp, vendor, pk, MOULDS, **{"If-None-Match": "*"})
    none = put(erp, vendor, uuid4(), MOULDS, **{"If-Match": tag})

    codes = [one.status_code for one in (changed, late, twice, none)]
    assert codes == [200, 412, 412, 412]
    assert Engagement.objects.get().title == "Covers"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"service": "catering"}, "/service"),
        ({"made_in": ["XX"]}, "/made_in"),
        ({"annual_spend": "much"}, "/annual_spend"),
        ({"annual_spend": "-1"}, "/annual_spend"),
        ({"currency": "EUX"}, "/currency"),
        ({"intake": {"access_depth": "total"}}, "/intake/access_depth"),
        ({"intake": {"no_question": "x"}}, "/intake/no_question"),
        ({"purchasing_org": "x" * 21}, "/purchasing_org"),
        ({"business_unit": "nowhere"}, "/business_unit"),
        ({"owner": "nobody@example.com"}, "/owner"),
        ({"status": "over"}, "/status"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_pointer(
    erp: Program, vendor: Vendor, change: dict[str, Any], pointer: str
) -> None:
    response = put(erp, vendor, uuid4(), MOULDS | change)

    assert response.status_code == 400
    assert pointers(response) == [pointer]
    assert not Engagement.objects.exists()


def test_a_new_one_needs_a_title_and_a_service(erp: Program, vendor: Vendor) -> None:
    response = put(erp, vendor, uuid4(), {})

    assert (response.status_code, pointers(response)) == (400, ["/title", "/service"])


def test_an_engagement_belongs_to_one_unit(
    both_erp: Program, erp: Program, vendor: Vendor, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    silent = put(both_erp, vendor, uuid4(), MOULDS)
    apart = put(both_erp, vendor, uuid4(), MOULDS | {"business_unit": other_unit.code})
    pk = uuid4()
    made = put(both_erp, vendor, pk, MOULDS | {"business_unit": unit.code})
    moved = put(both_erp, vendor, pk, MOULDS | {"business_unit": str(other_unit.pk)})

    assert (silent.status_code, pointers(silent)) == (400, ["/business_unit"])
    assert (apart.status_code, apart.json()["type"]) == (409, "urn:surety:problem:not_linked")
    assert made.status_code == 201
    assert (moved.status_code, pointers(moved)) == (400, ["/business_unit"])


def test_an_id_of_another_vendors_engagement_is_a_conflict(
    erp: Program, vendor: Vendor, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    near = make_engagement(make_vendor(unit), unit)
    far = make_engagement(make_vendor(other_unit), other_unit)

    for taken in (near, far):
        response = put(erp, vendor, taken.pk, MOULDS)
        assert (response.status_code, response.json()["type"]) == (
            409,
            "urn:surety:problem:id_taken",
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_that_make_the_same_engagement_at_once_one_is_told_so(
    erp: Program, vendor: Vendor, unit: BusinessUnit
) -> None:
    pk, begun = uuid4(), Signal()

    def first() -> None:
        try:
            with transaction.atomic():
                engagements.create(
                    pk=pk,
                    vendor=vendor,
                    unit=unit,
                    title="Moulds",
                    service="tooling",
                    intake=USUAL_INTAKE,
                    by=SYSTEM,
                )
                begun.set()
                wait_for_another()
        finally:
            connection.close()

    thread = Thread(target=first)
    thread.start()
    assert begun.wait(10)
    second = put(erp, vendor, pk, MOULDS)
    thread.join()

    assert second.status_code == 409
    assert put(erp, vendor, pk, MOULDS).status_code == 200


def wait_for_another() -> None:
    """Until somebody waits for a lock of this transaction."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return
            sleep(0.01)


def test_an_engagement_that_shares_designs_ends_by_its_off_boarding_only(
    erp: Program, vendor: Vendor
) -> None:
    pk = uuid4()
    put(erp, vendor, pk, MOULDS)

    response = put(erp, vendor, pk, {"status": "ended"})

    assert (response.status_code, pointers(response)) == (400, ["/status"])


def test_an_owner_is_somebody_of_the_unit(
    erp: Program, vendor: Vendor, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    make_user(Role.PROCUREMENT, unit, email="pia@example.com")
    make_user(Role.PROCUREMENT, other_unit, email="otto@example.com")
    pk = uuid4()

    owned = put(erp, vendor, pk, MOULDS | {"owner": "Pia@example.com"})
    stranger = put(erp, vendor, pk, {"owner": "otto@example.com"})
    nobody = put(erp, vendor, pk, {"owner": ""})

    assert owned.json()["owner"] == "pia@example.com"
    assert (stranger.status_code, pointers(stranger)) == (400, ["/owner"])
    assert nobody.json()["owner"] == ""
    assert owned.headers["ETag"] != nobody.headers["ETag"]


def test_other_units_and_readers_do_not_write(
    other_erp: Program, api_client: Program, vendor: Vendor, unit: BusinessUnit
) -> None:
    there = make_engagement(vendor, unit)
    address = f"/api/v1/vendors/{vendor.pk}/engagements"

    assert other_erp.browser.get(address).status_code == 404
    assert other_erp.browser.get(f"{address}/{there.pk}").status_code == 404
    assert put(other_erp, vendor, there.pk, MOULDS).status_code == 404
    assert put(api_client, vendor, there.pk, MOULDS).status_code == 403
    assert api_client.browser.get(f"{address}/{there.pk}").status_code == 200


def test_a_list_of_ten_takes_as_many_queries_as_one_of_two(
    erp: Program, vendor: Vendor, unit: BusinessUnit
) -> None:
    address = f"/api/v1/vendors/{vendor.pk}/engagements"
    for _number in range(2):
        make_engagement(vendor, unit)
    erp.browser.get(address)
    with CaptureQueriesContext(connection) as few:
        erp.browser.get(address)
    for _number in range(8):
        make_engagement(vendor, unit)
    with CaptureQueriesContext(connection) as many:
        found = erp.browser.get(f"{address}?limit=10")

    assert len(found.json()["items"]) == 10
    assert len(many) == len(few) <= 6
