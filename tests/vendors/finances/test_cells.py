"""What cells say: numbers, days, yes and no; what can be read in two ways is refused."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.imports import cells


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1250.5", "", "1250.5"),
        ("1250,5", "", "1250.5"),
        ("1,250.50", "", "1250.50"),
        ("1.250,50", "", "1250.50"),
        ("1 250 000", "", "1250000"),
        ("1'250'000.25", "", "1250000.25"),
        ("1.234.567", "", "1234567"),
        ("1,234,567", "", "1234567"),
        ("1.250", ".", "1.250"),
        ("1.250", ",", "1250"),
        ("-300", "", "-300"),
        ("\u2212300", "", "-300"),
        ("(300)", "", "-300"),
        ("300-", "", "-300"),
        ("1.5e6", "", "1500000"),
        (".5", "", ".5"),
    ],
)
def test_a_number_is_read_as_it_is_written_here_and_there(text: str, mark: str, value: str) -> None:
    assert cells.number(text, mark) == Decimal(value)


@pytest.mark.parametrize("text", ["", "-", "n/a", "N.A.", "null"])
def test_nothing_is_unknown_and_not_zero(text: str) -> None:
    assert cells.number(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,250", "1250 or as 1.250"),
        ("1.250", "1250 or as 1.250"),
        ("=A1+B1", "formula"),
        ("#REF!", "error of a formula"),
        ("#DIV/0!", "error of a formula"),
        ("twelve", "no number"),
        ("1.2.3,4,5", "no number"),
        ("12 EUR", "no number"),
    ],
)
def test_what_is_no_number_or_could_be_two_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        cells.number(text)


def test_the_other_numbers_of_a_list_tell_its_decimal_mark() -> None:
    assert cells.decimal_mark(["1.250", "3,75"]) == ","
    assert cells.decimal_mark(["1.250", "3.75"]) == "."
    assert cells.decimal_mark(["1.234.567", "1.250"]) == ","
    assert cells.decimal_mark(["1.250", "700"]) == ""
    assert cells.decimal_mark(["3,75", "3.75"]) == ""


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(".,"))
def test_a_grouped_number_is_read_back_whatever_the_marks(value: Decimal, mark: str) -> None:
    text = f"{value:,.2f}"
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert cells.number(text, mark) == value


@pytest.mark.parametrize(
    "text", ["2025-12-31", "2025-12-31T00:00:00", "31.12.2025", "31/12/2025", "12/31/2025"]
)
def test_a_day_is_read_in_the_usual_forms(text: str) -> None:
    assert cells.day(text) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2025-02-30", "no such day"),
        ("31.04.2025", "no such day"),
        ("13/13/2025", "no such day"),
        ("03/04/2025", "Day or month first"),
        ("Christmas", "Write the day"),
    ],
)
def test_a_day_that_is_none_or_could_be_two_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        cells.day(text)


def test_yes_and_no_are_words_and_nothing_is_no() -> None:
    assert cells.yes("Yes")
    assert not cells.yes("")
    with pytest.raises(ValueError, match="yes or no"):
        cells.yes("perhaps")


def test_cells_are_named_as_spreadsheets_name_them() -> None:
    assert [cells.name_of(at, 7) for at in (0, 2, 25, 26, 701, 702)] == [
        "A7", "C7", "Z7", "AA7", "ZZ7", "AAA7",
    ]  # fmt: skip
