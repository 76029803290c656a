"""Reading how scores fare under other weights; for a draft it is worked out and not kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from scoring.engine.provenance import ENGINE_VERSION
from scoring.engine.sensitivity import Order, Sensitivity, Swing, sensitivity
from scoring.models import CurrentScore, Score
from scoring.models import Sensitivity as Kept
from scoring.selectors import scores as reading


def kept_of(score: Score) -> Kept | None:
    """What was kept with a score the caller has found, by the present version of the engine."""
    return Kept.objects.filter(score=score, engine_version=ENGINE_VERSION).first()


def computed(score: Score) -> Sensitivity | None:
    """A score that stands under other weights; None where it is not rated.

    The weights follow from its id. Raises `scores.NotReproducible`.
    """
    model = reading.model_of(score)
    return sensitivity(model.plan, reading.resolved_of(score, model), score.pk.bytes)


def computed_draft(current: CurrentScore) -> Sensitivity | None:
    """The same for a score that is not on record, whose weights follow from its assessment's id."""
    model = reading.model_of(current)
    resolved = reading.resolved_of(current, model)
    return sensitivity(model.plan, resolved, current.assessment_id.bytes)


def to_data(found: Sensitivity) -> dict[str, Any]:
    """A result as plain values, to be kept."""
    return asdict(found)


def from_data(data: Mapping[str, Any]) -> Sensitivity:
    """What `to_data` gave."""
    return Sensitivity(
        **{
            **data,
            "bands": tuple(data["bands"]),
            "swings": tuple(Swing(**one) for one in data["swings"]),
            "orders": tuple(Order(**one) for one in data["orders"]),
        }
    )
