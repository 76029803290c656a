"""The term of a contract, held to its rules by invented dates."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vendors.contract_terms import (
    LATEST,
    Term,
    months_later,
    next_turn,
    notice_day,
    runs,
    term_end,
)

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
terms = st.builds(
    Term,
    starts_on=st.none() | days,
    ends_on=st.none() | days,
    renewal=st.sampled_from(["none", "automatic", "agreed"]),
    renewal_months=st.none() | st.integers(1, 120),
    notice_days=st.none() | st.integers(0, 800),
    notice_by=st.none() | days,
)


def test_a_contract_that_renews_by_itself_goes_on_in_whole_terms() -> None:
    term = Term(date(2024, 2, 1), date(2025, 1, 31), "automatic", 12, 90)
    assert term_end(term, date(2025, 1, 31)) == date(2025, 1, 31)
    assert term_end(term, date(2025, 2, 1)) == date(2026, 1, 31)
    assert notice_day(term, date(2025, 2, 1)) == date(2026, 1, 31) - timedelta(days=90)


def test_a_month_end_stays_a_month_end_over_february() -> None:
    term = Term(None, date(2025, 1, 31), "automatic", 1)
    assert term_end(term, date(2025, 2, 10)) == date(2025, 2, 28)
    assert term_end(term, date(2025, 3, 10)) == date(2025, 3, 31)


def test_a_contract_that_ends_by_itself_asks_for_no_notice() -> None:
    term = Term(None, date(2026, 1, 31), "none", None, 90)
    assert notice_day(term, date(2025, 1, 1)) is None
    assert not runs(term, date(2026, 2, 1))


def test_a_day_noted_by_hand_wins_until_its_term_has_passed() -> None:
    term = Term(None, date(2026, 1, 31), "automatic", 12, 90, date(2025, 9, 30))
    assert notice_day(term, date(2025, 6, 1)) == date(2025, 9, 30)
    assert notice_day(term, date(2026, 6, 1)) == date(2027, 1, 31) - timedelta(days=90)


@given(terms, days)
def test_the_running_term_never_ends_before_the_day_if_it_renews(term: Term, on: date) -> None:
    end = term_end(term, on)
    if term.renews and end is not None:
        assert end >= on
    if end is not None and term.ends_on is not None:
        assert end >= term.ends_on


@given(terms, days, st.integers(1, 4000))
def test_nothing_turns_before_the_next_turn(term: Term, on: date, later: int) -> None:
    turn = next_turn(term, on)
    then = on + timedelta(days=later)
    if turn is None or then < turn:
        assert runs(term, then) == runs(term, on)
    if turn is not None:
        assert turn > on


@given(days, st.integers(0, 2000))
def test_months_later_never_skips_a_month(day: date, months: int) -> None:
    later = months_later(day, months)
    if later < LATEST:
        assert (later.year - day.year) * 12 + later.month - day.month == months
        assert later.day <= day.day
