"""What is not known, and how far it could move a score: against the interval and the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.sheet import RISK_SCALE, EvidenceLevel, State
from scoring.engine.batch import resolve
from scoring.engine.plan import KnockOut
from scoring.engine.unknowns import Missing, Spread, Unknown, spread_of, unknowns_of
from tests.oracle.case import Case, Cell
from tests.oracle.cases import UNANSWERED, batch_of, cases, numbers, plan_of, run, with_cell
from tests.pure.engine_samples import Given, batch, item, missing, plan, said

every = settings(max_examples=80)
SELF, DOCUMENT, _REVIEWED, INDEPENDENT = EvidenceLevel


def gaps(case: Case) -> tuple[Unknown, ...]:
    one = plan_of(case)
    return unknowns_of(one, resolve(one, batch_of(case)))


def spread(case: Case) -> Spread:
    one = plan_of(case)
    return spread_of(one, resolve(one, batch_of(case)))


@every
@given(case=cases())
def test_no_gap_alone_leads_out_of_the_interval(case: Case) -> None:
    lo, now, hi = numbers(case)
    for gap in gaps(case):
        assert lo <= gap.best <= now <= gap.worst <= hi
        assert gap.now == now
        assert gap.fall or gap.rise


@every
@given(case=cases(), data=st.data())
def test_any_answer_to_a_gap_stays_between_its_ends(case: Case, data: st.DataObject) -> None:
    plain = [
        gap
        for gap in gaps(case)
        if case.cells[gap.key].state in UNANSWERED
        and not any(item.parent == gap.key for item in case.items)
    ]
    if not plain:
        return
    gap = data.draw(st.sampled_from(plain))
    risk = data.draw(st.integers(0, RISK_SCALE))
    level = data.draw(st.sampled_from(list(EvidenceLevel)))
    said = Cell(State.ANSWERED, risk, risk, risk, level)
    assert gap.best <= numbers(with_cell(case, gap.key, said))[1] <= gap.worst


@every
@given(case=cases())
def test_what_the_interval_comes_from_adds_up_to_its_width(case: Case) -> None:
    lo, _now, hi = numbers(case)
    found = spread(case)
    assert (found.lo, found.hi) == (lo, hi)
    assert found.answers + found.proof == hi - lo
    assert found.answers >= 0
    assert found.proof >= 0


@every
@given(case=cases())
def test_with_every_answer_given_only_proof_is_left(case: Case) -> None:
    cells = {
        key: replace(cell, state=State.ANSWERED, lo=cell.risk, hi=cell.risk, known=True)
        for key, cell in case.cells.items()
    }
    told = replace(case, cells=cells)
    # Where no question carries weight there is nothing that could be known.
    assume(run(told).coverage[0] > 0)
    assert spread(told).answers == 0


def alone(given: Given, **spec: object) -> Unknown:
    """The gap of one item among ten."""
    one = plan(item("q", **spec), item("rest", weight=9))
    (found,) = unknowns_of(one, resolve(one, batch(one, {"q": given, "rest": said(0)})))
    return found


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (State.BLANK, Missing.BLANK),
        (State.DONT_KNOW, Missing.DONT_KNOW),
        (State.DECLINED, Missing.DECLINED),
        (State.NA_PENDING, Missing.NA_PENDING),
    ],
)
def test_what_is_not_answered_counts_in_full_and_can_only_fall(state: State, why: Missing) -> None:
    found = alone(missing(state))
    assert (found.missing, found.fall, found.rise) == (why, 9_000, 0)


def test_a_blank_knock_out_could_raise_the_score_to_its_floor() -> None:
    found = alone(missing(), knock_out=KnockOut(5_000, 80_000))
    assert (found.worst, found.rise) == (80_000, 61_000)


def test_a_knock_out_that_may_still_be_asked_counts_for_the_gate_before_it() -> None:
    one = plan(
        item("gate"),
        item("child", parent="gate", knock_out=KnockOut(5_000, 90_000)),
        item("rest", weight=9),
    )
    given = {"child": missing(State.HIDDEN), "rest": said(0)}
    (found,) = unknowns_of(one, resolve(one, batch(one, given)))
    assert (found.key, found.worst) == ("gate", 90_000)


def test_an_answer_that_is_too_old_may_be_worth_more_or_nothing() -> None:
    found = alone((*said(2_000, DOCUMENT), date(2020, 1, 1)), valid_days=365)
    assert found.missing is Missing.OUTDATED
    assert found.best < found.now < found.worst


def test_an_old_answer_below_its_knock_out_does_not_set_it_off() -> None:
    old = (*said(2_000, DOCUMENT), date(2020, 1, 1))
    found = alone(old, valid_days=365, knock_out=KnockOut(5_000, 80_000))
    assert found.worst < 80_000


def test_what_could_raise_the_score_comes_first() -> None:
    one = plan(
        item("a", weight=5), item("b", knock_out=KnockOut(5_000, 95_000)), item("rest", weight=4)
    )
    found = unknowns_of(one, resolve(one, batch(one, {"rest": said(0)})))
    assert [gap.key for gap in found] == ["b", "a"]


def test_where_all_is_known_there_is_nothing_to_say() -> None:
    one = plan(item("q"))
    assert unknowns_of(one, resolve(one, batch(one, {"q": said(3_000, SELF)}))) == ()
