"""Numbers are read as their writer's language writes them; what could be two is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.typed_numbers import NoNumber, TwoWays, read, read_typed, written


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.000", ",", "1000"),
        ("1,000", ".", "1000"),
        ("12,5", ",", "12.5"),
        ("12,5", ".", "12.5"),
        ("12.5", ",", "12.5"),
        ("0.125", ",", "0.125"),
        ("1.125", ".", "1.125"),
        ("1.234.567,89", ",", "1234567.89"),
        ("12,34,567", ".", "1234567"),
        (" 1 200 ", ".", "1200"),
        ("-3,5", ",", "-3.5"),
    ],
)
def test_a_reader_types_numbers_as_their_pages_show_them(text: str, mark: str, value: str) -> None:
    assert read_typed(text, mark) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "mark", "whole"), [("1.000", ".", False), ("1.250", ".", True), ("1,250", ",", True)]
)
def test_what_a_reader_may_have_meant_as_thousands_is_asked_back(
    text: str, mark: str, whole: bool
) -> None:
    with pytest.raises(TwoWays):
        read_typed(text, mark, whole=whole)


@pytest.mark.parametrize(
    "text",
    [
        *("", "twelve", "1.2.3", "12.34,567.8", "1.23.456,7.8", "NaN", "+-5", "1 2", "1234 567"),
        *("1.234.50", "1.234.5", "1,234,5", "1,23.456", "1 234.567.890", "0,125.5"),
        *("1e900000000", "1e99999999999999999999", "1e999", "1e-999", "9" * 42),
    ],
)
def test_what_is_no_number_is_refused_whatever_the_mark(text: str) -> None:
    for mark in ("", ".", ","):
        with pytest.raises(NoNumber):
            read(text, mark)


@given(st.integers(10**6, 10**20), st.sampled_from(["1,234.5", "1.234,5", "1 234,5", "1'234.5"]))
def test_whole_groups_are_read_by_the_sign_between_them(value: int, way: str) -> None:
    text = f"{value:,}".replace(",", way[1])
    assert read(text) == value
    assert read(f"{text}{way[5]}25") == value + Decimal("0.25")


@given(
    st.decimals(-(10**12), 10**12, places=4) | st.integers(-(10**15), 10**15),
    st.sampled_from(".,"),
)
def test_what_an_input_shows_is_read_back_as_it_was(value: Decimal | int, mark: str) -> None:
    assert read_typed(written(value, mark), mark) == value
