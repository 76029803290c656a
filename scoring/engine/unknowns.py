"""What is not known about a score, and how far each gap alone could move it.

Every figure comes from the engine: one gap is set to either end of what it may turn out to be,
everything else stays as it counts now, and the score is taken anew. So the figures of several gaps
do not add up; all of them together make the interval of the score (formula 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assessments.sheet import RISK_SCALE, EvidenceLevel, State
from scoring.engine.batch import FRESH, Resolved
from scoring.engine.evaluate import score
from scoring.engine.plan import Plan
from scoring.engine.tree import climb


class Missing(StrEnum):
    """Why something is not known."""

    BLANK = "blank"
    DONT_KNOW = "dont_know"
    DECLINED = "declined"
    NA_PENDING = "na_pending"
    OUTDATED = "outdated"  # an answer so old that nothing of its proof is left
    TOO_LITTLE = "too_little"  # an indicator whose records allow no point value


_OF_STATE = {
    State.BLANK: Missing.BLANK,
    State.DONT_KNOW: Missing.DONT_KNOW,
    State.DECLINED: Missing.DECLINED,
    State.NA_PENDING: Missing.NA_PENDING,
}
#: What is known below a gate, should it be opened.
_SETTLED = frozenset({State.ANSWERED, State.NA_APPROVED})


@dataclass(frozen=True, slots=True)
class Unknown:
    """One gap: the score at best and at worst, whole milli-points, if only this were found out."""

    missing: Missing
    key: str
    at: int
    now: int
    best: int
    worst: int

    @property
    def fall(self) -> int:
        return self.now - self.best

    @property
    def rise(self) -> int:
        return self.worst - self.now


@dataclass(frozen=True, slots=True)
class Spread:
    """What the interval of a score comes from: `answers` + `proof` = `hi` - `lo`.

    `proof` is by how much the upper end would come down if every answer that was given were proved
    independently and up to date; `answers` is what is open even then.
    """

    lo: int
    hi: int
    answers: int
    proof: int


def unknowns_of(plan: Plan, now: Resolved) -> tuple[Unknown, ...]:
    """Return what is not known in one row of resolved inputs.

    First what could raise the score, then by how far it could fall, ties by key. What can do
    neither is left out.
    """
    tree = climb(plan, now)
    gaps = [
        (at, missing)
        for at in range(plan.size)
        if tree.live[at, 0] and (missing := _missing(plan, now, at, open_=bool(tree.open[at, 0])))
    ]
    if not gaps:
        return ()
    before = int(score(plan, now, tree).computed[0])
    many = now.take(np.zeros(2 * len(gaps), dtype=np.intp))
    below = _below(plan)
    for column, (at, _) in enumerate(gaps):
        _at_best(many, at, column)
        _at_worst(many, at, len(gaps) + column, below[at])
    after = score(plan, many).computed.tolist()
    found = [
        Unknown(
            missing=missing,
            key=plan.item_keys[at],
            at=at,
            now=before,
            best=min(after[column], before),
            worst=max(after[len(gaps) + column], before),
        )
        for column, (at, missing) in enumerate(gaps)
    ]
    return tuple(
        sorted(
            (one for one in found if one.fall or one.rise),
            key=lambda one: (-one.rise, -one.fall, one.key),
        )
    )


def spread_of(plan: Plan, now: Resolved) -> Spread:
    """Return what the interval of one row of resolved inputs comes from."""
    both = now.take(np.zeros(2, dtype=np.intp))
    given = both.answered[:, 1] & both.known[:, 1]
    both.evidence[given, 1] = EvidenceLevel.INDEPENDENT
    both.fade[given, 1] = FRESH
    both.lapsed[given, 1] = False
    result = score(plan, both)
    lo, hi, proved = int(result.lo[0]), int(result.hi[0]), int(result.hi[1])
    return Spread(lo=lo, hi=hi, answers=proved - lo, proof=hi - proved)


def _missing(plan: Plan, now: Resolved, at: int, *, open_: bool) -> Missing | None:
    state = State(int(now.state[at, 0]))
    if state is not State.ANSWERED:
        return _OF_STATE.get(state)
    if not now.known[at, 0]:
        return Missing.TOO_LITTLE
    # An open gate is proved by the questions behind it, so its own age does not matter.
    return Missing.OUTDATED if now.fade[at, 0] == 0 and not open_ else None


def _at_best(many: Resolved, at: int, column: int) -> None:
    """The end that formula 7 calls lo: no risk where nothing is known, else the answer, proved."""
    answered = many.state[at, column] == State.ANSWERED
    _say(many, at, column, int(many.lo[at, column]) if answered else 0)


def _at_worst(many: Resolved, at: int, column: int, below: list[int]) -> None:
    """The end that formula 7 calls hi: what was not answered also sets off its knock-outs."""
    if many.state[at, column] != State.ANSWERED:
        for one in (at, *below):
            if many.state[one, column] not in _SETTLED:
                _say(many, one, column, RISK_SCALE)
    elif many.known[at, column]:
        # Too old: for a knock-out it stays what it says, but nothing of its proof is left.
        many.known[at, column] = False
    else:
        _say(many, at, column, int(many.hi[at, column]))


def _say(many: Resolved, at: int, column: int, risk: int) -> None:
    many.state[at, column] = State.ANSWERED
    many.known[at, column] = True
    many.lapsed[at, column] = False
    many.fade[at, column] = FRESH
    many.evidence[at, column] = EvidenceLevel.INDEPENDENT
    many.lo[at, column] = many.pt[at, column] = many.hi[at, column] = risk


def _below(plan: Plan) -> dict[int, list[int]]:
    """Per item all that it may open, at any depth."""
    found: dict[int, list[int]] = {at: [] for at in range(plan.size)}
    for at in plan.nested:
        gate = plan.parents[at]
        while gate >= 0:
            found[gate].append(at)
            gate = plan.parents[gate]
    return found
