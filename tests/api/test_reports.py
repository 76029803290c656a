"""Reports over the API: ordered, made, fetched whole, stopped, erased."""

from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.services import api_clients
from audit.models import Event
from reports.models import Report
from reports.services import making, reports
from scoring.selectors.portfolio import Portfolio, bands
from scoring.selectors.standings import Filters
from tests.factories.accounts import make_api_client, make_key
from tests.factories.scoring import scored
from tests.personas import Person, Program
from tests.reports.making import sheets_of, text_of
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
API = "/api/v1/reports"


def order(program: Program, **wanted: Any) -> Any:
    return program.browser.post(API, wanted, content_type="application/json")


def made(program: Program, **wanted: Any) -> dict[str, Any]:
    """The resource of a report whose files are there."""
    response = order(program, **wanted)
    assert response.status_code == 202, response.json()
    making.make(report_id=UUID(response.json()["id"]))
    found: dict[str, Any] = program.browser.get(response.headers["Location"]).json()
    assert found["status"] == "ready", found
    return found


@pytest.fixture
def vendor(unit: BusinessUnit) -> Vendor:
    return scored(unit, name="Danang Castings", worst=True).vendor


def test_a_report_on_a_vendor_is_ordered_made_and_fetched_whole(
    api_client: Program, vendor: Vendor
) -> None:
    response = order(api_client, kind="vendor", vendor=str(vendor.pk), language="de")
    queued = response.json()
    assert (queued["status"], queued["done"], queued["parts"]) == ("queued", 0, None)
    assert api_client.browser.get(f"{API}/{queued['id']}/pdf").status_code == 409

    making.make(report_id=UUID(queued["id"]))
    found = api_client.browser.get(response.headers["Location"]).json()
    assert [one["format"] for one in found["files"]] == ["pdf", "xlsx"]
    for file in found["files"]:
        fetched = api_client.browser.get(file["content"])
        sent = fetched.getvalue()
        assert len(sent) == file["size"] == int(fetched.headers["Content-Length"])
        assert sha256(sent).hexdigest() == file["sha256"]
        again = api_client.browser.get(
            file["content"], headers={"If-None-Match": fetched.headers["ETag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        if file["format"] == "pdf":
            assert "Danang Castings" in text_of(sent)
            assert "Sorgfaltsprüfung" in text_of(sent)
    told = Event.objects.filter(aggregate_id=found["id"]).order_by("position")
    assert [event.type for event in told] == [
        "report.asked", "report.made", "report.downloaded", "report.downloaded",
    ]  # fmt: skip
    assert told[0].actor_id == str(api_client.client.public_id)


def test_a_part_of_the_portfolio_has_the_figures_of_the_dashboard(
    api_client: Program, unit: BusinessUnit, vendor: Vendor
) -> None:
    scored(unit, name="Hue Forgings", country="DE")
    found = made(api_client, kind="portfolio", unit=str(unit.pk), filters={"country": "de"})
    assert found["filters"] == {"country": "DE"}
    [_pdf, book] = found["files"]
    rows = sheets_of(api_client.browser.get(book["content"]).getvalue())["Bands"][1:-1]
    shown = bands(Portfolio(api_client.principal, unit, Filters(country="DE")))
    assert [int(row[1]) for row in rows] == [tile.vendors for tile in shown]


def test_what_cannot_be_ordered_is_refused_with_a_pointer(
    api_client: Program, unit: BusinessUnit, other_unit: BusinessUnit, vendor: Vendor
) -> None:
    strange = scored(other_unit).vendor
    for wanted, pointer in (
        ({"kind": "secrets"}, "/kind"),
        ({"kind": "vendor"}, "/vendor"),
        ({"kind": "vendor", "vendor": str(strange.pk)}, "/vendor"),
        ({"kind": "vendor", "vendor": str(vendor.pk), "filters": {}}, "/filters"),
        ({"kind": "portfolio", "unit": str(other_unit.pk)}, "/unit"),
        ({"kind": "portfolio", "filters": {"as_of": "2999-01-01"}}, "/filters/as_of"),
        ({"kind": "portfolio", "filters": {"as_of": "0001-01-01"}}, "/filters/as_of"),
        ({"kind": "portfolio", "filters": {"colour": "red"}}, "/filters/colour"),
    ):
        refused = order(api_client, **wanted)
        assert refused.status_code == 400, wanted
        assert refused.json()["errors"][0]["pointer"] == pointer
    assert order(api_client, kind="portfolio").status_code == 403
    assert not Report.objects.exists()


def test_a_report_is_its_clients_and_of_those_people_who_may_read_all_of_it(
    api_client: Program, unit: BusinessUnit, vendor: Vendor, legal: Person, outsider_legal: Person
) -> None:
    found = made(api_client, kind="vendor", vendor=str(vendor.pk))
    asked = reports.ask(vendor=vendor, unit=unit, by=legal.principal)
    client = make_api_client(unit, name="Other ERP")
    other = Program(client, make_key(client))
    assert other.browser.get(f"{API}/{found['id']}").status_code == 404
    assert api_client.browser.get(f"{API}/{asked.pk}").status_code == 404
    assert [one["id"] for one in api_client.browser.get(API).json()["items"]] == [found["id"]]
    there = reverse("reports:report", args=[found["id"]])
    assert api_client.client.name in legal.browser.get(there).content.decode()
    assert outsider_legal.browser.get(there).status_code == 404


def test_the_same_order_under_one_key_makes_one_report(api_client: Program, vendor: Vendor) -> None:
    first, again = (
        api_client.browser.post(
            API,
            {"kind": "vendor", "vendor": str(vendor.pk)},
            content_type="application/json",
            headers={"Idempotency-Key": "board-2026-11"},
        )
        for _time in range(2)
    )
    assert first.json() == again.json()
    assert Report.objects.count() == 1


def test_one_that_is_deleted_or_whose_client_is_switched_off_is_gone(
    api_client: Program, vendor: Vendor
) -> None:
    ready = made(api_client, kind="vendor", vendor=str(vendor.pk))
    gone = made(api_client, kind="vendor", vendor=str(vendor.pk))
    waiting = order(api_client, kind="vendor", vendor=str(vendor.pk)).json()["id"]
    assert api_client.browser.delete(f"{API}/{gone['id']}").status_code == 204
    fetched = api_client.browser.get(gone["files"][0]["content"])
    assert (fetched.status_code, fetched.json()["type"]) == (410, "urn:surety:problem:report_gone")

    api_clients.switch(client=api_client.client, active=False, by=SYSTEM)
    reports.follow_client(public_id=api_client.client.public_id)
    states = {str(pk): status for pk, status in Report.objects.values_list("pk", "status")}
    assert states == {ready["id"]: "erased", gone["id"]: "erased", waiting: "cancelled"}
