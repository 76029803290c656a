"""Where every milli-point of a score comes from (formula 9).

A power mean is homogeneous of degree one, so by Euler's theorem it is the sum of each value times
its own derivative: the parts add up to the score exactly, and none is left over as "interaction".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from assessments.sheet import RISK_SCALE
from scoring.engine.aggregate import raised
from scoring.engine.batch import Batch, Flags, Resolved, check, resolve
from scoring.engine.evaluate import NONE, Result, exposure, score
from scoring.engine.methodology import FULL
from scoring.engine.plan import Plan
from scoring.engine.rounding import Floats, Ints, largest_remainder, settle
from scoring.engine.tree import PT, Tree, climb


class PartKind(StrEnum):
    """What a part of a score stands for."""

    BASE = "base"  # the share of inherent risk that no control takes away
    ITEM = "item"  # a question or an indicator
    GATE = "gate"  # a question whose proof lies in those it opened
    UNRATED = "unrated"  # nothing at all is left to rate
    KNOCK_OUT = "knock_out"  # the lift from the residual to the highest floor


#: Rows after the items in a table of parts.
EXTRA: Final = (PartKind.BASE, PartKind.UNRATED, PartKind.KNOCK_OUT)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of a score, in milli-points: `points` = `answer` + `proof`.

    `answer` is what the answer itself adds, `proof` what the lack of (current) proof adds. For an
    item without an answer all of it is `proof`: knowing may take it away. `key` is the item's, for
    a knock-out that of the item whose floor holds, otherwise None; `at` is its canonical index.
    """

    kind: PartKind
    points: int
    answer: int
    proof: int
    key: str | None = None
    at: int | None = None


@dataclass(frozen=True, eq=False)
class Breakdown:
    """The parts of N scores: arrays [N, M + 3], items in canonical order, then EXTRA.

    Each row of `points` adds up to that row's `computed` score.
    """

    result: Result
    points: Ints
    answer: Ints
    live: Flags
    open: Flags


def breakdown(plan: Plan, batch: Batch) -> Breakdown:
    """Split the scores of all rows. Raises BatchError where the arrays do not fit the plan."""
    check(plan, batch)
    return split(plan, resolve(plan, batch))


@dataclass(frozen=True, eq=False)
class Largest:
    """The K largest parts that items have in N scores, and what the score has besides.

    `items` [N, K] are canonical indexes, largest part first, ties by key; -1 where no further item
    adds anything. `points` and `answer` [N, K] are as in a Contribution, `gate` says that the item
    is an open gate. `base`, `unrated` and `uplift` [N] are the parts that no item has.
    """

    items: Ints
    points: Ints
    answer: Ints
    gate: Flags
    base: Ints
    unrated: Ints
    uplift: Ints


def split(plan: Plan, resolved: Resolved) -> Breakdown:
    """Split the scores of resolved inputs."""
    tree = climb(plan, resolved)
    result = score(plan, resolved, tree)
    total, parts = _exact(plan, resolved, tree, result)
    points = largest_remainder(parts, result.computed).astype(np.int64)
    answer = points.copy()
    all_items = np.arange(total.size).reshape(total.shape)
    answer[:, : plan.size] = _answers(resolved, tree, points[:, : plan.size].T, total, all_items).T
    return Breakdown(
        result=result, points=points, answer=answer, live=tree.live.T, open=tree.open.T
    )


def largest(plan: Plan, resolved: Resolved, tree: Tree, result: Result, kept: int = 10) -> Largest:
    """Return the largest parts of the scores that `score` gave, to the same milli-points.

    All parts are rounded together, as `split` does, but only those kept are sorted and explained.
    """
    total, parts = _exact(plan, resolved, tree, result)
    points = largest_remainder(parts, result.computed)
    rows, size = len(points), plan.size
    # One number per part, by points and then by key, so that sorting needs no second array.
    base = size + 1
    ranked: npt.NDArray[np.signedinteger] = points[:, :size].astype(
        np.int32 if base * FULL < 1 << 31 else np.int64
    )
    ranked *= base
    ranked += np.arange(size, 0, -1, dtype=ranked.dtype)
    if size > kept:
        ranked = np.partition(ranked, size - kept, axis=1)[:, size - kept :]
    ranked.sort(axis=1)
    found = np.zeros((rows, kept), dtype=np.int64)
    found[:, : min(size, kept)] = ranked[:, ::-1]
    amount = found // base
    adds = amount > 0
    items = np.where(adds, size - (found - amount * base), 0)
    if not size:
        answer, gate = amount, adds
    else:
        cells = items * rows + np.arange(rows)[:, None]
        answer = _answers(resolved, tree, amount, total, cells)
        gate = tree.open.reshape(-1)[cells] & adds
    return Largest(
        items=np.where(adds, items, NONE),
        points=amount,
        answer=answer,
        gate=gate,
        base=points[:, size].astype(np.int64),
        unrated=points[:, size + 1].astype(np.int64),
        uplift=points[:, size + 2].astype(np.int64),
    )


def _exact(plan: Plan, resolved: Resolved, tree: Tree, result: Result) -> tuple[Floats, Floats]:
    """[M, n] what each item adds per share, and [M + 3, n] the unrounded parts."""
    total = 1.0 - tree.earned[:, PT]
    for level in plan.gate_levels:
        # An open gate adds its bare risk; the rest of its weight went to the children.
        gates = level.gates
        total[gates] = np.where(tree.open[gates], 1.0 - tree.bare[gates], total[gates])
    kappa = plan.methodology.kappa
    exposed = exposure(plan, resolved.intake) * FULL
    exact = exposed * ((1.0 - kappa) + kappa * tree.posture[PT])
    parts = np.empty((plan.size + len(EXTRA), len(exposed)))
    items = parts[: plan.size]
    _fill_shares(plan, tree, items)
    items *= exposed * kappa
    items *= total
    parts[-3] = exposed * (1.0 - kappa)
    parts[-2] = np.where(tree.root_weight == 0, exposed * kappa, 0.0)
    parts[-1] = np.where(result.computed > result.residual, result.computed - exact, 0.0)
    return total, parts


def _answers(resolved: Resolved, tree: Tree, points: Ints, total: Floats, cells: Ints) -> Ints:
    """What the answers themselves add to `points`; `cells`: each one's place in an [M, n] array."""
    answered = resolved.answered.reshape(-1)[cells]
    known = resolved.known.reshape(-1)[cells]
    bare = tree.bare.reshape(-1)[cells]
    if not np.array_equal(answered, known):
        lowest = (RISK_SCALE - resolved.lo.reshape(-1)[cells]) / RISK_SCALE
        bare = np.where(known, bare, lowest)
    whole = total.reshape(-1)[cells]
    part = (1.0 - bare) * answered
    part /= np.where(whole > 0, whole, 1.0)
    np.minimum(part, 1.0, out=part)
    part *= points
    answer: Ints = np.rint(settle(part)).astype(np.int64)
    return answer


def contributions(plan: Plan, batch: Batch, row: int = 0) -> tuple[Contribution, ...]:
    """Return the parts of one row's score: base, items (largest first), then the lifts.

    Items outside the sums (hidden, excused) are left out; they add nothing.
    """
    check(plan, batch)
    return parts_of(plan, resolve(plan, batch.row(row)))


def parts_of(plan: Plan, resolved: Resolved) -> tuple[Contribution, ...]:
    """Return the same for one row of resolved inputs, as `provenance.unpack_inputs` gives them."""
    split_row = split(plan, resolved)
    points, answer = split_row.points[0], split_row.answer[0]
    items = [
        Contribution(
            kind=PartKind.GATE if split_row.open[0, at] else PartKind.ITEM,
            points=int(points[at]),
            answer=int(answer[at]),
            proof=int(points[at] - answer[at]),
            key=plan.item_keys[at],
            at=at,
        )
        for at in range(plan.size)
        if split_row.live[0, at]
    ]
    items.sort(key=lambda part: (-part.points, part.key or ""))
    base, unrated, uplift = (
        Contribution(kind=kind, points=int(points[at]), answer=int(points[at]), proof=0)
        for at, kind in enumerate(EXTRA, start=plan.size)
    )
    lifts = [part for part in (unrated,) if part.points]
    if uplift.points:
        at = holding_floor(plan, split_row.result)
        lifts.append(
            Contribution(
                kind=PartKind.KNOCK_OUT,
                points=uplift.points,
                answer=uplift.points,
                proof=0,
                key=plan.item_keys[at],
                at=at,
            )
        )
    return (base, *items, *lifts)


def holding_floor(plan: Plan, result: Result, row: int = 0) -> int:
    """Return the canonical index of the triggered knock-out with the highest floor, ties by key."""
    floors = [
        (-knock_out.floor, at)
        for column, at in enumerate(plan.knock_outs)
        if result.triggered[row, column] and (knock_out := plan.item(at).knock_out) is not None
    ]
    return min(floors)[1]


def _fill_shares(plan: Plan, tree: Tree, shares: Floats) -> None:
    """[M, n] the derivative of V by each item's x, gates and their children sharing one weight."""
    p = plan.methodology.p
    posture = tree.posture[PT]
    root = np.where(tree.root_weight > 0, tree.root_weight, 1.0)
    omega = np.array(plan.methodology.dimensions.ordered)[:, None]
    sections, dimensions, of = tree.sections, tree.dimensions, plan.section_dimensions
    value = 1.0 - dimensions.earned[:, PT]
    steep = raised(value / np.where(posture > 0, posture, 1.0), p - 1)
    factor = (np.where(dimensions.live, omega, 0.0) / root * steep)[of]
    factor *= np.where(sections.live, plan.section_weights, 0.0)
    factor /= dimensions.divisor[of]
    factor /= sections.divisor
    np.multiply(factor[plan.item_sections], tree.weights, out=shares)
    for level, node in zip(reversed(plan.gate_levels), reversed(tree.gates), strict=True):
        gates = level.gates
        passed = np.where(tree.open[gates], shares[gates] * tree.bare[gates], 0.0)
        passed /= node.divisor
        shares[level.children] = passed[level.openers] * tree.weights[level.children]
