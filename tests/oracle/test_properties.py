"""What must hold for all inputs: the list of docs/scoring-method.md, one test each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.sheet import EvidenceLevel, State, day_number
from scoring.engine import provenance
from scoring.engine.contributions import breakdown
from scoring.engine.evaluate import NONE, score
from scoring.engine.methodology import DIMENSIONS, FULL
from scoring.engine.plan import ItemSpec, SectionSpec
from scoring.engine.tree import power_mean
from tests.oracle.case import Case, Cell
from tests.oracle.cases import (
    TODAY,
    UNANSWERED,
    answers,
    batch_of,
    cases,
    counts,
    levels,
    method,
    numbers,
    outcome,
    plan_of,
    risks,
    run,
    with_cell,
)
from tests.oracle.reference import Reference

every = settings(max_examples=80)
scales = st.sampled_from([0.1, 0.5, 3, 7.3, 100])


def pick(data: st.DataObject, found: list[ItemSpec]) -> ItemSpec:
    assume(found)
    return data.draw(st.sampled_from(found))


def under(case: Case, item: ItemSpec) -> list[ItemSpec]:
    """The items below a gate, outer ones first."""
    children = [other for other in case.items if other.parent == item.key]
    return [below for child in children for below in (child, *under(case, child))]


def without(case: Case, gone: set[str]) -> Case:
    left = tuple(item for item in case.items if item.key not in gone)
    assume(counts(left, case.sections))
    return replace(case, items=left)


def shown(case: Case) -> dict[str, object]:
    """The outcome without the list of items that were looked at."""
    found = outcome(case)
    parts = found.pop("contributions")
    assert isinstance(parts, dict)
    return {**found, "parts": {key: points for key, points in parts.items() if points}}


@every
@given(case=cases())
def test_every_value_stays_within_its_bounds_and_in_order(case: Case) -> None:
    result = run(case)
    lo, pt, hi = numbers(case)
    assert 0 <= lo <= pt <= hi <= FULL
    assert 1 <= result.inherent[0] <= FULL
    for name in ("posture", "coverage", "confidence", "effectiveness", "residual"):
        assert 0 <= getattr(result, name)[0] <= FULL
    assert result.confidence[0] <= result.coverage[0]
    for low, point, high in zip(
        result.dimension_lo[0], result.dimension_pt[0], result.dimension_hi[0], strict=True
    ):
        assert (low, point, high) == (NONE, NONE, NONE) or 0 <= low <= point <= high <= FULL


@every
@given(case=cases())
def test_the_same_inputs_give_the_same_result(case: Case) -> None:
    assert outcome(case) == outcome(case)


@every
@given(data=st.data(), case=cases())
def test_the_order_of_items_sections_and_intake_does_not_matter(
    data: st.DataObject, case: Case
) -> None:
    shuffled = replace(
        case,
        items=tuple(data.draw(st.permutations(case.items))),
        sections=tuple(data.draw(st.permutations(case.sections))),
        intake_specs=tuple(data.draw(st.permutations(case.intake_specs))),
    )
    assert outcome(shuffled) == outcome(case)
    assert provenance.model_hash(plan_of(shuffled)) == provenance.model_hash(plan_of(case))
    assert packed(shuffled) == packed(case)


@every
@given(data=st.data(), case=cases(), by=scales)
def test_scaling_the_weights_of_one_level_changes_nothing(
    data: st.DataObject, case: Case, by: float
) -> None:
    level = data.draw(st.sampled_from(["items", "children", "sections", "dimensions", "intake"]))
    scaled = case
    if level == "dimensions":
        omega = [weight * by for weight in case.method.dimensions.ordered]
        changed = method(case.method.p, omega, periods=case.method.decay.periods)
        scaled = replace(case, method=changed)
    elif level == "intake":
        specs = tuple(replace(spec, weight=spec.weight * by) for spec in case.intake_specs)
        scaled = replace(case, intake_specs=specs)
    elif level == "sections":
        chosen = data.draw(st.sampled_from(DIMENSIONS))
        sections = tuple(
            replace(one, weight=one.weight * by) if one.dimension == chosen else one
            for one in case.sections
        )
        scaled = replace(case, sections=sections)
    else:
        section = data.draw(st.sampled_from(case.sections)).key
        gates = [item.key for item in case.items if under(case, item)]
        assume(level == "items" or gates)
        gate = data.draw(st.sampled_from(gates)) if level == "children" else None
        items = tuple(
            replace(one, weight=one.weight * by)
            if one.parent == gate and (gate or one.section == section)
            else one
            for one in case.items
        )
        scaled = replace(case, items=items)
    assert outcome(scaled) == outcome(case)


@every
@given(data=st.data(), case=cases(), more=risks)
def test_a_worse_answer_never_lowers_the_score(data: st.DataObject, case: Case, more: int) -> None:
    item = pick(data, list(case.items))
    cell = case.cells[item.key]
    worse = replace(cell, lo=max(cell.lo, more), risk=max(cell.risk, more), hi=max(cell.hi, more))
    for before, after in zip(numbers(case), numbers(with_cell(case, item.key, worse)), strict=True):
        assert after >= before


@every
@given(data=st.data(), case=cases(), more=risks)
def test_a_worse_intake_never_lowers_the_score(data: st.DataObject, case: Case, more: int) -> None:
    assume(case.intake_specs)
    key = data.draw(st.sampled_from(case.intake_specs)).key
    old = case.intake[key]
    assume(old is not None)
    worse = data.draw(st.sampled_from([None, max(old or 0, more)]))
    changed = replace(case, intake={**case.intake, key: worse})
    for before, after in zip(numbers(case), numbers(changed), strict=True):
        assert after >= before


@every
@given(data=st.data(), case=cases(), better=levels)
def test_better_evidence_never_raises_the_score(
    data: st.DataObject, case: Case, better: EvidenceLevel
) -> None:
    item = pick(data, list(case.items))
    cell = case.cells[item.key]
    proved = replace(cell, evidence=max(cell.evidence, better))
    for before, after in zip(
        numbers(case), numbers(with_cell(case, item.key, proved)), strict=True
    ):
        assert after <= before


@every
@given(case=cases(), days=st.integers(0, 2_000))
def test_ageing_never_lowers_the_score_and_never_past_a_self_declarations(
    case: Case, days: int
) -> None:
    later = replace(case, as_of=case.as_of + timedelta(days=days))
    for before, after in zip(numbers(case), numbers(later), strict=True):
        assert after >= before
    # An indicator with too little data has no point value that evidence could discount.
    point = {key: replace(cell, known=True) for key, cell in later.cells.items()}
    bare = {
        key: replace(cell, evidence=EvidenceLevel.SELF_DECLARED, until=None)
        for key, cell in point.items()
    }
    assert numbers(replace(later, cells=point))[1] <= numbers(replace(later, cells=bare))[1]


@every
@given(data=st.data(), case=cases())
def test_any_completion_of_blanks_stays_within_the_interval(
    data: st.DataObject, case: Case
) -> None:
    reference = Reference(case)
    completed = dict(case.cells)
    for item in case.items:
        cell = case.cells[item.key]
        if reference.live(item) and cell.state in UNANSWERED:
            completed[item.key] = data.draw(answers(State.ANSWERED, item.kind))
        elif reference.may_come(item) and cell.state != State.ANSWERED:
            state = data.draw(st.sampled_from([State.ANSWERED, State.HIDDEN, State.BLANK]))
            completed[item.key] = data.draw(answers(state, item.kind))
        elif cell.state == State.ANSWERED and not cell.known and data.draw(st.booleans()):
            completed[item.key] = replace(cell, known=True)
    lo, _, hi = numbers(case)
    low, point, high = numbers(replace(case, cells=completed))
    assert lo <= low <= point <= high <= hi


@every
@given(data=st.data(), case=cases())
def test_answering_a_blank_that_is_no_knock_out_never_raises_the_point(
    data: st.DataObject, case: Case
) -> None:
    reference = Reference(case)
    item = pick(
        data,
        [
            item
            for item in case.items
            if reference.live(item)
            and not reference.answered(item)
            and not any(one.knock_out for one in (item, *under(case, item)))
        ],
    )
    answered = data.draw(answers(State.ANSWERED, item.kind))
    assert numbers(with_cell(case, item.key, answered))[1] <= numbers(case)[1]


@every
@given(data=st.data(), case=cases())
def test_an_item_excused_by_a_reviewer_changes_nothing(data: st.DataObject, case: Case) -> None:
    item = pick(data, list(case.items))
    excused = with_cell(case, item.key, replace(case.cells[item.key], state=State.NA_APPROVED))
    gone = {item.key, *(below.key for below in under(case, item))}
    assert shown(excused) == shown(without(case, gone))


@every
@given(data=st.data(), case=cases())
def test_a_section_excused_by_a_reviewer_changes_nothing(data: st.DataObject, case: Case) -> None:
    section = data.draw(st.sampled_from(case.sections))
    inside = {item.key for item in case.items if item.section == section.key}
    cells = {
        key: replace(cell, state=State.NA_APPROVED) if key in inside else cell
        for key, cell in case.cells.items()
    }
    gone = replace(
        without(case, inside),
        sections=tuple(one for one in case.sections if one.key != section.key),
    )
    assert shown(replace(case, cells=cells)) == shown(gone)


@every
@given(data=st.data(), case=cases(gated=True), one=risks, other=risks, level=levels)
def test_opening_a_gate_never_lowers_lo_nor_the_point_at_equal_evidence(
    data: st.DataObject, case: Case, one: int, other: int, level: EvidenceLevel
) -> None:
    gate = pick(data, [item for item in case.items if under(case, item)])
    closed, opened = sorted((one, other))
    below = under(case, gate)
    shut = {
        **case.cells,
        gate.key: Cell(State.ANSWERED, closed, closed, closed, level),
        **{item.key: Cell(State.HIDDEN) for item in below},
    }
    fresh = {
        item.key: replace(data.draw(answers(kind=item.kind)), evidence=level, until=None)
        for item in below
    }
    wide = {**shut, gate.key: Cell(State.ANSWERED, opened, opened, opened, level), **fresh}
    lo_shut, pt_shut, _ = numbers(replace(case, cells=shut))
    lo_wide, pt_wide, _ = numbers(replace(case, cells=wide))
    assert lo_wide >= lo_shut
    assert pt_wide >= pt_shut


@every
@given(case=cases())
def test_contributions_are_never_negative_and_sum_exactly(case: Case) -> None:
    parts = breakdown(plan_of(case), batch_of(case))
    assert parts.points.sum() == parts.result.computed[0]
    assert (parts.points >= 0).all()
    assert (parts.answer >= 0).all()
    assert (parts.answer <= parts.points).all()


def packed(case: Case) -> bytes:
    return provenance.packed_inputs(plan_of(case), batch_of(case))[0]


def digest(case: Case) -> bytes:
    model = provenance.model_hash(plan_of(case))
    return provenance.digest(model, provenance.input_hash(packed(case)))


@every
@given(data=st.data(), case=cases())
def test_answers_that_go_from_a_to_b_and_back_give_the_first_digest_again(
    data: st.DataObject, case: Case
) -> None:
    item = pick(data, list(case.items))
    changed = with_cell(case, item.key, data.draw(answers(kind=item.kind)))
    first, second = digest(case), digest(changed)
    assert digest(with_cell(changed, item.key, case.cells[item.key])) == first
    assert (first == second) == (packed(case) == packed(changed))


@every
@given(
    p=st.sampled_from([1, 2, 4, 8]),
    values=st.lists(st.floats(0.2, 0.8), min_size=7, max_size=7),
    spread=st.floats(0.01, 0.2),
    at=st.integers(0, 5),
)
def test_a_mean_preserving_spread_across_dimensions_raises_the_posture_above_order_one(
    p: int, values: list[float], spread: float, at: int
) -> None:
    values[at + 1] = values[at] = (values[at] + values[at + 1]) / 2
    apart = values.copy()
    apart[at], apart[at + 1] = values[at] - spread, values[at + 1] + spread
    weights = np.ones((7, 1))

    def posture(dimensions: list[float]) -> float:
        grid = np.repeat(np.array(dimensions)[:, None, None], 3, axis=1)
        return float(power_mean(grid, weights, p)[1, 0])

    if p == 1:
        assert posture(apart) == pytest.approx(posture(values))
    else:
        assert posture(apart) > posture(values)


def test_one_failed_dimension_of_seven_is_not_hidden_by_the_mean() -> None:
    sections = tuple(SectionSpec(key, key, 1) for key in DIMENSIONS)
    items = tuple(ItemSpec(key, key, 1) for key in DIMENSIONS)
    good = Cell(State.ANSWERED, evidence=EvidenceLevel.INDEPENDENT)
    cells = dict.fromkeys(DIMENSIONS, good)
    cells["liabilities"] = replace(good, lo=10_000, risk=10_000, hi=10_000)
    case = Case(method(4, [1] * 7), sections, items, cells, TODAY)
    assert run(case).posture[0] == round(100_000 * (1 / 7) ** 0.25) == 61_479
    assert run(replace(case, method=method(1, [1] * 7))).posture[0] == 14_286


@every
@given(case=cases())
def test_nothing_moves_before_the_next_change(case: Case) -> None:
    day = int(run(case).next_change[0])
    today = day_number(case.as_of)
    assert day == 0 or day > today
    last = day - 1 if day else today + 4_000
    steps = sorted({today, (today + last) // 2, last})
    for before, after in pairwise(steps):
        first = replace(case, as_of=case.as_of + timedelta(days=before - today))
        later = replace(case, as_of=case.as_of + timedelta(days=after - today))
        assert shown(first) == shown(later)


@every
@given(case=cases())
def test_the_inputs_do_change_on_the_next_change(case: Case) -> None:
    day = int(run(case).next_change[0])
    assume(day)
    today = day_number(case.as_of)
    changed = replace(case, as_of=case.as_of + timedelta(days=day - today))
    assert packed(changed) != packed(case)


@every
@given(case=cases())
def test_a_score_replayed_from_its_stored_inputs_agrees_to_the_milli_point(case: Case) -> None:
    plan = plan_of(case)
    stored = provenance.packed_inputs(plan, batch_of(case))
    again = score(plan, provenance.unpack_inputs(plan, stored))
    now = run(case)
    for name in ("computed", "points", "lo", "hi", "status", "coverage", "confidence", "band"):
        assert np.array_equal(getattr(again, name), getattr(now, name)), name
    assert provenance.pack_inputs(plan, provenance.unpack_inputs(plan, stored)) == stored
