"""From items up to the posture: formulas 1 to 3 and 8, for many assessments at once.

The arithmetic runs on y = 1 - x, the part of the weight that is *earned*, because every formula is
then a product or a weighted mean of numbers in [0, 1]:

    answer      y = credit · (1 - r)
    open gate   y = (1 - r_gate) · Σ(w y) / Σw        the same as x = r + (1 - r) Σ(w x) / Σw
    section     Σ(w y) / Σw

Products and sums of non-negative floats round monotonically, so a worse answer cannot lower a
score even in the last bit, and lo <= pt <= hi holds exactly. There is no matrix product and no
`np.sum` over items: both may add in another order for another N, and one assessment must score the
same alone as among thousands. `aggregate` adds in the order of the keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from assessments.sheet import RISK_SCALE, EvidenceLevel, State
from scoring.engine.aggregate import Rows, grouped_means, together
from scoring.engine.batch import FRESH, Flags, Resolved
from scoring.engine.plan import Plan

Floats = npt.NDArray[np.float64]

#: Channels carried up the tree: three vectors of earned weight, then coverage and confidence.
LO: Final = 0
PT: Final = 1
HI: Final = 2
COVERAGE: Final = 3
CONFIDENCE: Final = 4
CHANNELS: Final = 5
#: Cells that are worked out together on the way up.
_NEAR: Final = 16_000
#: The first three, which an open gate passes on through its own bare risk.
CREDITED: Final = 3

# The C library hands large arrays back to the system as soon as they are freed, and has every page
# of the next one cleared anew. Once it has seen a larger one come and go, it keeps them for reuse.
# That takes a third off the time of a large run, and costs nothing: the memory is never touched.
np.empty(31 << 20, dtype=np.uint8)


@dataclass(frozen=True, eq=False)
class Nodes:
    """The weighted means of some groups: `weight` [G, n] is each one's Σw, `earned` [G, 5, n] the
    mean."""

    weight: Floats
    earned: Floats

    @cached_property
    def live(self) -> Flags:
        """False where nothing below carries weight: the node then drops out."""
        live: Flags = self.weight > 0
        return live

    @cached_property
    def divisor(self) -> Floats:
        """Σw, and 1 where the node drops out."""
        return np.where(self.live, self.weight, 1.0)


@dataclass(frozen=True, eq=False)
class Tree:
    """Every intermediate result for n assessments; items in canonical order.

    - `live` [M, n]: the item is in the sums (not hidden, not excused, its gates answered and in)
    - `open` [M, n]: the item is a gate whose children carry its proof
    - `may_come` [M, n]: not answered, or under a gate that is not: an answer could still appear
    - `weights` [M, n]: the item's weight where it is live, otherwise 0
    - `bare` [M, n]: 1 - r at pt, without any discount for proof
    - `earned` [M, 5, n]: y of the item at each channel
    - `gates`: one per level of `plan.gate_levels`; `sections` in canonical order; `dimensions`
    - `posture` [3, n]: V at lo, pt, hi; 0, 1, 1 where nothing is left to rate
    """

    live: Flags
    open: Flags
    may_come: Flags
    weights: Floats
    bare: Floats
    earned: Floats
    gates: tuple[Nodes, ...]
    sections: Nodes
    dimensions: Nodes
    root_weight: Floats
    posture: Floats
    coverage: Floats
    confidence: Floats


def climb(plan: Plan, resolved: Resolved) -> Tree:
    """Work out the whole tree."""
    live, may_come = _reach(plan, resolved)
    weights = live * plan.weight_column
    bare, earned = _earned(plan, resolved)
    is_open = np.zeros(live.shape, dtype=np.bool_)
    gates = []
    for level in plan.gate_levels:
        node = Nodes(*grouped_means(level.groups, weights, earned))
        gates.append(node)
        opened = live[level.gates] & resolved.answered[level.gates] & node.live
        is_open[level.gates] = opened
        shut = earned[level.gates]
        through = node.earned.copy()
        # At lo a gate's own proof takes nothing away, so that what it earns is bare.
        through[:, LO] *= shut[:, LO]
        through[:, PT] *= bare[level.gates]
        through[:, HI] *= _bare_hi(resolved, level.gates)
        earned[level.gates] = np.where(opened[:, None], through, shut)
    sections = Nodes(*grouped_means(plan.section_groups, weights, earned))
    dimensions = Nodes(
        *grouped_means(
            plan.dimension_groups,
            np.where(sections.live, plan.section_weights, 0.0),
            sections.earned,
        )
    )
    omega = np.array(plan.methodology.dimensions.ordered).reshape(-1, 1)
    shares = np.where(dimensions.live, omega, 0.0)
    values = 1.0 - dimensions.earned[:, :CREDITED]
    root = Nodes(*grouped_means(together(len(shares)), shares, dimensions.earned[:, CREDITED:]))
    coverage, confidence = np.where(root.live[0], root.earned[0], 0.0)
    return Tree(
        live=live,
        open=is_open,
        may_come=may_come,
        weights=weights,
        bare=bare,
        earned=earned,
        gates=tuple(gates),
        sections=sections,
        dimensions=dimensions,
        root_weight=root.weight[0],
        posture=power_mean(values, shares, plan.methodology.p),
        coverage=coverage,
        confidence=confidence,
    )


def power_mean(values: Floats, weights: Floats, p: int) -> Floats:
    """Return V = (Σω D^p / Σω)^(1/p), shape [3, n], of values [7, 3, n] with weights [7, n].

    Only products and square roots, for p in 1, 2, 4, 8: their last bit is the same everywhere.
    Where no weight is left the answer is 0, 1, 1 (lo, pt, hi): nothing is known.
    """
    total, mean = grouped_means(together(len(values)), weights, values, p)
    return np.where(total[0] > 0, mean[0], np.array([[0.0], [1.0], [1.0]]))


def _reach(plan: Plan, resolved: Resolved) -> tuple[Flags, Flags]:
    state, answered = resolved.state, resolved.answered
    excused = state == State.NA_APPROVED
    live = ~(excused | (state == State.HIDDEN))
    may_come = live & ~answered
    for level in reversed(plan.gate_levels):
        children, openers = level.children, level.gates[level.openers]
        asked = live[openers] & answered[openers]
        live[children] &= asked
        may_come[children] &= asked
        may_come[children] |= may_come[openers] & ~excused[children]
    return live, may_come


def _earned(plan: Plan, resolved: Resolved) -> tuple[Floats, Floats]:
    """[M, n] 1 - r at pt and [M, 5, n] the items as if none were an open gate (formula 1).

    What is not answered could be 0 (lo) and counts as 1 (pt, hi).
    """
    best, worst = _credits(
        tuple((level.credit, level.pessimistic) for level in plan.methodology.evidence.ranked)
    )
    earned = np.empty((plan.size, CHANNELS, resolved.state.shape[1]))
    bare = np.empty(resolved.state.shape)
    # A few items at a time, so that what is only needed on the way stays in the nearest cache.
    few = max(1, _NEAR // max(1, resolved.state.shape[1]))
    for start in range(0, plan.size, few):
        part = slice(start, start + few)
        answered = resolved.answered[part].astype(np.uint16)
        proof = resolved.evidence[part].astype(np.intp)
        proof *= FRESH + 1
        proof += resolved.fade[part]
        credit, pessimistic = best.take(proof), worst.take(proof)
        at_pt, into = bare[part], earned[part]
        np.divide((RISK_SCALE - resolved.pt[part]) * answered, RISK_SCALE, out=at_pt)
        np.divide(RISK_SCALE - resolved.lo[part] * answered, RISK_SCALE, out=into[:, LO])
        np.multiply(credit, at_pt, out=into[:, PT])
        np.multiply(pessimistic, at_pt, out=into[:, HI])
        into[:, COVERAGE] = resolved.covered[part]
        np.multiply(pessimistic, resolved.covered[part], out=into[:, CONFIDENCE])
    unsure = resolved.answered & ~resolved.known
    rows = np.flatnonzero(((resolved.hi != resolved.pt) | unsure).any(axis=1))
    if len(rows):
        proof = resolved.evidence[rows].astype(np.intp) * (FRESH + 1) + resolved.fade[rows]
        pessimistic, high = worst[proof], _bare_hi(resolved, rows)
        earned[rows, HI] = pessimistic * high
        # Too little data for a point value: the cautious end of the range stands for it.
        known = resolved.known[rows]
        bare[rows] = np.where(known, bare[rows], high)
        earned[rows, PT] = np.where(known, earned[rows, PT], pessimistic * high)
    return bare, earned


def _bare_hi(resolved: Resolved, rows: Rows) -> Floats:
    """1 - r of some items at hi."""
    bare: Floats = (RISK_SCALE - resolved.hi[rows]) * resolved.answered[rows] / RISK_SCALE
    return bare


@lru_cache(maxsize=8)
def _credits(levels: tuple[tuple[float, float], ...]) -> tuple[Floats, Floats]:
    """g' and b' for each evidence level and, within it, each fade factor from 0 to FRESH."""
    fade = np.arange(FRESH + 1) / FRESH
    best, worst = np.array(levels)[:, :, None].swapaxes(0, 1)
    least = levels[EvidenceLevel.SELF_DECLARED][0]
    pessimistic = worst * fade
    # Rounding could carry either a hair past its bound where the credits of two levels are equal.
    credit = np.maximum(np.minimum(least + (best - least) * fade, 1.0), pessimistic)
    return credit.reshape(-1), pessimistic.reshape(-1)
