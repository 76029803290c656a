"""Stored inputs: their layout, and that each content has one form."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings

from assessments.sheet import EvidenceLevel, State
from scoring.engine.batch import Resolved, resolve
from scoring.engine.plan import IntakeSpec, Plan
from scoring.engine.provenance import (
    InputsError,
    digest,
    digests,
    input_hash,
    pack_inputs,
    packed_inputs,
    unpack_inputs,
)
from tests.oracle.case import Case
from tests.oracle.cases import batch_of, cases, plan_of
from tests.pure.engine_samples import batch, item, plan, said

PLAN = plan(
    item("exact"),
    item("faded", valid_days=365),
    item("hundredth"),
    item("open"),
    item("range", kind="indicator", valid_days=365),
    intake=[IntakeSpec("i", 1)],
)
#: Written by layout version 1 for `PLAN`, and kept.
LAYOUT_1 = (
    "53555249 0100 0500 0100 01"
    "d204 d204 d204 01 01 01 1027"
    "c409 c409 c409 01 02 01 6010"
    "6400 6400 6400 01 00 03 1027"
    "0000 0000 0000 02 00 00 0000"
    "e803 d007 b80b 01 03 01 6010"
    "ffff"
)
LAYOUT_2 = "53555249 0200 0500 0100 01ffffff29 19b1 0161 0002 feb9d204 6010 e803 d007 b80b 6010"


def stored(text: str) -> bytes:
    return bytes.fromhex(text)


def altered(at: int, to: int) -> bytes:
    data = bytearray(stored(LAYOUT_2))
    data[at] = to
    return bytes(data)


def with_word(at: int, to: int) -> bytes:
    data = stored(LAYOUT_2)
    return data[:at] + to.to_bytes(2, "little") + data[at + 2 :]


def equal(one: Resolved, other: Resolved) -> bool:
    """Equal in all that is stored."""
    names = {field.name for field in fields(Resolved)} - {"ages_from", "proved_until"}
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def test_stored_inputs_have_the_documented_layout() -> None:
    found = unpack_inputs(PLAN, [stored(LAYOUT_2)])
    assert pack_inputs(PLAN, found) == [stored(LAYOUT_2)]
    assert found.pt[:, 0].tolist() == [1234, 2500, 100, 0, 2000]
    assert (found.lo[4, 0], found.hi[4, 0]) == (1000, 3000)
    assert found.fade[:, 0].tolist() == [10_000, 4192, 10_000, 0, 4192]
    assert found.state[3, 0] == State.DONT_KNOW
    assert found.lapsed[:, 0].tolist() == [False, False, True, False, False]
    assert found.evidence[:, 0].tolist() == [1, 2, 0, 0, 3]


def test_inputs_stored_in_the_first_layout_still_read_the_same() -> None:
    assert equal(unpack_inputs(PLAN, [stored(LAYOUT_1)]), unpack_inputs(PLAN, [stored(LAYOUT_2)]))


def test_both_layouts_read_side_by_side_in_their_order() -> None:
    mixed = [stored(LAYOUT_2), stored(LAYOUT_1), altered(10, 0), stored(LAYOUT_1)]
    found = unpack_inputs(PLAN, mixed)
    assert found.signed_off.tolist() == [True, True, False, True]
    assert pack_inputs(PLAN, found) == [mixed[0], mixed[0], mixed[2], mixed[0]]


@settings(max_examples=150)
@given(case=cases())
def test_what_was_packed_reads_back_the_same_and_packs_the_same(case: Case) -> None:
    one = plan_of(case)
    resolved = resolve(one, batch_of(case, case))
    packed = pack_inputs(one, resolved)
    again = unpack_inputs(one, packed)
    assert equal(again, resolved)
    assert pack_inputs(one, again) == packed
    assert packed[0] == packed[1] == pack_inputs(one, resolve(one, batch_of(case)))[0]


def test_an_answer_in_whole_hundredths_takes_two_bytes() -> None:
    one = plan(*(item(f"q{at:02d}") for at in range(50)))
    given = {f"q{at:02d}": said(at * 200, EvidenceLevel.DOCUMENT) for at in range(50)}
    assert len(packed_inputs(one, batch(one, given))[0]) == 11 + 100


def test_no_assessment_at_all_packs_and_reads_as_none() -> None:
    assert pack_inputs(PLAN, unpack_inputs(PLAN, [])) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "too few"),
        (b"XXXX" + bytes(60), "a version known here"),
        (altered(4, 3), "a version known here"),
        (altered(6, 4), "another plan"),
        (altered(8, 0), "another plan"),
        (altered(10, 2), "signed off is 2"),
        (stored(LAYOUT_2)[:20], "cut short"),
        (stored(LAYOUT_2)[:-2], "10 bytes follow the items where 12 are due"),
        (stored(LAYOUT_2) + b"\0\0", "14 bytes follow"),
        (stored(LAYOUT_2) + b"\0", "13 bytes follow"),
        (stored(LAYOUT_1) + b"\0", "have a tail"),
        (with_word(11, 10_001), "an intake risk"),
        (altered(14, 0x2F), "item 'exact', row 0: the state"),
        (altered(19, 1), "item 'open', row 0: it is not answered"),
        (altered(20, 0x0A), "item 'open', row 0: it is not answered"),
        (altered(18, 0x41 | 0x08), "still counts"),
        (altered(17, 101), "one form"),
        (altered(17, 253), "one form"),
        (with_word(23, 1300), "one form"),
        (with_word(23, 10_050), "item 'exact', row 0: a risk or"),
        (with_word(25, 10_000), "one form"),
        (with_word(25, 10_001), "item 'faded', row 0: a risk or"),
        (with_word(27, 2001), "item 'range', row 0: a risk lies outside"),
        (altered(14, 0x09), "item 'exact', row 0: only an indicator"),
    ],
)
def test_bytes_that_are_no_inputs_of_this_plan_are_refused_with_the_reason(
    data: bytes, reason: str
) -> None:
    with pytest.raises(InputsError) as refused:
        unpack_inputs(PLAN, [data])
    assert reason in str(refused.value)


def test_a_range_of_a_question_is_refused() -> None:
    questions = Plan.compile(
        [item(one.key, valid_days=one.valid_days) for one in PLAN.items],
        PLAN.sections,
        PLAN.methodology,
        PLAN.intake,
    )
    for data in (LAYOUT_1, LAYOUT_2):
        with pytest.raises(InputsError):
            unpack_inputs(questions, [stored(data)])


def test_many_digests_are_those_of_each() -> None:
    one = plan(item("a", valid_days=365))
    given = {"a": (State.ANSWERED, 5, EvidenceLevel.DOCUMENT, date(2026, 1, 31))}
    packed = [
        packed_inputs(one, batch(one, given, as_of=day))[0]
        for day in (date(2026, 1, 5), date(2026, 6, 5))
    ]
    model = bytes(range(32))
    assert digests(model, packed) == [digest(model, input_hash(data)) for data in packed]
    assert digests(model, packed, "2") == [digest(model, input_hash(data), "2") for data in packed]
