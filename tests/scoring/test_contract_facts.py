"""From contracts, policies and estimates on record to the two indicators."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from scoring.facts import contract, liability
from scoring.indicators.value import exact
from scoring.models import IndicatorValue
from scoring.services import facts
from tests.factories.contracts import judge_all, make_contract, make_exposure, make_policy
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, ExchangeRate, Statement
from vendors.services import clauses, contracts

AS_OF = date(2026, 6, 1)
CARVED = {"cap_kind": "amount", "cap_amount": "10", "cap_currency": "EUR"}


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit, annual_spend="400000", currency="EUR")


def value(source: Any, engagement: Engagement, known: Any = None) -> Any:
    return source.values([engagement], AS_OF, known or {}).get(engagement.pk)


def test_an_engagement_without_a_contract_or_estimate_is_left_out(engagement: Engagement) -> None:
    assert value(contract, engagement) is None
    assert value(liability, engagement) is None
    make_contract(engagement)
    assert value(contract, engagement) is None


def test_clauses_count_as_they_were_judged_and_approved(
    engagement: Engagement, legal: Person
) -> None:
    made = make_contract(engagement)
    judge_all(made)
    assert value(contract, engagement).pt == 0
    clauses.judge(
        contract=made, key="audit", version=1, values={"status": "fallback"}, by=legal.principal
    )
    before = value(contract, engagement)
    clauses.review(
        contract=made, key="audit", version=2, approve=True, reason="Fine", by=legal.principal
    )
    after = value(contract, engagement)
    assert before.pt > after.pt > 0
    assert "unapproved" in {one.code for one in before.said}
    for said in before.said:
        assert str(contract.SENTENCES[said.code]).format(**said.values)


def test_the_cap_of_an_amendment_replaces_that_of_its_contract(engagement: Engagement) -> None:
    make_exposure(engagement)
    make_policy(engagement.vendor, limit="2000000")
    main = make_contract(
        engagement, cap_kind="amount", cap_amount="500000", cap_currency="EUR", carve_outs=[]
    )
    assert value(liability, engagement).pt == 7_500
    make_contract(engagement, amends=main, carve_outs=["ip_breach"])
    assert value(liability, engagement).pt == 0


def test_a_percentage_is_taken_of_the_yearly_fees(engagement: Engagement) -> None:
    make_exposure(engagement)
    make_policy(engagement.vendor, limit="2000000")
    make_contract(engagement, cap_kind="percent", cap_percent="125", carve_outs=[])
    assert value(liability, engagement).pt == 7_500


def test_a_contract_or_policy_entered_by_mistake_counts_for_nothing(
    engagement: Engagement,
) -> None:
    make_exposure(engagement)
    make_policy(engagement.vendor, status="void")
    make_contract(engagement, cap_kind="uncapped", status="void")
    found = value(liability, engagement)
    assert (found.lo, found.pt) == (0, 10_000)
    assert {"no_contract", "insurance_unknown"} <= {one.code for one in found.said}


def test_a_weak_balance_sheet_is_read_from_the_financial_indicator(
    engagement: Engagement,
) -> None:
    make_exposure(engagement)
    make_contract(engagement, cap_kind="uncapped", carve_outs=[])
    known = {"financial": {engagement.pk: exact(0.4)}}
    found = value(liability, engagement, known)
    assert found.inputs["financial"] == [4_000, 4_000, 4_000]
    for said in found.said:
        assert str(liability.SENTENCES[said.code]).format(**said.values)


def test_equity_without_intangibles_is_what_can_be_reached(engagement: Engagement) -> None:
    make_exposure(engagement)
    make_contract(engagement, cap_kind="uncapped", carve_outs=[])
    statement = {
        "vendor": engagement.vendor,
        "fiscal_year": 2025,
        "period_end": date(2025, 12, 31),
        "currency": "EUR",
        "scale": 1_000,
        "source": "audited",
        "equity": 9_000,
    }
    row = Statement.objects.create(**statement)
    known = {"financial": {engagement.pk: exact(0.2)}}
    assert value(liability, engagement, known).inputs["net_worth"] is None
    row.intangible_assets = Decimal(4_000)
    row.save()
    found = value(liability, engagement, known)
    # Of 5,000,000, the 30 % that can be expected, and of that 80 %.
    assert found.inputs["net_worth"] == "5000000.0000"
    assert found.pt == 4_000


def test_other_money_is_converted_by_the_rate_of_the_month_or_counts_for_nothing(
    engagement: Engagement,
) -> None:
    make_exposure(engagement)
    make_contract(engagement, cap_kind="uncapped", carve_outs=[])
    make_policy(engagement.vendor, limit="2000000", currency="USD")
    unknown = value(liability, engagement)
    # The rate may be there next month.
    assert (unknown.pt, unknown.next_change) == (10_000, date(2026, 7, 1))
    assert "not_converted" in {one.code for one in unknown.said}
    ExchangeRate.objects.create(
        base="EUR", currency="USD", day=date(2026, 5, 29), rate=Decimal(2), source="Bank"
    )
    found = value(liability, engagement)
    assert (found.pt, found.next_change) == (5_000, date(2026, 7, 1))
    assert found.inputs["rates"] == ["USD/EUR 2026-05-29 2"]


@pytest.mark.parametrize("source", [contract, liability])
def test_many_engagements_cost_as_many_queries_as_one(
    unit: BusinessUnit, source: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    made = [make_engagement(make_vendor(unit), unit) for _ in range(4)]
    for one in made:
        make_exposure(one)
        make_policy(one.vendor)
        judge_all(make_contract(one), "weak")
    with CaptureQueriesContext(
        connection,
    ) as single:
        source.values(made[:1], AS_OF, {})
    with django_assert_num_queries(len(single)):
        source.values(made, AS_OF, {})


def test_a_review_of_a_clause_reaches_the_stored_indicator(
    engagement: Engagement, legal: Person
) -> None:
    made = make_contract(engagement)
    judge_all(made)
    make_exposure(engagement)
    make_policy(engagement.vendor, limit="2000000")

    def stored(key: str) -> int:
        facts.refresh([engagement.pk], AS_OF)
        rows = IndicatorValue.objects.filter(engagement=engagement, key=key)
        return rows.latest("pk").pt

    assert (stored("contract"), stored("liability")) == (0, 10_000)
    contracts.change(contract=made, version=1, values={"cap_kind": "uncapped"}, by=legal.principal)
    clauses.judge(
        contract=made, key="audit", version=1, values={"status": "missing"}, by=legal.principal
    )
    assert stored("contract") > 0
    assert stored("liability") == 0
