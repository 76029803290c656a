"""Two sets of resolved inputs of the same plan: what differs, and what each difference is worth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from assessments.sheet import State
from scoring.engine.batch import FRESH, Resolved
from scoring.engine.evaluate import score
from scoring.engine.plan import Plan

#: What an item is made of, once resolved.
ITEM_FIELDS: Final = ("lo", "pt", "hi", "state", "evidence", "known", "fade", "lapsed")


class Kind(StrEnum):
    """How the inputs of an item differ, the later ones from the earlier ones."""

    STATE = "state"  # answered, or no longer; asked, or no longer
    ANSWER = "answer"
    EVIDENCE = "evidence"
    LAPSED = "lapsed"  # its evidence passed its expiry date
    OUTDATED = "outdated"  # nothing of its proof is left
    FADED = "faded"
    RENEWED = "renewed"


@dataclass(frozen=True, slots=True)
class Difference:
    """An item that differs, and by how much this alone changes the earlier score (milli-points).

    `fade` is what was left of its proof, before and after, in 1/10,000.
    """

    kind: Kind
    key: str
    at: int
    alone: int
    fade: tuple[int, int]

    @property
    def aged(self) -> bool:
        return self.kind in {Kind.LAPSED, Kind.OUTDATED, Kind.FADED}


def differences(plan: Plan, before: Resolved, after: Resolved) -> tuple[Difference, ...]:
    """Return what differs between two single rows, largest effect first, ties by key.

    Each is tried alone on the earlier inputs, so the effects do not add up.
    """
    found = [
        at
        for at in range(plan.size)
        if any(getattr(before, name)[at, 0] != getattr(after, name)[at, 0] for name in ITEM_FIELDS)
    ]
    if not found:
        return ()
    many = before.take(np.zeros(len(found), dtype=np.intp))
    for column, at in enumerate(found):
        for name in ITEM_FIELDS:
            getattr(many, name)[at, column] = getattr(after, name)[at, 0]
    was = int(score(plan, before).computed[0])
    computed = score(plan, many).computed.tolist()
    rows = [
        Difference(
            kind=_kind(before, after, at),
            key=plan.item_keys[at],
            at=at,
            alone=computed[column] - was,
            fade=(int(before.fade[at, 0]), int(after.fade[at, 0])),
        )
        for column, at in enumerate(found)
    ]
    return tuple(sorted(rows, key=lambda one: (-abs(one.alone), one.key)))


def _kind(before: Resolved, after: Resolved, at: int) -> Kind:
    def differs(name: str) -> bool:
        return bool(getattr(before, name)[at, 0] != getattr(after, name)[at, 0])

    if differs("state"):
        return Kind.STATE
    if after.state[at, 0] == State.ANSWERED and any(map(differs, ("lo", "pt", "hi", "known"))):
        return Kind.ANSWER
    if after.lapsed[at, 0] and differs("lapsed"):
        return Kind.LAPSED
    if differs("evidence"):
        return Kind.EVIDENCE
    if after.fade[at, 0] == 0 and differs("fade"):
        return Kind.OUTDATED
    older = after.fade[at, 0] < before.fade[at, 0] <= FRESH
    return Kind.FADED if older else Kind.RENEWED
