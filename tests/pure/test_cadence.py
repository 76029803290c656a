"""When an assessment is due again."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assessments.cadence import MONTHS, add_months, brought_forward, next_due
from assessments.question import Tier

days = st.dates(date(2000, 1, 1), date(2150, 1, 1))


def test_the_last_day_of_a_month_stays_inside_the_month() -> None:
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert add_months(date(2026, 11, 28), 2) == date(2027, 1, 28)


def test_the_higher_the_tier_the_sooner_it_is_due() -> None:
    due = [next_due(date(2026, 1, 15), tier) for tier in Tier]
    assert due == sorted(due, reverse=True)


def test_a_unit_may_have_a_cadence_of_its_own() -> None:
    assert next_due(date(2026, 1, 15), "low", {"low": 6}) == date(2026, 7, 15)
    assert next_due(date(2026, 1, 15), "high", {"low": 6}) == date(2027, 1, 15)
    assert MONTHS["high"] == 12


@given(days, st.integers(1, 120), st.integers(1, 120))
def test_more_months_are_never_sooner(day: date, some: int, more: int) -> None:
    assert add_months(day, some) <= add_months(day, some + more)


@given(days, days)
def test_what_happens_never_puts_a_renewal_off(due: date, happened: date) -> None:
    moved = brought_forward(due, happened)
    assert moved <= due
    assert moved == due or moved == happened + timedelta(days=30)
