"""From items up to the posture: formulas 1 to 3 and 8, for many assessments at once.

The arithmetic runs on y = 1 - x, the part of the weight that is *earned*, because every formula is
then a product or a weighted mean of numbers in [0, 1]:

    answer      y = credit · (1 - r)
    open gate   y = (1 - r_gate) · Σ(w y) / Σw        the same as x = r + (1 - r) Σ(w x) / Σw
    section     Σ(w y) / Σw

Products and sums of non-negative floats round monotonically, so a worse answer cannot lower a
score even in the last bit, and lo <= pt <= hi holds exactly. There is no matrix product and no
`np.sum` over items: both may add in another order for another N, and one assessment must score the
same alone as among thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from assessments.sheet import RISK_SCALE, EvidenceLevel, State
from scoring.engine.batch import FRESH, Flags, Resolved
from scoring.engine.methodology import DIMENSIONS
from scoring.engine.plan import Plan

Floats = npt.NDArray[np.float64]

#: Channels carried up the tree: three vectors of earned weight, then coverage and confidence.
LO: Final = 0
PT: Final = 1
HI: Final = 2
COVERAGE: Final = 3
CONFIDENCE: Final = 4
CHANNELS: Final = 5


@dataclass(frozen=True, eq=False)
class Node:
    """The weighted mean of some children: `weight` [n] is their Σw, `earned` [5, n] the mean."""

    weight: Floats
    earned: Floats

    @property
    def live(self) -> Flags:
        """False where nothing below carries weight: the node then drops out."""
        return self.weight > 0


@dataclass(frozen=True, eq=False)
class Tree:
    """Every intermediate result for n assessments; items in canonical order.

    - `live` [M, n]: the item is in the sums (not hidden, not excused, its gates answered and in)
    - `open` [M, n]: the item is a gate whose children carry its proof
    - `may_come` [M, n]: not answered, or under a gate that is not: an answer could still appear
    - `bare` [3, M, n]: 1 - r at the lo, pt and hi vector, without any discount for proof
    - `earned` [M, 5, n]: y of the item at each channel
    - `posture` [3, n]: V at lo, pt, hi; 0, 1, 1 where nothing is left to rate
    """

    live: Flags
    open: Flags
    may_come: Flags
    bare: Floats
    earned: Floats
    gates: dict[int, Node]
    sections: tuple[Node, ...]
    dimensions: tuple[Node, ...]
    root_weight: Floats
    posture: Floats
    coverage: Floats
    confidence: Floats


def climb(plan: Plan, resolved: Resolved) -> Tree:
    """Work out the whole tree."""
    n = resolved.state.shape[1]
    live, may_come = _reach(plan, resolved)
    bare = _bare(resolved)
    earned = _earned(plan, resolved, bare)
    is_open = np.zeros(live.shape, dtype=np.bool_)
    gates: dict[int, Node] = {}
    for gate, children in plan.gates:
        node = _mean([(_share(plan.weights[at], live[at]), earned[at]) for at in children], n)
        gates[gate] = node
        is_open[gate] = live[gate] & resolved.answered[gate] & node.live
        through = np.ones((CHANNELS, n))
        through[:3] = bare[:, gate]
        earned[gate] = np.where(is_open[gate], through * node.earned, earned[gate])
    sections = tuple(
        _mean([(_share(plan.weights[at], live[at]), earned[at]) for at in tops], n)
        for _, _, tops in plan.section_tops
    )
    dimensions = tuple(
        _mean(
            [
                (_share(weight, node.live), node.earned)
                for (dimension, weight, _), node in zip(plan.section_tops, sections, strict=True)
                if dimension == at
            ],
            n,
        )
        for at in range(len(DIMENSIONS))
    )
    omega = plan.methodology.dimensions.ordered
    weights = np.stack(
        [_share(weight, node.live) for weight, node in zip(omega, dimensions, strict=True)]
    )
    root = _mean(
        [(weight, node.earned) for weight, node in zip(weights, dimensions, strict=True)], n
    )
    values = np.stack([1.0 - node.earned[:3] for node in dimensions])
    return Tree(
        live=live,
        open=is_open,
        may_come=may_come,
        bare=bare,
        earned=earned,
        gates=gates,
        sections=sections,
        dimensions=dimensions,
        root_weight=root.weight,
        posture=power_mean(values, weights, plan.methodology.p),
        coverage=np.where(root.live, root.earned[COVERAGE], 0.0),
        confidence=np.where(root.live, root.earned[CONFIDENCE], 0.0),
    )


def power_mean(values: Floats, weights: Floats, p: int) -> Floats:
    """Return V = (Σω D^p / Σω)^(1/p), shape [3, n], of values [7, 3, n] with weights [7, n].

    Only products and square roots, for p in 1, 2, 4, 8: their last bit is the same everywhere.
    Where no weight is left the answer is 0, 1, 1 (lo, pt, hi): nothing is known.
    """
    total = np.zeros(weights.shape[1])
    powers = np.zeros(values.shape[1:])
    for value, weight in zip(values, weights, strict=True):
        total = total + weight
        powers = powers + weight * raised(value, p)
    mean = powers / np.where(total > 0, total, 1.0)
    for _ in range(p.bit_length() - 1):
        mean = np.sqrt(mean)
    return np.where(total > 0, mean, np.array([[0.0], [1.0], [1.0]]))


def raised(value: Floats, power: int) -> Floats:
    """Return value to a whole power >= 0 by multiplication alone."""
    result = np.ones_like(value)
    while power:
        if power & 1:
            result = result * value
        value = value * value
        power >>= 1
    return result


def _reach(plan: Plan, resolved: Resolved) -> tuple[Flags, Flags]:
    state = resolved.state
    excused = state == State.NA_APPROVED
    live = ~excused & (state != State.HIDDEN)
    may_come = live & ~resolved.answered
    for at in plan.nested:
        gate = plan.parents[at]
        live[at] &= live[gate] & resolved.answered[gate]
        may_come[at] = (live[at] & ~resolved.answered[at]) | (may_come[gate] & ~excused[at])
    return live, may_come


def _bare(resolved: Resolved) -> Floats:
    """[3, M, n] 1 - r; what is not answered could be 0 (lo) and counts as 1 (pt, hi)."""
    unanswered = ~resolved.answered
    bare = np.empty((3, *resolved.state.shape))
    bare[LO] = (RISK_SCALE - resolved.lo.astype(np.float64)) / RISK_SCALE
    bare[PT] = (RISK_SCALE - resolved.pt.astype(np.float64)) / RISK_SCALE
    bare[HI] = (RISK_SCALE - resolved.hi.astype(np.float64)) / RISK_SCALE
    # Too little data for a point value: the cautious end of the range stands for it.
    bare[PT] = np.where(resolved.known, bare[PT], bare[HI])
    bare[LO][unanswered] = 1.0
    bare[PT][unanswered] = 0.0
    bare[HI][unanswered] = 0.0
    return bare


def _earned(plan: Plan, resolved: Resolved, bare: Floats) -> Floats:
    """[M, 5, n] the items as if none were an open gate (formula 1)."""
    levels = plan.methodology.evidence.ranked
    credit = np.array([level.credit for level in levels])[resolved.evidence]
    pessimistic = np.array([level.pessimistic for level in levels])[resolved.evidence]
    least = levels[EvidenceLevel.SELF_DECLARED].credit
    fade = resolved.fade.astype(np.float64) / FRESH
    pessimistic = pessimistic * fade
    # Rounding could carry either a hair past its bound where the credits of two levels are equal.
    credit = np.maximum(np.minimum(least + (credit - least) * fade, 1.0), pessimistic)
    earned = np.empty((plan.size, CHANNELS, resolved.state.shape[1]))
    earned[:, LO] = bare[LO]
    earned[:, PT] = np.where(resolved.known, credit, pessimistic) * bare[PT]
    earned[:, HI] = pessimistic * bare[HI]
    earned[:, COVERAGE] = resolved.covered
    earned[:, CONFIDENCE] = np.where(resolved.covered, pessimistic, 0.0)
    return earned


def _share(weight: float, live: Flags) -> Floats:
    return np.where(live, weight, 0.0)


def _mean(children: list[tuple[Floats, Floats]], n: int) -> Node:
    total = np.zeros(n)
    earned = np.zeros((CHANNELS, n))
    for weight, value in children:
        total = total + weight
        earned = earned + weight * value
    return Node(weight=total, earned=earned / np.where(total > 0, total, 1.0))
