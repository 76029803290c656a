"""The engine and the slow reference, written apart, agree to the milli-point."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import engine_load
from scoring.engine.batch import resolve
from scoring.engine.contributions import EXTRA, breakdown, largest
from scoring.engine.evaluate import Result, evaluate, score
from scoring.engine.tree import climb
from tests.oracle.case import Case
from tests.oracle.cases import batch_of, cases, cells, outcome, plan_of
from tests.oracle.reference import Reference


@settings(max_examples=200)
@given(case=cases())
def test_engine_and_reference_agree_on_every_number(case: Case) -> None:
    assert outcome(case) == Reference(case).outcome()


@settings(max_examples=60)
@given(data=st.data(), case=cases())
def test_each_row_of_a_batch_scores_as_it_does_alone(data: st.DataObject, case: Case) -> None:
    rows = [
        replace(case, cells=data.draw(cells(case.items)), signed_off=signed)
        for signed in (False, True, True, False, True)
    ]
    plan = plan_of(case)
    together = evaluate(plan, batch_of(*rows))
    parts = breakdown(plan, batch_of(*rows))
    for at, row in enumerate(rows):
        alone = evaluate(plan, batch_of(row))
        for field in fields(Result):
            assert np.array_equal(
                getattr(together, field.name)[at], getattr(alone, field.name)[0]
            ), field.name
        assert np.array_equal(parts.points[at], breakdown(plan, batch_of(row)).points[0])


@settings(max_examples=150)
@given(data=st.data(), case=cases(), kept=st.sampled_from([10, 10, 3, 1]))
def test_the_largest_parts_are_the_first_of_the_whole_breakdown(
    data: st.DataObject, case: Case, kept: int
) -> None:
    rows = [case, *(replace(case, cells=data.draw(cells(case.items))) for _ in range(3))]
    plan, batch = plan_of(case), batch_of(*rows)
    whole = breakdown(plan, batch)
    resolved = resolve(plan, batch)
    tree = climb(plan, resolved)
    found = largest(plan, resolved, tree, score(plan, resolved, tree), kept)
    for row in range(len(rows)):
        points = whole.points[row, : plan.size]
        first = sorted(np.flatnonzero(points), key=lambda at: (-points[at], at))[:kept]
        none = [-1] * (kept - len(first))
        empty = [0] * len(none)
        assert found.items[row].tolist() == [*first, *none]
        assert found.points[row].tolist() == [*points[first], *empty]
        assert found.answer[row].tolist() == [*whole.answer[row, first], *empty]
        assert found.gate[row].tolist() == [*whole.open[row, first], *empty]
        rest = [int(part[row]) for part in (found.base, found.unrated, found.uplift)]
        assert rest == whole.points[row, plan.size :].tolist()
        assert len(rest) == len(EXTRA)


@pytest.mark.parametrize("rows", [150, 900])
def test_a_row_among_many_scores_as_it_does_alone_to_the_last_bit(rows: int) -> None:
    plan = engine_load.plan_of(60)
    batch = engine_load.batch_of(plan, rows)
    together = breakdown(plan, batch)
    earned = climb(plan, resolve(plan, batch)).earned
    for row in range(0, rows, 49):
        alone = breakdown(plan, batch.row(row))
        own = climb(plan, resolve(plan, batch.row(row))).earned
        assert np.array_equal(own[..., 0], earned[..., row])
        assert np.array_equal(together.points[row], alone.points[0])
        assert np.array_equal(together.answer[row], alone.answer[0])
        for field in fields(Result):
            ours, theirs = (getattr(one.result, field.name) for one in (together, alone))
            assert np.array_equal(ours[row], theirs[0]), field.name
