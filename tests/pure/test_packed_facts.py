"""Packed facts give back what was packed, and refuse what they cannot read."""

from datetime import date
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.sheet import EPOCH, RISK_SCALE, EvidenceLevel, State
from scoring.engine.method_parts import Indicator
from scoring.facts import packing
from scoring.facts.packing import NoFacts, pack, unpack, unpack_many, unpack_rows
from scoring.indicators.value import KEYS, Value, exact, steps


@st.composite
def values(draw: st.DrawFn) -> Value:
    """Any value of an indicator."""
    if draw(st.integers(0, 9)) == 0:
        return Value(declined=True)
    lo, pt, hi = sorted(draw(st.lists(st.integers(0, RISK_SCALE), min_size=3, max_size=3)))
    return Value(
        lo=lo,
        pt=pt,
        hi=hi,
        enough=draw(st.booleans()),
        evidence=draw(st.sampled_from(EvidenceLevel)),
        holds_until=draw(st.none() | st.dates(date(2001, 1, 1), date(2100, 1, 1))),
    )


sheets = st.dictionaries(st.sampled_from(KEYS), values())


@given(sheets)
def test_what_was_packed_comes_back_cell_by_cell(told: dict[str, Value]) -> None:
    cells = unpack(pack(told))
    for at, key in enumerate(KEYS):
        value, cell = told.get(key), cells[at]
        if value is None:
            assert tuple(cell) == (0, 0, 0, State.HIDDEN, 0, 0)
        elif value.declined:
            assert tuple(cell) == (0, 0, 0, State.DECLINED, 0, 0)
        else:
            assert (cell["lo"], cell["pt"], cell["hi"]) == (value.lo, value.pt, value.hi)
            assert cell["state"] & 0x7F == State.ANSWERED
            assert (cell["state"] < packing.TOO_LITTLE) == value.enough
            assert cell["evidence"] == value.evidence
            until = value.holds_until
            assert cell["holds_until"] == ((until - EPOCH).days if until else 0)


@given(st.lists(sheets, max_size=6))
def test_many_read_as_one_block_are_what_each_is_alone(told: list[dict[str, Value]]) -> None:
    packed = [pack(one) for one in told]
    rows = np.frombuffer(b"".join(packed), np.uint8).reshape(len(packed), -1 if packed else 0)
    assert np.array_equal(unpack_rows(rows), unpack_many(packed))
    assert all(np.array_equal(unpack(one), unpack_many([one])[0]) for one in packed)


def test_no_bytes_stand_for_no_facts() -> None:
    assert np.array_equal(unpack_many([b"", b""]), packing.nothing(2))
    assert np.array_equal(unpack_rows(np.zeros((3, 0), np.uint8)), packing.nothing(3))


def test_an_indicator_that_was_added_since_has_no_facts_in_an_older_sheet() -> None:
    whole = pack({"financial": exact(0.3)})
    older = whole[:6] + (1).to_bytes(2, "little") + whole[8:18]
    assert np.array_equal(unpack(older), unpack(whole))


@pytest.mark.parametrize(
    "data",
    [
        b"SURF",
        pack({})[:-1],
        pack({}) + b"\0",
        b"SURX" + pack({})[4:],
        pack({})[:4] + b"\x02\x00" + pack({})[6:],
        pack({})[:6] + b"\xff\x00" + pack({})[8:],
    ],
)
def test_bytes_that_are_no_packed_facts_are_refused(data: bytes) -> None:
    with pytest.raises(NoFacts):
        unpack(data)


@pytest.mark.parametrize(("lo", "pt", "hi"), [(2, 1, 3), (1, 3, 2), (-1, 0, 0), (0, 0, 10_001)])
def test_a_value_out_of_range_or_order_is_refused(lo: int, pt: int, hi: int) -> None:
    with pytest.raises(ValueError, match="out of range or order"):
        Value(lo=lo, pt=pt, hi=hi)


def test_a_risk_outside_of_its_scale_is_cut_off() -> None:
    assert [steps(-0.5), steps(0.12345), steps(7)] == [0, 1234, RISK_SCALE]


def test_the_method_knows_every_indicator_in_the_order_of_the_packed_facts() -> None:
    assert get_args(Indicator) == KEYS
