"""The indicator of IP schedules: rights in force where the work is done, and what came back."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.sheet import EvidenceLevel
from scoring.indicators.ip_schedule import (
    LATE,
    Asset,
    Audited,
    Disclosed,
    Schedule,
    evaluate,
)
from scoring.indicators.value import Value
from vendors.registrations import Registration, Standing, Why, needs_registration, stands

DAY = date(2026, 3, 1)
LATER = DAY + timedelta(days=400)


def asset(*registrations: Registration, needed: bool = True, key: str = "a") -> Asset:
    return Asset(
        key=key, name=f"Asset {key}", kind="inventions", needed=needed, registrations=registrations
    )


def held(territory: str, **values: Any) -> Registration:
    return Registration(territory, "registered", number="1", **values)


def triple(value: Value) -> tuple[int, int, int]:
    return value.lo, value.pt, value.hi


@pytest.mark.parametrize(
    ("entry", "standing", "why"),
    [
        (held("VN"), Standing.REGISTERED, None),
        (held("VN", expires_on=DAY), Standing.REGISTERED, None),
        (held("VN", expires_on=DAY - timedelta(days=1)), Standing.MISSING, Why.EXPIRED),
        (held("VN", granted_on=DAY + timedelta(days=1)), Standing.PENDING, None),
        (Registration("VN", "pending"), Standing.PENDING, None),
        (Registration("VN", "refused"), Standing.MISSING, Why.REFUSED),
        (Registration("VN", "lapsed"), Standing.MISSING, Why.LAPSED),
        (Registration("VN", "unknown"), Standing.UNKNOWN, None),
        (held("CN"), Standing.MISSING, Why.NONE),
    ],
)
def test_an_entry_stands_as_its_register_and_the_date_say(
    entry: Registration, standing: Standing, why: Why | None
) -> None:
    found = stands([entry], "VN", DAY)
    assert (found.standing, found.why) == (standing, why)


def test_the_best_of_several_entries_counts() -> None:
    entries = [Registration("DE", "refused"), held("EU"), Registration("DE", "pending")]
    assert stands(entries, "DE", DAY).by == held("EU")
    assert stands(entries, "GB", DAY).standing is Standing.MISSING


def test_only_what_registration_protects_needs_it_and_a_reason_may_speak_against_it() -> None:
    assert needs_registration("inventions")
    assert needs_registration("brands")
    assert not needs_registration("trade_secrets")
    assert not needs_registration("designs", "Kept secret until launch")


def test_half_of_the_pairs_in_force_is_half_of_the_risk() -> None:
    value = evaluate(Schedule(assets=(asset(held("VN")),), countries=("CN", "VN")), DAY)
    assert triple(value) == (5000, 5000, 5000)
    assert value.said[0].values == {"count": 1, "of": 2}
    assert value.said[1].values == {"name": "Asset a", "country": "CN"}


def test_applied_for_lies_between_and_not_known_may_be_anything() -> None:
    pending = Schedule(assets=(asset(Registration("VN", "pending")),), countries=("VN",))
    assert triple(evaluate(pending, DAY)) == (0, 5000, 10_000)
    unknown = Schedule(assets=(asset(Registration("VN", "unknown")),), countries=("VN",))
    assert triple(evaluate(unknown, DAY)) == (0, 10_000, 10_000)
    nowhere = Schedule(assets=(asset(held("VN")),))
    assert triple(evaluate(nowhere, DAY)) == (0, 10_000, 10_000)


def test_a_kind_that_is_entrusted_without_an_asset_is_a_gap_and_widens_the_range() -> None:
    schedule = Schedule(assets=(asset(held("VN")),), countries=("VN",))
    gap = replace(schedule, kinds_without_asset=("brands",))
    assert triple(evaluate(schedule, DAY)) == (0, 0, 0)
    assert triple(evaluate(gap, DAY)) == (0, 5000, 5000)


def test_assets_that_need_no_registration_cost_nothing() -> None:
    value = evaluate(Schedule(assets=(asset(needed=False),), countries=("VN",)), DAY)
    assert triple(value) == (0, 0, 0)
    assert value.said[0].code == "none_needed"


def test_what_did_not_come_back_after_the_end_makes_it_worse() -> None:
    two = (Disclosed(key="1", outcome="held"), Disclosed(key="2", outcome="returned"))
    schedule = Schedule(assets=(asset(held("VN")),), countries=("VN",), disclosures=two)
    assert triple(evaluate(schedule, DAY)) == (0, 0, 0)
    ended = evaluate(replace(schedule, ended=True), DAY)
    assert triple(ended) == (round(LATE * 5000),) * 3
    assert ended.inputs["late"] == ["1"]


def test_destroyed_without_a_certificate_counts_as_half() -> None:
    def of(certified: bool) -> Value:
        one = Disclosed(key="1", outcome="destroyed", certified=certified)
        return evaluate(Schedule(disclosures=(one,), ended=True), DAY)

    assert of(True).pt == 0
    assert of(False).pt == round(LATE * 5000)


def test_a_day_of_return_counts_before_the_end_as_well() -> None:
    one = Disclosed(key="1", outcome="held", return_by=DAY)
    schedule = Schedule(disclosures=(one,))
    value = evaluate(schedule, DAY)
    assert (value.pt, value.next_change) == (0, DAY + timedelta(days=1))
    assert evaluate(schedule, DAY + timedelta(days=1)).pt == round(LATE * 10_000)


def test_the_next_change_is_the_day_after_a_right_expires() -> None:
    schedule = Schedule(assets=(asset(held("VN", expires_on=LATER)),), countries=("VN",))
    value = evaluate(schedule, DAY)
    assert value.next_change == LATER + timedelta(days=1)
    assert value.next_change is not None
    assert evaluate(schedule, LATER).pt == 0
    assert evaluate(schedule, value.next_change).pt == 10_000


def test_numbers_and_audits_say_how_well_it_is_proved() -> None:
    def level(*sites: Audited, number: str = "7") -> EvidenceLevel:
        entry = Registration("VN", "registered", number=number)
        return evaluate(
            Schedule(assets=(asset(entry),), countries=("VN",), sites=sites), DAY
        ).evidence

    fresh = Audited(key="s", result="passed", next_due=LATER)
    assert level(number="") is EvidenceLevel.SELF_DECLARED
    assert level() is EvidenceLevel.DOCUMENT
    assert level(fresh) is EvidenceLevel.REVIEWER_VERIFIED
    assert level(fresh, Audited(key="t")) is EvidenceLevel.DOCUMENT
    assert level(replace(fresh, result="failed")) is EvidenceLevel.DOCUMENT
    assert level(replace(fresh, next_due=DAY - timedelta(days=1))) is EvidenceLevel.DOCUMENT


#: However slow the machine is at the moment.
days = st.none() | st.dates(DAY - timedelta(days=900), DAY + timedelta(days=900))
codes = st.sampled_from(["VN", "CN", "DE", "NA"])
entries = st.builds(
    Registration,
    territory=st.sampled_from(["VN", "CN", "DE", "EU", "NA", "BX"]),
    status=st.sampled_from(["pending", "registered", "refused", "lapsed", "unknown"]),
    number=st.sampled_from(["", "1", "2"]),
    granted_on=days,
    expires_on=days,
)
assets = st.builds(
    Asset,
    key=st.sampled_from("abcdef"),
    name=st.just("Asset"),
    kind=st.just("inventions"),
    needed=st.booleans(),
    registrations=st.lists(entries, max_size=3).map(tuple),
)
disclosed = st.builds(
    Disclosed,
    key=st.sampled_from("123456"),
    outcome=st.sampled_from(["held", "returned", "destroyed", "nothing"]),
    return_by=days,
    certified=st.booleans(),
)
audited = st.builds(
    Audited,
    key=st.sampled_from("xyz"),
    result=st.sampled_from(["", "passed", "failed"]),
    next_due=days,
)
schedules = st.builds(
    Schedule,
    assets=st.lists(assets, max_size=4).map(tuple),
    kinds_without_asset=st.lists(st.sampled_from(["brands", "designs"]), unique=True).map(tuple),
    countries=st.lists(codes, unique=True).map(tuple),
    disclosures=st.lists(disclosed, max_size=4).map(tuple),
    sites=st.lists(audited, max_size=2).map(tuple),
    ended=st.booleans(),
)


@given(schedules)
def test_the_value_holds_until_the_day_it_names_and_changes_on_it(schedule: Schedule) -> None:
    value = evaluate(schedule, DAY)

    def figures(day: date) -> tuple[object, ...]:
        one = evaluate(schedule, day)
        return triple(one), one.evidence, one.inputs["pairs"], one.inputs["late"]

    if value.next_change is None:
        assert figures(DAY + timedelta(days=2000)) == figures(DAY)
    else:
        assert value.next_change > DAY
        assert figures(value.next_change) != figures(DAY)
        assert figures(value.next_change - timedelta(days=1)) == figures(DAY)


@given(schedules, assets)
def test_a_right_in_force_everywhere_never_makes_it_worse(schedule: Schedule, one: Asset) -> None:
    everywhere = tuple(held(code) for code in ("VN", "CN", "DE", "NA"))
    better = replace(one, registrations=(*one.registrations, *everywhere))
    before = evaluate(replace(schedule, assets=(*schedule.assets, one)), DAY)
    after = evaluate(replace(schedule, assets=(*schedule.assets, better)), DAY)
    assert all(x <= y for x, y in zip(triple(after), triple(before), strict=True))


@given(schedules)
def test_the_end_of_the_work_never_makes_it_better(schedule: Schedule) -> None:
    before = evaluate(replace(schedule, ended=False), DAY)
    after = evaluate(replace(schedule, ended=True), DAY)
    assert all(x >= y for x, y in zip(triple(after), triple(before), strict=True))


@given(schedules)
def test_the_order_of_what_is_on_record_does_not_matter(schedule: Schedule) -> None:
    mixed = replace(
        schedule,
        assets=tuple(reversed(schedule.assets)),
        countries=tuple(reversed(schedule.countries)),
        disclosures=tuple(reversed(schedule.disclosures)),
    )
    assert triple(evaluate(mixed, DAY)) == triple(evaluate(schedule, DAY))


@given(schedules)
def test_what_is_not_known_stays_within_the_range(schedule: Schedule) -> None:
    """Whatever turns out about entries of unknown status, the value was in the range before."""
    value = evaluate(schedule, DAY)

    def turned(status: str) -> Value:
        known = tuple(
            replace(
                one,
                registrations=tuple(
                    replace(entry, status=status, granted_on=None, expires_on=None)
                    if entry.status == "unknown"
                    else entry
                    for entry in one.registrations
                ),
            )
            for one in schedule.assets
        )
        return evaluate(replace(schedule, assets=known), DAY)

    for status in ("registered", "refused"):
        after = turned(status)
        assert value.lo <= after.lo
        assert after.hi <= value.hi
