"""The page of a vendor's finances."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from scoring import finance_words as words
from scoring.indicators.insolvency import Z_MODELS
from scoring.indicators.ratios import BOUNDS
from scoring.selectors.finances import finances_of
from tests.factories.statements import make_refusal, make_statement
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import FinancialProfile, Vendor
from vendors.services import financial_profiles, rates, statements

TODAY = date(2026, 6, 1)


@pytest.fixture
def vendor(unit: BusinessUnit) -> Vendor:
    return make_vendor(unit, name="Alder Tools", country="DE")


def page(person: Person, vendor: Vendor) -> str:
    return person.browser.get(reverse("scoring:finances", args=[vendor.pk])).content.decode()


def take_in_rates() -> None:
    content = b"date,currency,rate\n2025-12-31,USD,1.1\n2024-12-31,USD,1.0\n2024-12-31,CHF,0.9\n"
    made = rates.preview(file_name="r.csv", content=content, base="EUR", source="Bank", by=SYSTEM)
    rates.run(made=made, by=SYSTEM)


def test_an_empty_page_says_what_to_do(vendor: Vendor, procurement: Person) -> None:
    shown = page(procurement, vendor)
    assert "No statements yet" in shown
    assert reverse("vendors:statement_add", args=[vendor.pk]) in shown
    assert reverse("vendors:statement_declined", args=[vendor.pk]) in shown


def test_whoever_may_only_read_is_not_offered_to_write(vendor: Vendor, auditor: Person) -> None:
    assert "Add a statement" not in page(auditor, vendor)
    made = make_statement(vendor)
    shown = page(auditor, vendor)
    assert reverse("vendors:statement_edit", args=[made.pk]) not in shown
    assert "Altman Z\u2033" in shown


def test_every_model_is_shown_with_formula_inputs_value_zone_and_source(
    vendor: Vendor, procurement: Person
) -> None:
    take_in_rates()
    make_statement(vendor, 2024, net_income="40")
    make_statement(vendor, market_value="500")
    shown = page(procurement, vendor)
    for model in words.MODELS.values():
        assert str(model.title) in shown
        assert str(model.source) in shown
    for value in ("2.39", "1.99", "2.78", "6.03", "-1.13", "0.130"):
        assert value in shown, value
    assert "0.717 X1" in shown
    assert "Rates used: USD/EUR 1.1 of 31 Dec 2025" in shown


def test_a_model_that_lacks_a_line_says_which(vendor: Vendor, procurement: Person) -> None:
    make_statement(vendor)
    shown = page(procurement, vendor)
    assert "Missing: Market value of equity" in shown
    assert "an exchange rate to US dollars" in shown
    assert "net income of the year before" in shown


def test_ohlson_uses_dollars_the_index_of_the_year_and_the_income_before(vendor: Vendor) -> None:
    take_in_rates()
    make_statement(vendor, 2024, net_income="40", currency="CHF")
    make_statement(vendor)
    found = finances_of(vendor, TODAY).years[0]
    result = found.result("ohlson")
    assert result is not None
    assert result.inputs["assets_in_dollars"] == pytest.approx(1_100_000)
    assert result.inputs["prior_net_income"] == pytest.approx(40_000 / 0.9)
    assert found.price_index is not None
    assert found.price_index.year == 2019


def test_a_choice_of_the_model_is_shown_with_reason_and_who(
    vendor: Vendor, procurement: Person
) -> None:
    make_statement(vendor)
    address = reverse("scoring:finances_model", args=[vendor.pk])
    form = procurement.browser.get(address).context["form"]
    data = {
        "base": form["base"].value(),
        "listing": "unlisted",
        "sector": "manufacturer",
        "emerging": "",
        "model": "z_general",
        "reason": "Its sales are those of the group",
    }
    missing = procurement.browser.post(address, {**data, "reason": ""})
    assert "Say why this model fits better" in missing.content.decode()
    assert procurement.browser.post(address, data).status_code == 302
    shown = page(procurement, vendor)
    assert "Its sales are those of the group" in shown
    assert "Pia Procurement" in shown
    assert "Proposed was Altman Z\u2032" in shown


def test_two_people_who_choose_at_once_see_both_choices(
    vendor: Vendor, procurement: Person
) -> None:
    address = reverse("scoring:finances_model", args=[vendor.pk])
    base = procurement.browser.get(address).context["form"]["base"].value()
    values = {"sector": "bank"}
    financial_profiles.change(vendor=vendor, version=0, values=values, by=SYSTEM)
    data = {"base": base, "sector": "manufacturer", "listing": "", "emerging": "", "model": ""}
    answer = procurement.browser.post(address, data)
    assert answer.status_code == 409
    assert "Bank or insurer" in answer.content.decode()
    assert FinancialProfile.objects.get(pk=vendor.pk).sector == "bank"


def test_for_a_bank_the_page_says_that_no_model_applies(
    vendor: Vendor, procurement: Person
) -> None:
    make_statement(vendor)
    financial_profiles.change(vendor=vendor, version=0, values={"sector": "bank"}, by=SYSTEM)
    shown = page(procurement, vendor)
    assert "none of these models was made for them" in shown
    assert "Too little is known for a figure" in shown


def test_a_refusal_is_shown_as_an_answer(vendor: Vendor, procurement: Person) -> None:
    make_statement(vendor, 2024)
    make_refusal(vendor, 2025)
    shown = page(procurement, vendor)
    assert "The vendor declined to disclose its statement of 2025" in shown
    assert "What every model says of 2024" in shown


def test_ratios_stand_with_their_bounds_and_rules(vendor: Vendor, procurement: Person) -> None:
    make_statement(vendor, debt="0", interest_expense="0", inventories=None)
    shown = page(procurement, vendor)
    for name, _formula in words.RATIOS.values():
        assert str(name) in shown
    assert "no debt: best" in shown
    assert "no interest to pay: best" in shown
    assert "Missing: Inventories" in shown


def test_every_ratio_and_model_has_words() -> None:
    assert set(words.RATIOS) == set(BOUNDS)
    assert set(Z_MODELS) < set(words.MODELS)


def test_five_years_stand_in_the_chart_and_its_table(vendor: Vendor, procurement: Person) -> None:
    take_in_rates()
    for year in range(2019, 2026):
        make_statement(vendor, year, currency="CHF" if year == 2024 else "EUR")
    seen = finances_of(vendor, TODAY)
    assert [one.statement.fiscal_year for one in seen.years] == [2025, 2024, 2023, 2022, 2021]
    assert seen.earlier == 2
    shown = page(procurement, vendor)
    assert 'data-chart="trend"' in shown
    assert 'data-chart="bars"' in shown
    assert "2 earlier years are on record" in shown


def test_the_file_holds_lines_and_models_of_every_year(vendor: Vendor, procurement: Person) -> None:
    make_refusal(vendor, 2024)
    make_statement(vendor)
    answer = procurement.browser.get(reverse("scoring:finances_csv", args=[vendor.pk]))
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert "Total assets" in lines[0]
    assert lines[1].startswith("2025,no,2025-12-31,12,EUR,1000,Audited,1000,400,100,60")
    assert "2.7778" in lines[1]
    assert lines[2].startswith("2024,yes")


def test_the_page_costs_the_same_however_many_years_there_are(
    vendor: Vendor, procurement: Person
) -> None:
    make_statement(vendor)
    procurement.browser.get("/dashboard/")
    with CaptureQueriesContext(connection) as one:
        page(procurement, vendor)
    for year in range(2021, 2025):
        make_statement(vendor, year)
    with CaptureQueriesContext(connection) as many:
        page(procurement, vendor)
    assert len(many) == len(one)


def test_withdrawn_statements_stay_readable(vendor: Vendor, procurement: Person) -> None:
    made = make_statement(vendor)
    statements.withdraw(statement=made, reason="Of its sister company", by=SYSTEM)
    shown = page(procurement, vendor)
    assert "1 statement was withdrawn" in shown
    assert "Of its sister company" in shown
