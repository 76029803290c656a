"""The indicator of liability: what could be got back of a loss."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.indicators.liability import (
    THETA,
    CapFact,
    Facts,
    PolicyFact,
    value,
    work,
)

AS_OF = date(2026, 6, 1)


def policy(**values: Any) -> PolicyFact:
    known: dict[str, Any] = {
        "key": "p",
        "name": "PI",
        "limit": Decimal(1_000_000),
        "per_claim": None,
        "deductible": Decimal(0),
        "eroded": Decimal(0),
        "excluded": Decimal(0),
        "valid_from": date(2026, 1, 1),
        "expires_on": date(2026, 12, 31),
    }
    return PolicyFact(**{**known, **values})


def facts(**values: Any) -> Facts:
    known: dict[str, Any] = {
        "low": Decimal(2_000_000),
        "likely": Decimal(2_000_000),
        "high": Decimal(2_000_000),
        "currency": "EUR",
        "caps": [CapFact("MSA", "uncapped", carved_out=True)],
        "policies": [policy()],
        "net_worth": Decimal(0),
        "financial": (0, 0, 0),
    }
    return Facts(**{**known, **values})


def test_half_of_a_loss_insured_is_half_of_the_risk() -> None:
    found = value(facts(), AS_OF)
    assert (found.lo, found.pt, found.hi) == (5_000, 5_000, 5_000)


def test_the_working_adds_up_line_by_line() -> None:
    given_ = facts(
        policies=[
            policy(eroded=Decimal(200_000), excluded=Decimal("0.5"), deductible=Decimal(50_000))
        ],
        net_worth=Decimal(1_000_000),
        financial=(2_000, 4_000, 6_000),
        caps=[CapFact("MSA", "amount", Decimal(500_000), carved_out=False)],
    )
    case = work(given_, AS_OF).likely
    assert case.insurance == Decimal(350_000)  # (1,000,000 - 200,000) x 0.5 - 50,000
    assert case.from_assets == THETA * 1_000_000 * Decimal("0.6")
    assert case.collectable == case.insurance + case.from_assets
    assert case.recoverable == Decimal(500_000)
    assert case.recoverable + case.shortfall == case.exposure
    assert case.risk == Decimal("0.75")


def test_a_cap_does_not_count_where_breach_of_ip_is_carved_out() -> None:
    capped = CapFact("MSA", "amount", Decimal(100_000), carved_out=False)
    carved = CapFact("MSA", "amount", Decimal(100_000), carved_out=True)
    assert value(facts(caps=[capped]), AS_OF).pt == 9_500
    assert value(facts(caps=[carved]), AS_OF).pt == 5_000


def test_a_cap_of_unknown_carve_outs_is_a_range() -> None:
    found = value(facts(caps=[CapFact("MSA", "amount", Decimal(100_000))]), AS_OF)
    assert (found.lo, found.pt) == (5_000, 9_500)


def test_the_financially_weak_can_be_reached_for_less() -> None:
    strong = facts(net_worth=Decimal(2_000_000), financial=(0, 0, 0), policies=[])
    weak = facts(net_worth=Decimal(2_000_000), financial=(8_000, 8_000, 8_000), policies=[])
    assert value(strong, AS_OF).pt < value(weak, AS_OF).pt


def test_what_is_not_known_widens_the_range_and_never_helps_the_point() -> None:
    found = value(facts(net_worth=None, financial=None), AS_OF)
    assert (found.lo, found.pt, found.hi) == (0, 5_000, 5_000)
    nothing = value(facts(caps=[], policies=[], net_worth=None, financial=None), AS_OF)
    assert (nothing.lo, nothing.pt, nothing.hi) == (0, 10_000, 10_000)


def test_a_policy_pays_until_its_last_day_and_the_value_says_when_it_changes() -> None:
    given_ = facts(policies=[policy(expires_on=date(2026, 6, 1))])
    found = value(given_, AS_OF)
    assert (found.pt, found.next_change) == (5_000, date(2026, 6, 2))
    assert value(given_, date(2026, 6, 2)).pt == 10_000


def test_more_than_the_limit_for_one_claim_is_not_counted() -> None:
    case = work(facts(policies=[policy(per_claim=Decimal(300_000))]), AS_OF).likely
    assert case.insurance == Decimal(300_000)


@pytest.mark.parametrize("low", [Decimal(0), Decimal(-1), Decimal(3_000_000)])
def test_an_exposure_that_is_not_in_order_is_refused(low: Decimal) -> None:
    with pytest.raises(ValueError, match="above 0"):
        work(facts(low=low), AS_OF)


amounts = st.integers(0, 10**9).map(Decimal)
maybe = st.none() | amounts
policies = st.builds(
    PolicyFact,
    key=st.uuids().map(str),
    name=st.just("P"),
    limit=maybe,
    per_claim=maybe,
    deductible=amounts,
    eroded=amounts,
    excluded=st.none() | st.integers(0, 100).map(lambda n: Decimal(n) / 100),
    valid_from=st.just(date(2026, 1, 1)),
    expires_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    proved=st.booleans(),
)
caps = st.builds(
    CapFact,
    title=st.just("C"),
    kind=st.sampled_from(["", "amount", "percent", "uncapped"]),
    amount=maybe,
    carved_out=st.none() | st.booleans(),
    kept=st.booleans(),
)
estimates = st.lists(st.integers(1, 10**9).map(Decimal), min_size=3, max_size=3).map(sorted)
anything = st.builds(
    lambda e, caps, policies, worth, most, r: Facts(
        e[0], e[1], e[2], "EUR", caps, policies, worth, most, tuple(sorted(r)) if r else None
    ),
    estimates,
    st.lists(caps, max_size=3),
    st.lists(policies, max_size=3),
    st.none() | st.integers(-(10**9), 10**9).map(Decimal),
    maybe,
    st.none() | st.lists(st.integers(0, 10_000), min_size=3, max_size=3),
)


@given(anything)
def test_the_three_workings_are_in_order_and_add_up(given_: Facts) -> None:
    working = work(given_, AS_OF)
    risks = [case.risk for case in working.cases]
    assert risks == sorted(risks)
    for case in working.cases:
        assert 0 <= case.recoverable <= case.exposure
        assert case.recoverable + case.shortfall == case.exposure
    value(given_, AS_OF)


@given(anything, st.integers(1, 10**9).map(Decimal))
def test_more_insurance_never_raises_the_risk(given_: Facts, limit: Decimal) -> None:
    more = Facts(
        given_.low,
        given_.likely,
        given_.high,
        "EUR",
        given_.caps,
        [*given_.policies, policy(limit=limit)],
        given_.net_worth,
        given_.net_worth_most,
        given_.financial,
    )
    # At best, policies that nobody has entered count as unlimited, so only the rest is compared.
    assert value(more, AS_OF).pt <= value(given_, AS_OF).pt
    assert work(more, AS_OF).worst.risk <= work(given_, AS_OF).worst.risk
