"""The packed answer sheet: what goes in comes out, and nothing else is accepted."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import sheet
from assessments.sheet import CELL_DTYPE, EvidenceLevel, State

KEYS = ["nda.signed", "nda.date", "exit.return"]

a_cell = st.tuples(
    st.integers(0, 10_000),
    st.sampled_from([int(state) for state in State]),
    st.sampled_from([int(level) for level in EvidenceLevel]),
    st.integers(0, 65_535),
    st.booleans(),
)
Row = tuple[int, int, int, int, bool]


def cells_of(*rows: Row) -> sheet.Cells:
    return np.array(list(rows), dtype=CELL_DTYPE)


@given(st.lists(a_cell, max_size=40))
def test_unpacking_returns_what_was_packed(
    rows: list[Row],
) -> None:
    keys = [f"q{number}" for number in range(len(rows))]
    cells = np.array(rows, dtype=CELL_DTYPE)
    assert (sheet.unpack(sheet.pack(cells, keys), keys) == sheet.canonical(cells)).all()


@given(a_cell)
def test_an_answered_cell_survives_unchanged(row: Row) -> None:
    answered = (row[0], int(State.ANSWERED), row[2], row[3], row[4] and row[3] > 0)
    assert sheet.unpack(sheet.pack(cells_of(answered), ["q"]), ["q"])[0].item() == answered


def test_the_documented_layout_is_what_is_written() -> None:
    packed = sheet.pack(cells_of((0x1234, 1, 2, 0x0506, False)), ["q"])
    assert packed[:8] == b"SURS\x02\x00\x01\x00"
    assert packed[8:16] == sheet.layout_hash(["q"])
    assert packed[16:] == b"\x34\x12\x01\x02\x06\x05"


def test_the_date_of_an_evidence_is_told_from_the_end_of_an_answer() -> None:
    packed = sheet.pack(cells_of((0x1234, 1, 2, 0x0506, True)), ["q"])
    assert packed[16:] == b"\x34\x12\x01\x82\x06\x05"
    assert sheet.unpack(packed, ["q"])["dated"][0]


@given(a_cell, a_cell)
def test_cells_that_are_not_answered_give_the_same_bytes_whatever_they_held(
    one: Row, other: Row
) -> None:
    first, second = (
        (risk, int(State.DECLINED), level, day, dated)
        for risk, _, level, day, dated in (one, other)
    )
    assert sheet.pack(cells_of(first), ["q"]) == sheet.pack(cells_of(second), ["q"])


def test_the_layout_hash_depends_on_the_order_of_the_keys() -> None:
    assert sheet.layout_hash(["a", "b"]) != sheet.layout_hash(["b", "a"])


def test_the_layout_hash_does_not_confuse_where_one_key_ends() -> None:
    assert sheet.layout_hash(["ab", "c"]) != sheet.layout_hash(["a", "bc"])


@pytest.mark.parametrize("keys", [KEYS[::-1], KEYS[:2], [*KEYS, "more"]])
def test_a_sheet_of_other_questions_is_refused(keys: list[str]) -> None:
    with pytest.raises(sheet.LayoutMismatch):
        sheet.unpack(sheet.pack(sheet.blank(3), KEYS), keys)


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 40])
def test_bytes_that_are_no_sheet_are_refused(damage: bytes) -> None:
    with pytest.raises(sheet.NotASheet):
        sheet.unpack(damage, KEYS)


@pytest.mark.parametrize("change", [lambda packed: packed[:-1], lambda packed: packed + b"\0"])
def test_a_sheet_cut_short_or_with_a_tail_is_refused(
    change: Callable[[bytes], bytes],
) -> None:
    with pytest.raises(sheet.NotASheet):
        sheet.unpack(change(sheet.pack(sheet.blank(3), KEYS)), KEYS)


def test_a_sheet_of_a_later_layout_is_refused_by_its_version() -> None:
    packed = bytearray(sheet.pack(sheet.blank(3), KEYS))
    packed[4] = 9
    with pytest.raises(sheet.UnknownLayoutVersion, match="version 9"):
        sheet.unpack(bytes(packed), KEYS)


@pytest.mark.parametrize("row", [(10_001, 1, 0, 0, 0), (0, 7, 0, 0, 0), (0, 1, 4, 0, 0)])
def test_a_number_out_of_range_is_refused_with_its_place(
    row: Row,
) -> None:
    with pytest.raises(sheet.InvalidCell, match="Cell 1"):
        sheet.pack(cells_of((0, 0, 0, 0, False), row), ["a", "b"])


def test_an_array_of_another_kind_is_refused() -> None:
    with pytest.raises(sheet.InvalidCell):
        sheet.pack(np.zeros(2, dtype=[("risk", "<u4")]), ["a", "b"])


def test_as_many_cells_as_keys_are_needed() -> None:
    with pytest.raises(sheet.LayoutMismatch):
        sheet.pack(sheet.blank(2), KEYS)


def test_a_repeated_key_is_refused() -> None:
    with pytest.raises(sheet.SheetError, match="repeated"):
        sheet.pack(sheet.blank(2), ["a", "a"])


@given(st.dates(date(2000, 1, 2), date(2179, 6, 6)))
def test_a_date_survives_as_a_day_number(day: date) -> None:
    assert sheet.day_from_number(sheet.day_number(day)) == day


def test_no_end_date_is_zero_and_comes_back_as_none() -> None:
    assert sheet.day_number(None) == 0
    assert sheet.day_from_number(0) is None


@pytest.mark.parametrize(
    ("day", "number"),
    [(date(1970, 1, 1), 1), (date(2000, 1, 1), 1), (date(9999, 1, 1), 65_535)],
)
def test_dates_beyond_the_range_stay_expired_or_stay_far_off(day: date, number: int) -> None:
    assert sheet.day_number(day) == number
