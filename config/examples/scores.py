"""Scores, decisions, what an order may rely on, and what happened to them."""

from typing import Any, Final

from config.examples.names import (
    ASSESSMENT,
    CHANGED,
    ENGAGEMENT,
    ENGAGEMENT_TITLE,
    METHOD_HASH,
    NUMBER,
    QUESTION,
    SCALE,
    SCORE,
    SYSTEM,
    UNIT,
    VENDOR,
)

_INTERVAL: Final = {"lo": "29.214", "hi": "36.870"}
RATING: Final = {
    "status": "final",
    "band": "moderate",
    "score": "31.402",
    "interval": _INTERVAL,
    "tier": "high",
    "worst_dimension": "technology_protection",
    "blocked": False,
    "assessments": 1,
    "not_rated": 0,
    "assessment_id": ASSESSMENT,
    "since": "2026-11-09",
    "changed_at": CHANGED,
}
_CONDITION: Final = {
    "text": "Moulds under lock, shown by photographs.",
    "due_on": "2027-01-31",
    "finding_id": "019a6b40-2f5c-7c81-90e4-d3b7a8164f02",
}
_DECISION: Final = {
    "engagement_id": ENGAGEMENT,
    "decision": "approved_with_conditions",
    "state": "approved_with_conditions",
    "version": 1,
    "reason": "Sound on the whole; the moulds stand in an open hall.",
    "conditions": [_CONDITION],
    "expires_on": "2027-11-09",
    "decided_by": "Jordan Lee",
    "decided_at": "2026-11-10T09:15:40.002811Z",
    "score_id": SCORE,
    "score": "31.402",
    "band": "moderate",
}
_SCORE: Final = {
    **SCALE,
    "id": SCORE,
    "vendor_id": VENDOR,
    "engagement_id": ENGAGEMENT,
    "assessment_id": ASSESSMENT,
    "status": "final",
    "band": "moderate",
    "score": "31.402",
    "interval": _INTERVAL,
    "residual": "31.402",
    "inherent": "56.957",
    "tier": "high",
    "control_effectiveness": 0.4487,
    "coverage": 1.0,
    "confidence": 0.8125,
    "worst_dimension": "technology_protection",
    "blocked": False,
    "as_of": "2026-11-09",
    "cause": "assessment.signed_off",
    "computed_at": CHANGED,
    "engine_version": "1",
    "methodology_hash": METHOD_HASH,
    "model_hash": "8a61c0f92d47e3b518f6a09c4e7d2b3561f80ac9d5e4273b906c1fa85d3e7b42",
    "input_hash": "17be94d0c58a2f6e3b71d4809fa5c6e213870bd94ef6a15c29d30e8b7f46a1c5",
    "digest": "c3905e7ab18d246f9027bf5c61ea834d70d29cb86f15e3a4928d07f6b1c54e3a",
}
_PARTS: Final[list[dict[str, Any]]] = [
    {"kind": "base", "key": None, "points": "5.695", "answer": "5.695", "proof": "0.000"},
    {
        "kind": "item",
        "key": "indicator.jurisdiction",
        "points": "14.705",
        "answer": "14.705",
        "proof": "0.000",
    },
    {
        "kind": "item",
        "key": QUESTION,
        "points": "11.002",
        "answer": "9.096",
        "proof": "1.906",
    },
]
_FIGURES: Final = {
    name: _SCORE[name]
    for name in (
        *("status", "band", "score", "interval", "residual", "inherent", "tier", "coverage"),
        *("control_effectiveness", "confidence", "worst_dimension", "blocked"),
    )
}
_DIMENSION: Final = {
    "key": "technology_protection",
    "lo": "41.000",
    "value": "44.512",
    "hi": "52.030",
    "adds": "11.002",
}
_BEFORE: Final = {
    **_FIGURES,
    "stands_at": "31.402",
    "dimensions": [_DIMENSION],
    "parts": _PARTS,
}
_AFTER: Final = {
    **_BEFORE,
    "score": "22.306",
    "stands_at": "22.306",
    "residual": "22.306",
    "interval": {"lo": "20.118", "hi": "27.774"},
    "control_effectiveness": 0.6084,
    "dimensions": [
        {**_DIMENSION, "lo": "10.000", "value": "12.250", "hi": "18.400", "adds": "1.906"}
    ],
    "parts": [
        *_PARTS[:2],
        {**_PARTS[2], "points": "1.906", "answer": "0.000"},
    ],
}
_EXTERNAL_ID: Final = {"system": SYSTEM, "id": NUMBER}

EXAMPLES: Final[dict[str, Any]] = {
    "VendorScore": {
        **SCALE,
        "vendor_id": VENDOR,
        "status": "final",
        "band": "moderate",
        "score": "31.402",
        "rating": RATING,
        "current": RATING,
        "stale_since": None,
        "partial_view": False,
        "decision": _DECISION,
        "decisions": [_DECISION],
    },
    "PastRating": {
        **RATING,
        "until": None,
        "causes": ["assessment.signed_off"],
        "score_id": SCORE,
    },
    "ScoreOut": _SCORE,
    "Contributions": {
        **SCALE,
        "score_id": SCORE,
        "score": "31.402",
        "total": "31.402",
        "parts": _PARTS,
    },
    "Lookup": {"items": [_EXTERNAL_ID, {"system": SYSTEM, "id": "0000100099"}]},
    "LookupResults": {
        "items": [
            {**_EXTERNAL_ID, "found": True, "vendor_id": VENDOR, "rating": RATING},
            {
                "system": SYSTEM,
                "id": "0000100099",
                "found": False,
                "vendor_id": None,
                "rating": None,
            },
        ]
    },
    "ClearanceOut": {
        "vendor_id": VENDOR,
        "clearance": "conditional",
        "code": "conditions",
        "reason": "Approved with conditions.",
        "conditions": [_CONDITION],
        "valid_until": "2027-11-09",
        "engagement_id": ENGAGEMENT,
        "engagement": ENGAGEMENT_TITLE,
        "tier": "high",
        "decision": _DECISION,
    },
    "WhatIfIn": {"answers": {QUESTION: "yes"}},
    "WhatIfOut": {
        **SCALE,
        "assessment_id": ASSESSMENT,
        "score_id": SCORE,
        "behind": False,
        "difference": "-9.096",
        "before": _BEFORE,
        "after": _AFTER,
        "changes": [{"kind": "answer", "key": QUESTION, "alone": "-9.096"}],
        "moved": [
            {
                "key": QUESTION,
                "before": "11.002",
                "after": "1.906",
                "difference": "-9.096",
            }
        ],
    },
    "FeedPage": {
        "items": [
            {
                "id": "019a6b2d-a1c0-7e27-8b15-f06d93c4e781",
                "type": "score.changed",
                "occurred_at": CHANGED,
                "subject": {"kind": "assessment", "id": ASSESSMENT},
                "vendor_id": VENDOR,
                "business_unit_id": UNIT,
                "details": {
                    "score_id": SCORE,
                    "points": "31.402",
                    "band": "moderate",
                    "status": "final",
                    "previous_points": "38.115",
                    "previous_band": "moderate",
                    "previous_status": "provisional",
                },
            }
        ],
        "next": "MTE4LjJmMDdjOWQx",
        "more": False,
    },
}
