"""Statements, what the models say of them, and exchange rates over the API."""

from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.factories.accounts import make_api_client, make_key
from tests.factories.statements import SOUND, make_refusal, make_statement
from tests.factories.vendors import make_vendor
from tests.personas import Program
from vendors.models import Statement, Vendor
from vendors.services import rates, statements

pytestmark = pytest.mark.django_db

BODY = {
    name: str(value) if name == "period_end" else value
    for name, value in SOUND.items()
    if name != "fiscal_year"
}


@pytest.fixture
def writer(unit: BusinessUnit) -> Program:
    """A client that reads and writes facts."""
    client = make_api_client(unit, scopes=["vendors:read", "vendors:write"], name="Analyst")
    return Program(client, make_key(client))


@pytest.fixture
def vendor(unit: BusinessUnit) -> Vendor:
    return make_vendor(unit, country="DE")


def put(program: Program, address: str, body: Any, **headers: str) -> Any:
    return program.browser.put(address, body, content_type="application/json", headers=headers)


def at(vendor: Vendor, year: object) -> str:
    return f"/api/v1/vendors/{vendor.pk}/statements/{year}"


def test_a_statement_is_put_and_read_back_and_putting_it_again_changes_nothing(
    writer: Program, vendor: Vendor
) -> None:
    made = put(writer, at(vendor, 2025), BODY)
    assert made.status_code == 201
    assert made.json()["total_assets"] == "1000.0000"
    assert made.json()["market_value"] is None
    again = put(writer, at(vendor, 2025), BODY)
    assert (again.status_code, again.headers["ETag"]) == (200, '"v1"')
    assert writer.browser.get(at(vendor, 2025)).json() == again.json()
    listed = writer.browser.get(f"/api/v1/vendors/{vendor.pk}/statements").json()
    assert listed == {"items": [again.json()], "next": None}


def test_what_contradicts_is_pointed_at_in_the_body(writer: Program, vendor: Vendor) -> None:
    answer = put(writer, at(vendor, 2025), {**BODY, "total_assets": "1100", "currency": "XQX"})
    assert answer.status_code == 400
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert pointers == {"/total_assets", "/currency"}
    answer = put(writer, at(vendor, 1900), BODY)
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/fiscal_year"}
    answer = put(writer, at(vendor, 2025), {**BODY, "sales": "much"})
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/sales"}
    assert not Statement.objects.exists()


def test_a_statement_that_somebody_changed_is_not_overwritten(
    writer: Program, vendor: Vendor
) -> None:
    made = make_statement(vendor)
    statements.change(statement=made, version=1, values={"sales": "1300"}, by=SYSTEM)
    answer = put(writer, at(vendor, 2025), BODY, **{"If-Match": '"v1"'})
    assert answer.status_code == 412
    assert put(writer, at(vendor, 2025), BODY, **{"If-Match": '"v2"'}).status_code == 200


def test_a_refusal_is_an_answer(writer: Program, vendor: Vendor) -> None:
    answer = put(writer, at(vendor, 2025), {"declined": True})
    assert answer.status_code == 201
    assert Statement.objects.get(vendor=vendor).declined


def test_withdrawn_statements_are_gone_for_programs(api_client: Program, vendor: Vendor) -> None:
    made = make_statement(vendor)
    statements.withdraw(statement=made, reason="Wrong", by=SYSTEM)
    assert api_client.browser.get(at(vendor, 2025)).status_code == 404


def test_reading_alone_does_not_allow_to_write(api_client: Program, vendor: Vendor) -> None:
    client = api_client.client
    client.scopes = ["vendors:read"]
    client.save(update_fields=["scopes"])
    assert put(api_client, at(vendor, 2025), BODY).status_code == 403


def test_the_model_is_chosen_with_a_reason(writer: Program, vendor: Vendor) -> None:
    address = f"/api/v1/vendors/{vendor.pk}/financial-profile"
    assert writer.browser.get(address).json()["version"] == 0
    body = {"sector": "manufacturer", "listing": "unlisted", "model": "z_general"}
    answer = put(writer, address, body)
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/reason"}
    answer = put(writer, address, {**body, "reason": "Half of its sales are services"})
    assert (answer.status_code, answer.json()["version"]) == (201, 1)
    assert answer.json()["chosen_at"]
    answer = put(writer, address, {"sector": "manufacturer"})
    assert (answer.status_code, answer.json()["model"]) == (200, "")


def test_what_the_models_say_is_read_with_inputs_and_sources(
    api_client: Program, vendor: Vendor
) -> None:
    make_refusal(vendor, 2024)
    make_statement(vendor)
    answer = api_client.browser.get(f"/api/v1/vendors/{vendor.pk}/finances").json()
    assert (answer["model"], answer["why"]) == ("z_general", "not_known")
    year, refusal = answer["years"]
    assert refusal == {
        "fiscal_year": 2024, "declined": True, "models": [], "ratios": [], "exchange_rates": [],
    }  # fmt: skip
    counting = next(one for one in year["models"] if one["counts"])
    assert counting["value"] == pytest.approx(2.7778)
    assert counting["zone"] == "safe"
    assert "Altman (1983)" in counting["source"]
    listed = next(one for one in year["models"] if one["model"] == "z")
    assert (listed["value"], listed["missing"]) == (None, ["market_value"])
    current = next(one for one in year["ratios"] if one["ratio"] == "current")
    assert (current["value"], current["good"], current["bad"]) == (1.6, 2.0, 0.8)


def test_rates_are_listed_page_by_page(api_client: Program) -> None:
    content = b"date,USD,CHF\n2025-12-31,1.1,0.93\n2025-12-30,1.2,0.94\n"
    made = rates.preview(file_name="r.csv", content=content, base="EUR", source="Bank", by=SYSTEM)
    rates.run(made=made, by=SYSTEM)
    first = api_client.browser.get("/api/v1/exchange-rates?currency=usd&limit=1").json()
    assert first["items"] == [
        {
            "base": "EUR",
            "currency": "USD",
            "day": "2025-12-31",
            "rate": "1.10000000",
            "source": "Bank",
        }
    ]
    address = f"/api/v1/exchange-rates?currency=USD&limit=1&cursor={first['next']}"
    rest = api_client.browser.get(address).json()
    assert [one["day"] for one in rest["items"]] == ["2025-12-30"]
    assert rest["next"] is None
    for cursor in ("x", "0" * 20 + "9" * 30, "9" * 19):
        answer = api_client.browser.get(f"/api/v1/exchange-rates?cursor={cursor}")
        assert answer.status_code == 400
