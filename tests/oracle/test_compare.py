"""Two sets of inputs side by side: what differs, and what each difference alone is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.sheet import EvidenceLevel, State
from scoring.engine.batch import Resolved, resolve
from scoring.engine.compare import Kind, differences
from scoring.engine.whatif import Change, improvements
from tests.oracle.case import Case, Cell
from tests.oracle.cases import TODAY, answers, batch_of, cases, numbers, plan_of, with_cell

every = settings(max_examples=80)


def resolved(case: Case) -> Resolved:
    return resolve(plan_of(case), batch_of(case))


@every
@given(case=cases())
def test_the_same_inputs_differ_in_nothing(case: Case) -> None:
    assert differences(plan_of(case), resolved(case), resolved(case)) == ()


@every
@given(case=cases(), data=st.data())
def test_a_single_difference_is_worth_what_the_score_moves(case: Case, data: st.DataObject) -> None:
    assume(case.items)
    item = data.draw(st.sampled_from(case.items))
    other = with_cell(case, item.key, data.draw(answers(kind=item.kind)))
    found = differences(plan_of(case), resolved(case), resolved(other))
    assume(found)
    (one,) = found
    assert one.key == item.key
    assert one.alone == numbers(other)[1] - numbers(case)[1]


@every
@given(case=cases(), days=st.integers(1, 1_500))
def test_what_differs_between_two_days_only_aged(case: Case, days: int) -> None:
    later = replace(case, as_of=TODAY + timedelta(days=days))
    found = differences(plan_of(case), resolved(case), resolved(later))
    assert all(one.aged for one in found)
    assert all(one.alone >= 0 for one in found)


@every
@given(case=cases(), data=st.data())
def test_each_kind_of_difference_has_its_name(case: Case, data: st.DataObject) -> None:
    told = [item for item in case.items if case.cells[item.key].state is State.ANSWERED]
    assume(told)
    item = data.draw(st.sampled_from(told))
    fresh = Cell(State.ANSWERED, 4_000, 4_000, 4_000, EvidenceLevel.DOCUMENT)
    before = with_cell(case, item.key, fresh)
    for cell, kind in (
        (Cell(), Kind.STATE),
        (replace(fresh, lo=5_000, risk=5_000, hi=5_000), Kind.ANSWER),
        (replace(fresh, evidence=EvidenceLevel.INDEPENDENT), Kind.EVIDENCE),
        (replace(fresh, until=TODAY - timedelta(days=1), dated=True), Kind.LAPSED),
    ):
        after = with_cell(case, item.key, cell)
        (one,) = differences(plan_of(case), resolved(before), resolved(after))
        assert one.kind is kind


@every
@given(case=cases())
def test_every_way_down_leads_to_the_score_that_the_engine_gives_for_it(case: Case) -> None:
    plan, before = plan_of(case), numbers(case)[1]
    for one in improvements(plan, batch_of(case)):
        cell = case.cells[one.key]
        best = max(cell.evidence, EvidenceLevel.REVIEWER_VERIFIED)
        if cell.state is not State.ANSWERED:
            best = EvidenceLevel.REVIEWER_VERIFIED
        changed = replace(
            cell, state=State.ANSWERED, evidence=best, until=None, dated=False, known=True
        )
        if one.change is not Change.PROVE:
            changed = replace(changed, lo=0, risk=0, hi=0)
        assert one.points == before - one.computed > 0
        assert numbers(with_cell(case, one.key, changed))[1] == one.computed
