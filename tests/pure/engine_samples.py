"""Small plans and batches for the engine's tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from assessments.sheet import EvidenceLevel, State, day_number
from scoring.engine.batch import UNKNOWN, Batch
from scoring.engine.methodology import Methodology, shipped_methodology
from scoring.engine.plan import IntakeSpec, ItemSpec, Plan, SectionSpec

STANDARD = shipped_methodology("standard-1")
TODAY = date(2026, 3, 17)

Given = tuple[State, int, EvidenceLevel] | tuple[State, int, EvidenceLevel, date]


def said(risk: int, level: EvidenceLevel = EvidenceLevel.INDEPENDENT) -> Given:
    return State.ANSWERED, risk, level


def missing(state: State = State.BLANK) -> Given:
    return state, 0, EvidenceLevel.SELF_DECLARED


def plan(
    *items: ItemSpec,
    sections: Sequence[SectionSpec] = (SectionSpec("s", "contract_terms", 1),),
    intake: Sequence[IntakeSpec] = (),
    methodology: Methodology = STANDARD,
) -> Plan:
    return Plan.compile(items, sections, methodology, intake)


def item(key: str, **rest: Any) -> ItemSpec:
    return ItemSpec(**{"key": key, "section": "s", "weight": 1, **rest})


def batch(
    plan: Plan,
    given: Mapping[str, Given],
    *,
    intake: Mapping[str, int | None] | None = None,
    signed_off: bool = True,
    as_of: date = TODAY,
    dated: Sequence[str] = (),
) -> Batch:
    """One row; items that are not given are blank."""
    row = [given.get(one.key, missing()) for one in plan.items]
    asked = [(intake or {}).get(one.key) for one in plan.intake]
    return Batch(
        risk=np.array([[one[1] for one in row]], dtype="u2"),
        state=np.array([[one[0] for one in row]], dtype="u1"),
        evidence=np.array([[one[2] for one in row]], dtype="u1"),
        valid_until=np.array(
            [[day_number(one[3]) if len(one) > 3 else 0 for one in row]], dtype="u2"
        ),
        intake=np.array([[UNKNOWN if r is None else r for r in asked]], dtype="u2"),
        signed_off=np.array([signed_off]),
        as_of=day_number(as_of),
        dated=np.array([[one.key in dated for one in plan.items]]),
    )
