"""An invented portfolio for the engine alone: one realistic plan, and answers of any number."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assessments.sheet import State
from scoring.engine.batch import UNKNOWN, Batch
from scoring.engine.methodology import DIMENSIONS, shipped_methodology
from scoring.engine.plan import IntakeSpec, ItemSpec, KnockOut, Plan, SectionSpec

#: 17 March 2026 in days since 2000-01-01.
AS_OF = 9_572
INTAKE = 7
_SECTIONS_EACH = 2
_STATES = (
    (State.ANSWERED, 0.86), (State.BLANK, 0.06), (State.DONT_KNOW, 0.02), (State.DECLINED, 0.01),
    (State.NA_PENDING, 0.01), (State.NA_APPROVED, 0.03), (State.HIDDEN, 0.01),
)  # fmt: skip
_LEVELS = (0.40, 0.30, 0.22, 0.08)


def plan_of(size: int, seed: int = 3) -> Plan:
    """Two sections in each of the seven dimensions; gates with children, also one below another."""
    pick = np.random.default_rng(seed)
    sections = [
        SectionSpec(f"{dimension}_{at}", dimension, float(pick.integers(1, 5)))
        for dimension in DIMENSIONS
        for at in range(_SECTIONS_EACH)
    ]
    items: list[ItemSpec] = []
    gate: str | None = None
    for at in range(size):
        section = sections[at * len(sections) // size].key
        parent = None
        place = at % 20
        if place in {5, 6, 7, 12, 13, 17} and items:
            above = items[-1]
            # The item before opens this one; one in six opens from inside another gate.
            nested = place in {6, 7, 13} and gate is not None
            parent = gate if nested else above.key
            opener = next(one for one in items if one.key == parent)
            if opener.section != section or opener.kind != "question":
                parent = None
            elif place != 7:
                gate = parent
        if place == 7 and items and items[-1].section == section and items[-1].parent:
            parent = items[-1].key
        knock_out = None
        if at % 17 == 4:
            knock_out = KnockOut(at=7_500, floor=60_000 if at % 2 else 40_000, block=at % 3 == 0)
        items.append(
            ItemSpec(
                key=f"q{pick.integers(1000, 10_000)}_{at:03d}",
                section=section,
                weight=float(pick.choice([1, 2, 3, 5, 8])),
                parent=parent,
                valid_days=int(pick.choice([0, 365, 730, 1095])),
                mandatory=at % 11 == 0,
                knock_out=knock_out,
                kind="indicator" if at % 25 == 24 else "question",
            )
        )
    intake = [IntakeSpec(f"i{at}", float(1 + at % 3)) for at in range(INTAKE)]
    return Plan.compile(items, sections, shipped_methodology(), intake)


def batch_of(plan: Plan, count: int, seed: int = 11) -> Batch:
    """Mixed states and evidence; some answers have aged, some certificates have run out."""
    pick = np.random.default_rng(seed)
    shape = (count, plan.size)
    indicator = np.array([item.kind == "indicator" for item in plan.items])
    # Most options are whole hundredths; sums and records give finer ones.
    risk = (pick.integers(0, 21, shape) * 500).astype(np.uint16)
    finer = pick.random(shape) < 0.06
    risk = np.where(finer, pick.integers(0, 10_001, shape), risk).astype(np.uint16)
    # Good answers are the common ones.
    risk[pick.random(shape) < 0.45] = 0
    spread = np.where(indicator, pick.integers(0, 1_500, shape), 0)
    until = AS_OF + pick.integers(-400, 900, shape)
    until[pick.random(shape) < 0.4] = 0
    return Batch(
        risk=risk,
        state=_drawn(pick, [share for _, share in _STATES], shape)
        .choose([int(state) for state, _ in _STATES])
        .astype(np.uint8),
        evidence=_drawn(pick, _LEVELS, shape).astype(np.uint8),
        valid_until=until.astype(np.uint16),
        intake=np.where(
            pick.random((count, INTAKE)) < 0.1, UNKNOWN, pick.integers(0, 10_001, (count, INTAKE))
        ).astype(np.uint16),
        signed_off=pick.random(count) < 0.7,
        as_of=AS_OF,
        risk_lo=np.maximum(risk - spread, 0).astype(np.uint16),
        risk_hi=np.minimum(risk + spread, 10_000).astype(np.uint16),
        covered=~indicator | (pick.random(shape) < 0.9),
        dated=pick.random(shape) < 0.15,
    )


def _drawn(
    pick: np.random.Generator, shares: Sequence[float], shape: tuple[int, int]
) -> npt.NDArray[np.intp]:
    return np.searchsorted(np.cumsum(shares), pick.random(shape) * 0.999_999)
