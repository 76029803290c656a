"""The monitoring indicator: what is checked in time, by importance."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scoring.indicators.monitoring import Watched, monitoring
from scoring.indicators.value import Value
from vendors.rhythm import MONTHS, later, next_due

TODAY = date(2026, 3, 17)
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def item(due: int, done: int | None = -10, **values: Any) -> Watched:
    """Something to watch, due and last checked so many days from today."""
    found: dict[str, Any] = {
        "id": "1",
        "watched": "domains",
        "scope": "widget in .com",
        "importance": 1,
        "due_on": TODAY + timedelta(days=due),
        "last_done_on": None if done is None else TODAY + timedelta(days=done),
        **values,
    }
    return Watched(**found)


def of(*items: Watched, on: date = TODAY) -> Value:
    value = monitoring(items, on)
    assert value is not None
    return value


def _watched(last_done_on: st.SearchStrategy[date | None]) -> st.SearchStrategy[Watched]:
    return st.builds(
        Watched,
        id=st.uuids().map(str),
        watched=st.just("domains"),
        scope=st.just("widget"),
        importance=st.integers(1, 3),
        due_on=DAYS,
        last_done_on=last_done_on,
        proved=st.booleans(),
    )


items = _watched(st.none() | DAYS)
items_done_before = _watched(DAYS)


def test_no_plan_says_nothing() -> None:
    assert monitoring([], TODAY) is None


def test_a_plan_that_nobody_has_begun_is_as_bad_as_can_be() -> None:
    value = of(item(30, None), item(60, None))
    assert value.pt == 10_000
    assert [one.code for one in value.said] == ["nothing_done"]
    assert value.next_change is None


def test_the_share_is_weighted_by_importance() -> None:
    assert of(item(5), item(-1)).pt == 5000
    assert of(item(5, importance=3), item(-1)).pt == 2500
    assert of(item(5)).pt == 0


def test_the_day_on_which_it_is_due_is_still_in_time() -> None:
    assert of(item(0)).pt == 0
    assert of(item(0)).next_change == TODAY + timedelta(days=1)
    assert of(item(0), on=TODAY + timedelta(days=1)).pt == 10_000


def test_what_is_new_does_not_count_until_it_is_due_for_the_first_time() -> None:
    value = of(item(20), item(5, None))
    assert value.pt == 0
    assert value.said[-1].code == "waiting"
    assert value.next_change == TODAY + timedelta(days=6)
    assert of(item(20), item(5, None), on=TODAY + timedelta(days=6)).pt == 5000


def test_only_checks_that_were_written_down_count_as_documents() -> None:
    assert of(item(5, proved=True)).evidence > of(item(5, proved=True), item(5)).evidence


@given(st.lists(items_done_before, min_size=1, max_size=6), DAYS, st.integers(0, 500))
def test_waiting_without_checking_never_lowers_the_risk_of_what_counts(
    plan: list[Watched], on: date, days: int
) -> None:
    assert of(*plan, on=on + timedelta(days=days)).pt >= of(*plan, on=on).pt


@given(st.lists(items, min_size=1, max_size=6), DAYS, st.integers(1, 500))
def test_nothing_changes_before_the_day_that_is_named(
    plan: list[Watched], on: date, days: int
) -> None:
    value = of(*plan, on=on)
    day = on + timedelta(days=days)
    if value.next_change is None or day < value.next_change:
        assert of(*plan, on=day) == value


@given(st.lists(items, min_size=1, max_size=6), DAYS)
def test_checking_everything_today_leaves_no_risk(plan: list[Watched], on: date) -> None:
    assert of(*(_done(one, on) for one in plan), on=on).pt == 0


def _done(one: Watched, on: date) -> Watched:
    return Watched(
        id=one.id,
        watched=one.watched,
        scope=one.scope,
        importance=one.importance,
        due_on=next_due("month", on, on),
        last_done_on=on,
    )


def test_a_month_later_is_the_same_day_or_the_last_of_the_month() -> None:
    assert later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert later(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert later(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert next_due("week", date(2026, 12, 28), None) == date(2027, 1, 4)
    assert next_due("year", date(2020, 2, 29), date(2024, 2, 29)) == date(2025, 2, 28)


@given(st.sampled_from(sorted(MONTHS)), DAYS)
def test_what_was_done_is_due_again_on_a_later_day(every: str, day: date) -> None:
    assert next_due(every, day, day) > day
