"""What would lower a score most: each single change tried with the engine itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assessments.sheet import EvidenceLevel, State
from scoring.engine.batch import FRESH, Batch, Resolved, check, resolve
from scoring.engine.evaluate import proof_gap, score
from scoring.engine.plan import Plan
from scoring.engine.tree import climb


class Change(StrEnum):
    """What somebody would have to do."""

    ANSWER = "answer"  # answer what is not answered, at best
    PROVE = "prove"  # have the answer as it stands proved and checked
    REMEDY = "remedy"  # change the fact behind the answer, and have that checked


@dataclass(frozen=True, slots=True)
class Improvement:
    """A single change that lowers the score by `points`, to `computed` (milli-points)."""

    change: Change
    key: str
    at: int
    points: int
    computed: int


def improvements(plan: Plan, batch: Batch, row: int = 0) -> tuple[Improvement, ...]:
    """Return the single changes that would lower one row's score, largest first, ties by key.

    Each is tried alone, so the savings do not add up: with a power mean and knock-outs the second
    change is worth more or less once the first is made.
    """
    check(plan, batch)
    return improvements_of(plan, resolve(plan, batch.row(row)))


def improvements_of(plan: Plan, now: Resolved) -> tuple[Improvement, ...]:
    """Return the same for one row of resolved inputs, as `provenance.unpack_inputs` gives them."""
    tree = climb(plan, now)
    answered = now.answered[:, 0]
    provable = proof_gap(plan, now, tree)[:, 0] & now.known[:, 0]
    changes: list[tuple[Change, int]] = []
    for at in range(plan.size):
        if not tree.live[at, 0]:
            continue
        if not answered[at]:
            changes.append((Change.ANSWER, at))
            continue
        if provable[at]:
            changes.append((Change.PROVE, at))
        if now.hi[at, 0] > 0 or tree.bare[at, 0] < 1:
            changes.append((Change.REMEDY, at))
    if not changes:
        return ()
    before = int(score(plan, now, tree).computed[0])
    after = score(plan, _changed(now, changes)).computed
    found = [
        Improvement(
            change=change,
            key=plan.item_keys[at],
            at=at,
            points=before - int(computed),
            computed=int(computed),
        )
        for (change, at), computed in zip(changes, after, strict=True)
        if computed < before
    ]
    return tuple(sorted(found, key=lambda one: (-one.points, one.key, one.change)))


def _changed(now: Resolved, changes: list[tuple[Change, int]]) -> Resolved:
    """Return one column per change, each with that change alone."""
    many = now.take(np.zeros(len(changes), dtype=np.intp))
    for column, (change, at) in enumerate(changes):
        many.state[at, column] = State.ANSWERED
        many.known[at, column] = True
        many.lapsed[at, column] = False
        many.fade[at, column] = FRESH
        many.evidence[at, column] = max(
            many.evidence[at, column], np.uint8(EvidenceLevel.REVIEWER_VERIFIED)
        )
        if change is not Change.PROVE:
            many.lo[at, column] = many.pt[at, column] = many.hi[at, column] = 0
    return many
