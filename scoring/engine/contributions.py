"""Where every milli-point of a score comes from (formula 9).

A power mean is homogeneous of degree one, so by Euler's theorem it is the sum of each value times
its own derivative: the parts add up to the score exactly, and none is left over as "interaction".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from scoring.engine.batch import Batch, Flags, Resolved, check, resolve
from scoring.engine.evaluate import Result, exposure, score
from scoring.engine.methodology import FULL
from scoring.engine.plan import Plan
from scoring.engine.rounding import Floats, Ints, largest_remainder, settle
from scoring.engine.tree import LO, PT, Tree, climb, raised


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


@dataclass(frozen=True, eq=False)
class Largest:
    """The largest parts of N scores, by points and then by the order of the items.

    - `items` [N, K]: canonical index, -1 where no further part has points; `gate` [N, K]: an open
      gate; `points`, `answer` [N, K]: as in `Breakdown`
    - `base`, `unrated`, `uplift` [N]
    """

    items: Ints
    points: Ints
    answer: Ints
    gate: Flags
    base: Ints
    unrated: Ints
    uplift: Ints


def largest(plan: Plan, resolved: Resolved, tree: Tree, result: Result, kept: int = 10) -> Largest:
    """Return the `kept` largest parts of each score."""
    parts = split(plan, resolved)
    points = parts.points[:, : plan.size]
    order = np.argsort(-points, axis=1, kind="stable")[:, :kept]
    rows = np.arange(len(points))[:, None]
    none = points[rows, order] <= 0
    pad = [(0, 0), (0, kept - order.shape[1])]
    return Largest(
        items=np.pad(np.where(none, -1, order), pad, constant_values=-1),
        points=np.pad(points[rows, order], pad),
        answer=np.pad(parts.answer[rows, order], pad),
        gate=np.pad(parts.open[rows, order], pad),
        base=parts.points[:, plan.size],
        unrated=parts.points[:, plan.size + 1],
        uplift=parts.points[:, plan.size + 2],
    )


def breakdown(plan: Plan, batch: Batch) -> Breakdown:
    """Split the scores of all rows. Raises BatchError where the arrays do not fit the plan."""
    check(plan, batch)
    return split(plan, resolve(plan, batch))


def split(plan: Plan, resolved: Resolved) -> Breakdown:
    """Split the scores of resolved inputs."""
    tree = climb(plan, resolved)
    result = score(plan, resolved, tree)
    shares = _shares(plan, tree)
    total = 1.0 - tree.earned[:, PT]
    # An open gate adds its bare risk; the rest of its weight went to the children.
    total = np.where(tree.open, 1.0 - tree.bare[PT], total)
    stated = np.where(resolved.answered, 1.0 - tree.bare[PT], 0.0)
    stated = np.where(resolved.answered & ~resolved.known, 1.0 - tree.bare[LO], stated)

    kappa = plan.methodology.kappa
    exposed = exposure(plan, resolved.intake) * FULL
    empty = tree.root_weight == 0
    base = exposed * (1.0 - kappa)
    unrated = np.where(empty, exposed * kappa, 0.0)
    lifted = result.computed > result.residual
    exact = exposed * ((1.0 - kappa) + kappa * tree.posture[PT])
    uplift = np.where(lifted, result.computed - exact, 0.0)
    items = exposed * kappa * shares * total
    points = largest_remainder(np.vstack([items, base, unrated, uplift]), result.computed)
    part = np.minimum(stated / np.where(total > 0, total, 1.0), 1.0)
    answer = np.vstack(
        [np.rint(settle(points[: plan.size].astype(np.float64) * part)), points[plan.size :]]
    )
    return Breakdown(
        result=result,
        points=points.T,
        answer=answer.T.astype(np.int64),
        live=tree.live.T,
        open=tree.open.T,
    )


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


def _shares(plan: Plan, tree: Tree) -> Floats:
    """[M, n] the derivative of V by each item's x, gates and their children sharing one weight."""
    n = tree.live.shape[1]
    shares = np.zeros((plan.size, n))
    p = plan.methodology.p
    posture = tree.posture[PT]
    root = np.where(tree.root_weight > 0, tree.root_weight, 1.0)
    omega = plan.methodology.dimensions.ordered
    for (dimension, weight, tops), section in zip(plan.section_tops, tree.sections, strict=True):
        node = tree.dimensions[dimension]
        value = 1.0 - node.earned[PT]
        steep = raised(value / np.where(posture > 0, posture, 1.0), p - 1)
        factor = np.where(node.live, omega[dimension], 0.0) / root * steep
        factor = (
            factor * np.where(section.live, weight, 0.0) / np.where(node.live, node.weight, 1.0)
        )
        factor = factor / np.where(section.live, section.weight, 1.0)
        for at in tops:
            shares[at] = factor * plan.weights[at] * tree.live[at]
    for gate, children in reversed(plan.gates):
        node = tree.gates[gate]
        passed = np.where(tree.open[gate], shares[gate] * tree.bare[PT, gate], 0.0)
        passed = passed / np.where(node.live, node.weight, 1.0)
        for at in children:
            shares[at] = passed * plan.weights[at] * tree.live[at]
    return shares
