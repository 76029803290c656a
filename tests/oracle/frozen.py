"""Cases that never change, and how an engine's answers to them are written down.

They come from `random.Random.random`, whose stream Python promises to keep.

    python -m tests.oracle.frozen 1 > tests/oracle/version_1.txt

writes what a new version says. The file of a version that has made scores is never written again.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from assessments.sheet import EvidenceLevel, State
from scoring.engine import versions
from scoring.engine.batch import resolve
from scoring.engine.methodology import DIMENSIONS, parse_methodology
from scoring.engine.plan import IntakeSpec, ItemSpec, KnockOut, SectionSpec
from tests.oracle.case import Case, Cell
from tests.oracle.cases import STANDARD, TODAY, batch_of, plan_of

COUNT = 61
_WEIGHTS = (1, 2, 3, 0.5, 0.1, 8, 1.7, 1, 0)
_STATES = (State.ANSWERED,) * 16 + tuple(State)
T = TypeVar("T")


class Draw:
    """Choices out of one stream of numbers."""

    def __init__(self, seed: int) -> None:
        self._stream = random.Random(seed)

    def below(self, end: int) -> int:
        return int(self._stream.random() * end)

    def one(self, values: Sequence[T]) -> T:
        return values[self.below(len(values))]

    def chance(self, share: float) -> bool:
        return self._stream.random() < share


def frozen_cases() -> list[Case]:
    """`COUNT` cases; in the last one nothing is left to rate."""
    drawn = [_case(Draw(seed)) for seed in range(COUNT - 1)]
    nothing = {key: replace(cell, state=State.NA_APPROVED) for key, cell in drawn[0].cells.items()}
    return [*drawn, replace(drawn[0], cells=nothing)]


def _case(draw: Draw) -> Case:
    sections = tuple(
        SectionSpec(f"s{at}", draw.one(DIMENSIONS), draw.one(_WEIGHTS))
        for at in range(1 + draw.below(9))
    )
    items: list[ItemSpec] = []
    for at in range(1 + draw.below(40)):
        section = draw.one(sections).key
        gates = [one.key for one in items if one.section == section and one.kind == "question"]
        items.append(
            ItemSpec(
                key=f"q{at}",
                section=section,
                weight=draw.one(_WEIGHTS),
                parent=draw.one(gates) if gates and draw.chance(0.3) else None,
                valid_days=draw.one((0, 30, 365, 730, 1095)),
                mandatory=draw.chance(0.2),
                knock_out=_knock_out(draw) if draw.chance(0.1) else None,
                kind="indicator" if draw.chance(0.2) else "question",
            )
        )
    intake = tuple(IntakeSpec(f"i{at}", draw.one(_WEIGHTS)) for at in range(draw.below(5)))
    omega = [draw.one(_WEIGHTS) for _ in DIMENSIONS]
    return Case(
        method=parse_methodology(
            {
                **STANDARD.content,
                "p": draw.one((4, 4, 1, 2, 8)),
                "kappa": draw.one((0.9, 0.9, 0.75, 1.0)),
                "dimensions": dict(zip(DIMENSIONS, omega if any(omega) else (1,) * 7, strict=True)),
            }
        ),
        sections=sections,
        items=tuple(items),
        cells={item.key: _cell(draw, item.kind) for item in items},
        as_of=TODAY,
        intake_specs=intake,
        intake={one.key: None if draw.chance(0.2) else draw.below(10_001) for one in intake},
        signed_off=draw.chance(0.7),
    )


def _knock_out(draw: Draw) -> KnockOut:
    floor = draw.one((0, 20_000, 39_999, 60_000, 100_000))
    return KnockOut(at=1 + draw.below(10_000), floor=floor, block=draw.chance(0.5))


def _cell(draw: Draw, kind: str) -> Cell:
    risks = sorted(draw.one((0, 2_500, draw.below(10_001))) for _ in range(3))
    lo, risk, hi = risks if kind == "indicator" else (risks[1],) * 3
    until = TODAY + timedelta(days=draw.below(2_300) - 1_500) if draw.chance(0.5) else None
    return Cell(
        state=draw.one(_STATES),
        lo=lo,
        risk=risk,
        hi=hi,
        evidence=draw.one(tuple(EvidenceLevel)),
        until=until,
        dated=draw.chance(0.5),
        known=kind == "question" or draw.chance(0.8),
    )


def record(case: Case, version: str) -> str:
    """What an engine says of a case, in one line."""
    plan = plan_of(case)
    engine = versions.engine(version)
    resolved = resolve(plan, batch_of(case))
    result, parts = engine.score(plan, resolved), engine.split(plan, resolved)
    shown = (
        *("points", "computed", "lo", "hi", "residual", "inherent", "effectiveness", "posture"),
        *("coverage", "confidence", "status", "band", "tier", "worst_dimension", "blocked"),
        *("required_open", "unanswered", "proof_outstanding", "next_change"),
    )
    figures = [f"{name}={int(getattr(result, name)[0])}" for name in shown]
    dimensions = [
        f"{key}={result.dimension_lo[0, at]}/{result.dimension_pt[0, at]}"
        f"/{result.dimension_hi[0, at]}"
        for at, key in enumerate(DIMENSIONS)
    ]
    triggered = [key for key, hit in zip(plan.knock_outs, result.triggered[0], strict=True) if hit]
    names = [*plan.item_keys, ":base", ":unrated", ":uplift"]
    added = [
        f"{name}={points}/{answer}"
        for name, points, answer in zip(names, parts.points[0], parts.answer[0], strict=True)
    ]
    return " ".join([*figures, *dimensions, f"triggered={triggered}", *added])


if __name__ == "__main__":
    sys.stdout.writelines(f"{record(case, sys.argv[1])}\n" for case in frozen_cases())
