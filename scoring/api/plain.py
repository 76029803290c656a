"""The answers that are asked for most, as plain values.

The serializers of `scoring.api.shapes` and `scoring.api.decisions` describe the same; they take
many times longer, which a page of 500 shows. Tests hold the two together.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from accounts.api_answers import moment
from scoring import figures
from scoring.api.decisions import told
from scoring.api.fields import points, share
from scoring.api.shapes import DIRECTION, SCALE
from scoring.engine import provenance
from scoring.models import Band, ScoreStatus, Standing
from scoring.selectors.decisions import Known
from scoring.selectors.ratings import VendorRating


def rating(row: Standing | None) -> dict[str, Any] | None:
    """`Rating`."""
    if row is None:
        return None
    unknown = row.lo is None or row.hi is None
    return {
        "status": row.status,
        "band": row.band,
        "score": points(row.points),
        "interval": None if unknown else {"lo": points(row.lo), "hi": points(row.hi)},
        "tier": row.tier,
        "worst_dimension": row.worst_dimension,
        "blocked": row.blocked,
        "assessments": row.assessments,
        "not_rated": row.not_rated,
        "assessment_id": _id(row.driver),
        "since": row.valid_from.isoformat(),
        "changed_at": moment(row.changed_at),
    }


def rated_vendor(
    row: Mapping[str, Any], ids: Iterable[tuple[str, str]], standing: Standing | None
) -> dict[str, Any]:
    """`RatedVendor`; the row has the columns of the vendor, `ids` are (system, value)."""
    return {
        **row,
        "id": str(row["id"]),
        "external_ids": [{"system": system, "id": value} for system, value in ids],
        "created_at": moment(row["created_at"]),
        "updated_at": moment(row["updated_at"]),
        "rating": rating(standing),
    }


def vendor_score(vendor_id: UUID, found: VendorRating, known: list[Known]) -> dict[str, Any]:
    """`VendorScore`."""
    row = found.rating
    decisions = [decision(one) for one in known]
    return {
        "scale": SCALE,
        "direction": DIRECTION,
        "vendor_id": str(vendor_id),
        "status": row.status if row else ScoreStatus.NOT_RATED.value,
        "band": row.band if row else Band.NOT_RATED.value,
        "score": points(row.points) if row else None,
        "rating": rating(row),
        "current": rating(found.current),
        "stale_since": _day(found.stale_since),
        "partial_view": found.partial,
        "decision": decisions[0] if decisions else None,
        "decisions": decisions,
    }


def decision(known: Known) -> dict[str, Any]:
    """`DecisionOut`."""
    said = told(known)
    return {
        **said,
        "engagement_id": str(said["engagement_id"]),
        "conditions": [
            {
                "text": one["text"],
                "due_on": _day(one["due_on"]),
                "finding_id": one["finding"],
            }
            for one in said["conditions"]
        ],
        "expires_on": _day(said["expires_on"]),
        "decided_at": moment(said["decided_at"]),
        "score_id": _id(said["score_id"]),
        "score": points(said["score"]),
    }


def score(row: Mapping[str, Any]) -> dict[str, Any]:
    """`ScoreOut`, of a row of `scoring.selectors.scores.score_page`."""
    said = figures.brief(row["figures"])
    return {
        "scale": SCALE,
        "direction": DIRECTION,
        "id": str(row["id"]),
        "vendor_id": str(row["vendor_id"]),
        "engagement_id": str(row["assessment__engagement_id"]),
        "assessment_id": str(row["assessment_id"]),
        "status": row["status"],
        "band": row["band"],
        "score": points(row["points"]),
        "interval": {"lo": points(row["lo"]), "hi": points(row["hi"])},
        "residual": points(said.residual),
        "inherent": points(said.inherent),
        "tier": said.tier,
        "control_effectiveness": share(said.control_effectiveness),
        "coverage": share(said.coverage),
        "confidence": share(said.confidence),
        "worst_dimension": said.worst_dimension,
        "blocked": said.blocked,
        "as_of": row["as_of"].isoformat(),
        "cause": row["cause"],
        "computed_at": moment(row["computed_at"]),
        "engine_version": row["engine_version"],
        "methodology_hash": row["model__methodology__content_hash"],
        "model_hash": bytes(row["model__hash"]).hex(),
        "input_hash": provenance.input_hash(row["inputs"]).hex(),
        "digest": bytes(row["digest"]).hex(),
    }


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
