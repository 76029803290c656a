"""Scores of a batch: formulas 4 to 8 and 10. One assessment is a batch of one.

All results are whole milli-points, so that two people who hold the same inputs hold the same score.
Shares (inherent risk, posture, coverage ...) are given on the same scale: 100,000 is 1.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from assessments.sheet import LAST_DAY, RISK_SCALE
from scoring.engine.batch import UNKNOWN, Batch, Flags, Resolved, check, resolve
from scoring.engine.days import NEXT_FIRST
from scoring.engine.methodology import FULL
from scoring.engine.plan import Plan
from scoring.engine.rounding import Floats, Ints, millis
from scoring.engine.tree import CREDITED, HI, LO, PT, Tree, climb

#: Stands in an array where there is no number: a score not rated, a dimension that dropped out.
NONE: Final = -1
#: Later than any day.
NEVER: Final = 1 << 20
#: Cells taken at once, so that a large portfolio stays within the processor's cache.
_CELLS: Final = 100_000


class Status(IntEnum):
    """How firm a score is (formula 8)."""

    NOT_RATED = 0
    PROVISIONAL = 1
    FINAL = 2


@dataclass(frozen=True, eq=False, kw_only=True)
class Result:
    """The scores of N assessments; whole milli-points unless said otherwise.

    - `points` [N]: the score, NONE where not rated. `computed` is the number that stands behind it
      even where none may be shown yet: what-ifs of an unfinished assessment start from it
    - `lo`, `hi` [N]: the interval; `residual` [N]: what `computed` was before knock-outs
    - `inherent`, `tier` (1 most exposed .. 4), `effectiveness` k(1-V), `posture` V [N]
    - `dimension_lo`, `dimension_pt`, `dimension_hi` [N, 7]: NONE where a dimension dropped out
    - `worst_dimension` [N]: index into DIMENSIONS, NONE if all dropped out
    - `coverage`, `confidence` [N]; `status` [N]: Status
    - `band` [N]: index into BANDS, NONE where not rated
    - `triggered` [N, Q]: knock-outs in the order of `plan.knock_outs`; `blocked` [N]
    - `required_open` [N]: mandatory and knock-out items without a (current) answer
    - `unanswered` [N]: items in the sums without an answer
    - `proof_outstanding` [N]: answers that better or fresher proof would improve
    - `next_change` [N]: day on which ageing or expiry next alters anything, 0 if never
    """

    points: Ints
    computed: Ints
    lo: Ints
    hi: Ints
    residual: Ints
    inherent: Ints
    tier: Ints
    effectiveness: Ints
    posture: Ints
    dimension_lo: Ints
    dimension_pt: Ints
    dimension_hi: Ints
    worst_dimension: Ints
    coverage: Ints
    confidence: Ints
    status: Ints
    band: Ints
    triggered: Flags
    blocked: Flags
    required_open: Ints
    unanswered: Ints
    proof_outstanding: Ints
    next_change: Ints


def evaluate(plan: Plan, batch: Batch) -> Result:
    """Score every row of the batch. Raises BatchError where the arrays do not fit the plan."""
    check(plan, batch)
    step = rows_at_once(plan)
    parts = [
        score(plan, resolve(plan, batch.rows(slice(start, start + step))))
        for start in range(0, max(batch.size, 1), step)
    ]
    if len(parts) == 1:
        return parts[0]
    return Result(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Result)
        }
    )


def rows_at_once(plan: Plan) -> int:
    """Return how many assessments of a plan to take at once, where there are many."""
    return max(64, _CELLS // max(1, plan.size))


def inherent_risk(plan: Plan, intake: npt.NDArray[np.uint16]) -> Ints:
    """Return I, 1..100,000, of each intake row [E, K] in the caller's column order (formula 4).

    Where an assessment covers several engagements, the row with the largest counts.
    """
    exact = exposure(plan, np.ascontiguousarray(intake.T[plan.intake_columns]))
    return millis(exact)


def exposure(plan: Plan, intake: npt.NDArray[np.uint16]) -> Floats:
    """Return I in (0, 1] of canonical intake [K, n]; unknown counts as 1, and so does no intake."""
    total = 0.0
    missing = np.zeros(intake.shape[1])
    shares = (RISK_SCALE - np.where(intake == UNKNOWN, RISK_SCALE, intake)) / RISK_SCALE
    for weight, share in zip(plan.intake_weights, shares, strict=True):
        total += weight
        missing += weight * share
    if not total:
        return np.ones(intake.shape[1])
    return np.maximum(1.0 - missing / total, plan.methodology.inherent_min)


def score(plan: Plan, resolved: Resolved, tree: Tree | None = None) -> Result:
    """Score resolved inputs: the step that a replay repeats."""
    method = plan.methodology
    tree = tree or climb(plan, resolved)
    inherent = exposure(plan, resolved.intake)
    residual = millis(inherent * ((1.0 - method.kappa) + method.kappa * tree.posture))
    triggered = knocked_out(plan, resolved, tree)
    floors = highest_floors(plan, triggered)
    final = np.maximum(residual, floors)
    # A floor is a whole number of milli-points and rounding is monotone: the order does not matter.
    coverage = millis(tree.coverage)
    required_open = _required_open(plan, resolved, tree)
    status = _status(plan, coverage, required_open, resolved.signed_off)
    rated = status != Status.NOT_RATED
    stored_inherent = millis(inherent)
    values = millis(1.0 - tree.dimensions.earned[:, :CREDITED])
    dimensions = np.where(tree.dimensions.live[:, None], values, NONE)
    return Result(
        points=np.where(rated, final[PT], NONE),
        computed=final[PT],
        lo=final[LO],
        hi=final[HI],
        residual=residual[PT],
        inherent=stored_inherent,
        tier=4 - np.searchsorted(method.tier_cuts_milli, stored_inherent, side="right"),
        effectiveness=millis(method.kappa * (1.0 - tree.posture[PT])),
        posture=millis(tree.posture[PT]),
        dimension_lo=dimensions[:, LO].T,
        dimension_pt=dimensions[:, PT].T,
        dimension_hi=dimensions[:, HI].T,
        worst_dimension=_worst(plan, dimensions[:, PT]),
        coverage=coverage,
        confidence=millis(tree.confidence),
        status=status,
        band=np.where(
            rated, np.searchsorted(method.band_cuts_milli, final[PT], side="right"), NONE
        ),
        triggered=triggered[PT].T,
        blocked=_blocked(plan, triggered[PT]),
        required_open=required_open,
        unanswered=_count(tree.live & ~resolved.answered),
        proof_outstanding=_count(proof_gap(plan, resolved, tree)),
        next_change=_next_change(plan, resolved, tree),
    )


def knocked_out(plan: Plan, resolved: Resolved, tree: Tree) -> Flags:
    """Return [3, Q, n] which knock-outs trigger at lo, pt and hi (formula 6).

    The test is on r, never on x. What is not answered, or may still be asked, triggers at hi only.
    """
    rules = plan.knock_out_table
    items = rules.items
    at = rules.at[:, None]
    answered = resolved.answered[items]
    lo, hi = resolved.lo[items], resolved.hi[items]
    point = np.where(resolved.known[items], resolved.pt[items], lo)
    counts = tree.live[items] & answered
    found = np.empty((3, *counts.shape), dtype=np.bool_)
    found[LO] = counts & (lo >= at)
    found[PT] = counts & (point >= at)
    found[HI] = (counts & (hi >= at)) | (tree.may_come[items] & (~answered | (hi >= at)))
    return found


def proof_gap(plan: Plan, resolved: Resolved, tree: Tree) -> Flags:
    """Return [M, n] where better or fresher proof of an answer would lower the score."""
    gap: Flags = (
        tree.live
        & resolved.answered
        & ~tree.open
        & plan.has_weight
        & (tree.earned[:, PT] < tree.bare)
    )
    return gap


def highest_floors(plan: Plan, triggered: Flags) -> Ints:
    """Return [3, n] the highest floor that holds at lo, pt and hi; 0 for none."""
    floors = np.where(triggered, plan.knock_out_table.floor[:, None], 0)
    highest: Ints = floors.max(axis=1, initial=0)
    return highest


def _blocked(plan: Plan, triggered: Flags) -> Flags:
    blocked: Flags = np.any(triggered & plan.knock_out_table.block[:, None], axis=0)
    return blocked


def _required_open(plan: Plan, resolved: Resolved, tree: Tree) -> Ints:
    items = plan.required
    # An open gate is proved by its children, so its own age does not matter.
    met = resolved.covered[items] | tree.open[items]
    return _count((tree.live[items] & ~met) | tree.may_come[items])


def _count(flags: Flags) -> Ints:
    """[n] how many of the rows are set; as bytes, of which 255 add up without a carry."""
    ones = flags.view(np.uint8)
    total = np.zeros(flags.shape[1], dtype=np.int64)
    for start in range(0, len(ones), 255):
        total += np.add.reduce(ones[start : start + 255], axis=0, dtype=np.uint8)
    return total


def _status(plan: Plan, coverage: Ints, required_open: Ints, signed_off: Flags) -> Ints:
    needed = plan.methodology.coverage
    status = np.where(coverage >= round(needed.provisional * FULL), Status.PROVISIONAL, 0)
    final = (coverage >= round(needed.final * FULL)) & (required_open == 0) & signed_off
    return np.where(final, Status.FINAL, status).astype(np.int64)


def _worst(plan: Plan, points: Ints) -> Ints:
    counted = np.array([weight > 0 for weight in plan.methodology.dimensions.ordered])
    points = np.where(counted[:, None], points, NONE)
    return np.where(points.max(axis=0) == NONE, NONE, points.argmax(axis=0))


def _next_change(plan: Plan, resolved: Resolved, tree: Tree) -> Ints:
    matters = tree.live & ~tree.open & plan.decides
    ages_from = _earliest(resolved.ages_from * matters)
    proved_until = _earliest(resolved.proved_until * matters)
    first = np.minimum(
        np.where(ages_from < NEVER, NEXT_FIRST[np.minimum(ages_from, LAST_DAY)], NEVER),
        np.where(proved_until < NEVER, proved_until + 1, NEVER),
    )
    return np.where(first < NEVER, first, 0)


def _earliest(days: npt.NDArray[np.uint16]) -> Ints:
    """[n] the first of the days of each assessment, NEVER if all are 0."""
    # Less one, 0 becomes the largest number there is.
    first = (days - np.uint16(1)).min(axis=0, initial=LAST_DAY)
    return np.where(first < LAST_DAY, first.astype(np.int64) + 1, NEVER)
