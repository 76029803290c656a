"""From what the engine computes to what a score row says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from assessments.models import Assessment
from scoring.engine import provenance
from scoring.engine.batch import check, resolve
from scoring.engine.contributions import EXTRA, Breakdown, PartKind, split
from scoring.engine.days import date_of
from scoring.engine.evaluate import NONE, Status
from scoring.engine.methodology import BANDS, DIMENSIONS, FULL, TIERS
from scoring.engine.plan import Plan
from scoring.inputs import Gathered
from scoring.models import Band, CurrentScore, Methodology, ScoreStatus

#: Contributions kept with a score; the full list is recomputed when somebody opens it.
KEPT: Final = 10
_STATUS: Final = {
    Status.NOT_RATED: ScoreStatus.NOT_RATED,
    Status.PROVISIONAL: ScoreStatus.PROVISIONAL,
    Status.FINAL: ScoreStatus.FINAL,
}


@dataclass(frozen=True, eq=False, slots=True)
class Computed:
    """A fresh result: `fields` are those of `ScoreFields` but cause and moment, by column name.

    `current` is the stored score it is compared with, None for the first one.
    """

    assessment: Assessment
    current: CurrentScore | None
    fields: dict[str, Any]
    input_hash: bytes
    packed: bytes


def compute(group: Gathered, methodology: Methodology, as_of: date) -> Iterator[Computed]:
    """Evaluate a group of assessments in one go. Raises BatchError for numbers out of range."""
    plan = group.compiled.plan
    check(plan, group.batch)
    resolved = resolve(plan, group.batch)
    parts = split(plan, resolved)
    model_hash = group.compiled.model_hash
    for at, (assessment, packed) in enumerate(
        zip(group.assessments, provenance.pack_inputs(plan, resolved), strict=True)
    ):
        input_hash = provenance.input_hash(packed)
        fields = {
            "vendor_id": assessment.vendor_id,
            "unit_id": assessment.unit_id,
            "engagement_id": assessment.engagement_id,
            "methodology_id": methodology.pk,
            "inputs_version": assessment.inputs_version,
            "as_of": as_of,
            "engine_version": provenance.ENGINE_VERSION,
            "model_hash": model_hash,
            "digest": provenance.digest(model_hash, input_hash),
            "contributions": _largest(plan, parts, at),
            **_figures(plan, parts, at),
        }
        yield Computed(
            assessment=assessment,
            current=getattr(assessment, "current_score", None),
            fields=fields,
            input_hash=input_hash,
            packed=packed,
        )


def _figures(plan: Plan, parts: Breakdown, at: int) -> dict[str, Any]:
    result = parts.result
    band, points = int(result.band[at]), int(result.points[at])
    worst = int(result.worst_dimension[at])
    return {
        "status": _STATUS[Status(int(result.status[at]))],
        "band": Band.NOT_RATED if band == NONE else BANDS[band],
        "points": None if points == NONE else points,
        "lo": int(result.lo[at]),
        "hi": int(result.hi[at]),
        "residual": int(result.residual[at]),
        "inherent": int(result.inherent[at]),
        "tier": TIERS[int(result.tier[at]) - 1],
        "control_effectiveness": int(result.effectiveness[at]) / FULL,
        "posture": int(result.posture[at]) / FULL,
        "coverage": int(result.coverage[at]) / FULL,
        "confidence": int(result.confidence[at]) / FULL,
        "dimensions": {
            key: [
                int(result.dimension_lo[at, column]),
                int(result.dimension_pt[at, column]),
                int(result.dimension_hi[at, column]),
            ]
            for column, key in enumerate(DIMENSIONS)
            if result.dimension_pt[at, column] != NONE
        },
        "worst_dimension": "" if worst == NONE else DIMENSIONS[worst],
        "knock_outs": [
            {"key": plan.item_keys[item], "floor": rule.floor, "block": rule.block}
            for item, hit in zip(plan.knock_outs, result.triggered[at], strict=True)
            if hit and (rule := plan.item(item).knock_out) is not None
        ],
        "blocked": bool(result.blocked[at]),
        "missing_proofs": int(result.proof_outstanding[at]),
        "unanswered": int(result.unanswered[at]),
        "required_open": int(result.required_open[at]),
        "next_change": date_of(int(result.next_change[at])),
    }


def _largest(plan: Plan, parts: Breakdown, at: int) -> list[dict[str, Any]]:
    """The largest contributions of items, then what is no item's."""
    points, answer = parts.points[at], parts.answer[at]
    order = np.argsort(-points[: plan.size], kind="stable")[:KEPT]
    kept = [
        {
            "kind": str(PartKind.GATE if parts.open[at, item] else PartKind.ITEM),
            "key": plan.item_keys[item],
            "points": int(points[item]),
            "answer": int(answer[item]),
            "proof": int(points[item] - answer[item]),
        }
        for item in order
        if points[item] > 0
    ]
    for kind, value in zip(EXTRA, points[plan.size :], strict=True):
        if value:
            kept.append({"kind": str(kind), "key": None, "points": int(value)})
    return kept
