"""From statements on record to the financial indicator."""

import string
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from scoring.facts import financial
from scoring.facts.registry import SOURCES
from scoring.indicators.insolvency import Z_MODELS
from tests.factories.statements import make_refusal, make_statement
from tests.factories.vendors import make_engagement, make_vendor
from vendors.models import Engagement, FinancialProfile, Vendor
from vendors.services import financial_profiles, statements

TODAY = date(2026, 6, 1)


@pytest.fixture
def vendor(unit: BusinessUnit) -> Vendor:
    return make_vendor(unit, country="DE")


@pytest.fixture
def engagement(vendor: Vendor, unit: BusinessUnit) -> Engagement:
    return make_engagement(vendor, unit)


def values(*engagements: Engagement) -> list[object]:
    found = financial.values(engagements, TODAY, {})
    return [found.get(one.pk) for one in engagements]


def test_the_registry_knows_the_indicator() -> None:
    assert SOURCES["financial"] is financial.SOURCE


def test_a_vendor_without_statements_has_no_value(engagement: Engagement) -> None:
    assert financial.values([engagement], TODAY, {}) == {}


def test_amounts_are_in_single_units_and_flows_in_twelve_months(vendor: Vendor) -> None:
    made = make_statement(vendor, months=6)
    found = financial.year_of(made).figures
    assert found.total_assets == 1_000_000
    assert found.sales == 2_400_000


def test_the_latest_year_counts_and_country_and_profile_propose_the_model(
    vendor: Vendor, engagement: Engagement
) -> None:
    make_statement(vendor, 2024)
    make_statement(vendor, 2025, source="unaudited")
    found = financial.values([engagement], TODAY, {})[engagement.pk]
    assert found.inputs["statement"]["fiscal_year"] == 2025
    assert found.inputs["model"] == "z_general"
    financial_profiles.change(
        vendor=vendor, version=0, values={"sector": "manufacturer", "emerging": True}, by=SYSTEM
    )
    found = financial.values([engagement], TODAY, {})[engagement.pk]
    assert found.inputs["model"] == "z_emerging"


def test_a_vendor_in_an_emerging_market_gets_that_model(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, country="VN")
    make_statement(vendor)
    engagement = make_engagement(vendor, unit)
    found = financial.values([engagement], TODAY, {})[engagement.pk]
    assert found.inputs["why"] == "emerging"


def test_what_was_withdrawn_counts_no_longer(vendor: Vendor, engagement: Engagement) -> None:
    made = make_statement(vendor)
    statements.withdraw(statement=made, reason="Wrong company", by=SYSTEM)
    assert financial.values([engagement], TODAY, {}) == {}


def test_a_refusal_counts_as_one(vendor: Vendor, engagement: Engagement) -> None:
    make_statement(vendor, 2024)
    make_refusal(vendor, 2025)
    assert financial.values([engagement], TODAY, {})[engagement.pk].declined


def test_many_engagements_cost_two_queries(unit: BusinessUnit) -> None:
    engagements = []
    for _number in range(5):
        vendor = make_vendor(unit)
        make_statement(vendor)
        engagements += [make_engagement(vendor, unit), make_engagement(vendor, unit)]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = financial.values(engagements, TODAY, {})
    assert len(found) == 10
    assert len(asked) == 2


def test_every_sentence_can_be_said(vendor: Vendor, engagement: Engagement) -> None:
    make_statement(vendor, months=6, ebit="-10", ebitda="30", going_concern_doubt=True, cash=None)
    found = financial.values([engagement], TODAY, {})[engagement.pk]
    for said in found.said:
        sentence = str(financial.SENTENCES[said.code])
        named = {name for _text, name, _spec, _how in string.Formatter().parse(sentence) if name}
        assert named <= set(said.values), said.code
        assert sentence.format(**said.values)


def test_every_model_that_can_be_chosen_is_one_that_there_is() -> None:
    assert set(FinancialProfile.Model.values) == set(Z_MODELS)
