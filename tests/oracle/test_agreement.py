"""The engine and the slow reference, written apart, agree to the milli-point."""

from dataclasses import fields, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.contributions import breakdown
from scoring.engine.evaluate import Result, evaluate
from tests.oracle.case import Case
from tests.oracle.cases import batch_of, cases, cells, outcome, plan_of
from tests.oracle.reference import Reference


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_engine_and_reference_agree_on_every_number(case: Case) -> None:
    assert outcome(case) == Reference(case).outcome()


@settings(max_examples=60, deadline=None)
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
