"""Random cases, and their translation into the engine's arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import numpy as np
from hypothesis import strategies as st

from assessments.sheet import EvidenceLevel, State, day_number
from scoring.engine.batch import UNKNOWN, Batch
from scoring.engine.contributions import EXTRA, breakdown
from scoring.engine.evaluate import NONE, Result, Status, evaluate
from scoring.engine.methodology import (
    BANDS,
    DIMENSIONS,
    Methodology,
    parse_methodology,
    shipped_methodology,
)
from scoring.engine.plan import IntakeSpec, ItemSpec, KnockOut, Plan, SectionSpec
from tests.oracle.case import Case, Cell

STANDARD = shipped_methodology("standard-1")
TODAY = date(2026, 3, 17)
UNANSWERED = (State.BLANK, State.DONT_KNOW, State.DECLINED, State.NA_PENDING)

weights = st.sampled_from([1, 2, 3, 0.5, 0.1, 8, 1.7, 1, 0])
risks = st.one_of(st.sampled_from([0, 10_000, 5_000, 2_500]), st.integers(0, 10_000))
#: Half-filled and nearly finished assessments; a good part of both has to be answered to be rated.
STAGES = (
    [State.ANSWERED] * 6 + list(State),
    [State.ANSWERED] * 12 + [State.NA_APPROVED, State.HIDDEN, State.BLANK],
)
levels = st.sampled_from(list(EvidenceLevel))
untils = st.one_of(
    st.none(), st.none(), st.integers(-1_500, 800).map(lambda days: TODAY + timedelta(days=days))
)
knock_outs = st.builds(
    KnockOut,
    at=st.integers(1, 10_000),
    floor=st.sampled_from([0, 20_000, 39_999, 60_000, 100_000]),
    block=st.booleans(),
)


def method(
    p: int = 4,
    omega: Sequence[float] | None = None,
    base: Methodology = STANDARD,
    periods: float = 1,
) -> Methodology:
    content = {**base.content, "p": p, "decay": {"periods": periods}}
    if omega is not None:
        content["dimensions"] = dict(zip(DIMENSIONS, omega, strict=True))
    return parse_methodology(content)


@st.composite
def methods(draw: st.DrawFn) -> Methodology:
    omega = draw(st.lists(weights, min_size=len(DIMENSIONS), max_size=len(DIMENSIONS)).filter(any))
    periods = draw(st.sampled_from([1, 1, 0, 0.25, 0.75, 2, 3.5]))
    return method(draw(st.sampled_from([1, 2, 4, 4, 8])), omega, periods=periods)


@st.composite
def answers(
    draw: st.DrawFn,
    state: State | None = None,
    kind: str = "question",
    stage: Sequence[State] = STAGES[0],
) -> Cell:
    low, point, high = sorted(draw(st.tuples(risks, risks, risks)))
    known = True
    if kind == "question":
        low = high = point
    else:
        known = draw(st.sampled_from([True, True, False]))
    return Cell(
        state=draw(st.sampled_from(stage)) if state is None else state,
        lo=low,
        risk=point,
        hi=high,
        evidence=draw(levels),
        until=draw(untils),
        dated=draw(st.booleans()),
        known=known,
    )


@st.composite
def cells(draw: st.DrawFn, items: Sequence[ItemSpec]) -> dict[str, Cell]:
    stage = draw(st.sampled_from(STAGES))
    return {item.key: draw(answers(kind=item.kind, stage=stage)) for item in items}


def counts(items: Sequence[ItemSpec], sections: Sequence[SectionSpec]) -> bool:
    """Whether anything carries weight, without which there is no plan."""
    heavy = {section.key for section in sections if section.weight}
    tops = [item for item in items if item.parent is None]
    return not tops or any(item.weight and item.section in heavy for item in tops)


_KINDS: st.SearchStrategy[Literal["question", "indicator"]] = st.sampled_from(
    ["question", "question", "indicator"]
)


@st.composite
def cases(draw: st.DrawFn, *, gated: bool = False) -> Case:
    """Any structure and any answers, also ones that no questionnaire would let through.

    gated: with a question at least that has another behind it.
    """
    sections = tuple(
        SectionSpec(f"s{at}", draw(st.sampled_from(DIMENSIONS)), draw(weights))
        for at in range(draw(st.sampled_from([1, 2, 3])))
    )
    items: list[ItemSpec] = []
    for at in range(draw(st.sampled_from([4, 6, 8, 12] if gated else [4, 6, 8, 12, 1, 0]))):
        behind = gated and at == 1
        section = items[0].section if behind else draw(st.sampled_from(sections)).key
        gates = [one.key for one in items if one.section == section and one.kind == "question"]
        nested = bool(gates) and (behind or draw(st.booleans()))
        parent = draw(st.sampled_from(gates)) if nested else None
        items.append(
            ItemSpec(
                key=f"q{at}",
                section=section,
                weight=draw(weights),
                parent=parent,
                valid_days=draw(st.sampled_from([0, 30, 365, 730, 1095])),
                mandatory=draw(st.sampled_from([False, False, True])),
                knock_out=draw(knock_outs) if draw(st.integers(0, 5)) == 5 else None,
                kind=draw(_KINDS) if at or not gated else "question",
            )
        )
    if not counts(items, sections):
        items[0] = replace(items[0], weight=1)
        sections = tuple(
            replace(one, weight=1) if one.key == items[0].section else one for one in sections
        )
    specs = tuple(IntakeSpec(f"i{at}", draw(weights)) for at in range(draw(st.integers(0, 3))))
    if not any(spec.weight for spec in specs):
        specs = tuple(replace(spec, weight=1) for spec in specs)
    return Case(
        method=draw(methods()),
        sections=sections,
        items=tuple(items),
        cells=draw(cells(items)),
        as_of=TODAY,
        intake_specs=specs,
        intake={spec.key: draw(st.one_of(st.none(), risks)) for spec in specs},
        signed_off=draw(st.booleans()),
    )


def plan_of(case: Case) -> Plan:
    return Plan.compile(case.items, case.sections, case.method, case.intake_specs)


def batch_of(*rows: Case) -> Batch:
    """The arrays of several assessments of the same plan."""
    items = rows[0].items

    def array(name: str, dtype: str) -> np.ndarray:
        grid = [[getattr(row.cells[item.key], name) for item in items] for row in rows]
        return np.array(grid, dtype=dtype).reshape(len(rows), len(items))

    until = [[day_number(row.cells[item.key].until) for item in items] for row in rows]
    intake = [
        [UNKNOWN if (r := row.intake[spec.key]) is None else r for spec in row.intake_specs]
        for row in rows
    ]
    return Batch(
        risk=array("risk", "u2"),
        state=array("state", "u1"),
        evidence=array("evidence", "u1"),
        valid_until=np.array(until, dtype="u2").reshape(len(rows), len(items)),
        intake=np.array(intake, dtype="u2").reshape(len(rows), len(rows[0].intake_specs)),
        signed_off=np.array([row.signed_off for row in rows], dtype=bool),
        as_of=np.array([day_number(row.as_of) for row in rows]),
        risk_lo=array("lo", "u2"),
        risk_hi=array("hi", "u2"),
        covered=array("known", "?"),
        dated=array("dated", "?"),
    )


def run(case: Case) -> Result:
    return evaluate(plan_of(case), batch_of(case))


def numbers(case: Case) -> tuple[int, int, int]:
    """lo, point and hi of a case, whether it may be shown or not."""
    result = run(case)
    return int(result.lo[0]), int(result.computed[0]), int(result.hi[0])


def outcome(case: Case) -> dict[str, object]:
    """What the engine says, in the words of the reference."""
    plan = plan_of(case)
    parts = breakdown(plan, batch_of(case))
    result = parts.result

    def value(name: str) -> int:
        return int(getattr(result, name)[0])

    shown = ("computed", "lo", "hi", "residual", "inherent", "tier", "posture", "effectiveness")
    counts = ("coverage", "confidence", "required_open", "unanswered", "proof_outstanding")
    points = dict(zip(plan.item_keys, parts.points[0].tolist(), strict=False))
    extra = {f":{kind}": int(parts.points[0, plan.size + at]) for at, kind in enumerate(EXTRA)}
    return {
        **{name: value(name) for name in (*shown, *counts)},
        "status": Status(value("status")).name.lower(),
        "points": None if value("points") == NONE else value("points"),
        "dimensions": {
            key: tuple(
                int(getattr(result, f"dimension_{end}")[0, at]) for end in ("lo", "pt", "hi")
            )
            for at, key in enumerate(DIMENSIONS)
            if result.dimension_pt[0, at] != NONE
        },
        "worst": None if value("worst_dimension") == NONE else DIMENSIONS[value("worst_dimension")],
        "band": None if value("band") == NONE else BANDS[value("band")],
        "triggered": {
            plan.item_keys[at]
            for column, at in enumerate(plan.knock_outs)
            if result.triggered[0, column]
        },
        "blocked": bool(result.blocked[0]),
        "contributions": {
            **{key: points[key] for at, key in enumerate(plan.item_keys) if parts.live[0, at]},
            **extra,
        },
    }


def with_cell(case: Case, key: str, cell: Cell) -> Case:
    return replace(case, cells={**case.cells, key: cell})
