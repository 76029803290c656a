"""What scores go by: the method, the law of countries; and calculating anew."""

from typing import Any, Final

from config.examples.names import CHANGED, CREATED, METHOD_HASH

_METHOD: Final = {
    "content_hash": METHOD_HASH,
    "key": "standard",
    "version": "2",
    "title": "Standard method",
    "status": "published",
    "published_at": CREATED,
    "retired_at": None,
}
_WEIGHTS: Final = {
    "ip_law_compliance": 20.0,
    "financial_stability": 10.0,
    "liabilities": 10.0,
    "contract_terms": 20.0,
    "monitoring_enforcement": 15.0,
    "technology_protection": 15.0,
    "training_awareness": 10.0,
}
_RUN: Final = {
    "id": "019a6c00-17e4-7d39-8b52-c4f0a96d3e71",
    "kind": "by_hand",
    "status": "running",
    "methodology_hash": METHOD_HASH,
    "started_by": "ERP",
    "created_at": CHANGED,
    "started_at": CHANGED,
    "finished_at": None,
}
_PROGRESS: Final = {
    **_RUN,
    "total": 48210,
    "done": 12000,
    "changed": 317,
    "failed": 0,
    "per_second": 1500.0,
    "seconds_left": 25,
}

EXAMPLES: Final[dict[str, Any]] = {
    "MethodologyLine": _METHOD,
    "MethodologyOut": {
        **_METHOD,
        "dimensions": [
            {"key": key, "weight": weight, "share": weight / 100}
            for key, weight in _WEIGHTS.items()
        ],
        "bands": [
            {"band": "low", "lo": "0.000", "hi": "20.000"},
            {"band": "moderate", "lo": "20.000", "hi": "40.000"},
            {"band": "elevated", "lo": "40.000", "hi": "60.000"},
            {"band": "high", "lo": "60.000", "hi": "80.000"},
            {"band": "critical", "lo": "80.000", "hi": "100.000"},
        ],
        "tiers": [
            {"tier": "low", "inherent_from": 0.0, "valid_days": 1095},
            {"tier": "moderate", "inherent_from": 0.25, "valid_days": 1095},
            {"tier": "high", "inherent_from": 0.5, "valid_days": 730},
            {"tier": "critical", "inherent_from": 0.75, "valid_days": 365},
        ],
        "evidence": [
            {"level": "self_declared", "credit": 0.8, "pessimistic": 0.4},
            {"level": "document", "credit": 0.9, "pessimistic": 0.65},
        ],
        "coverage": {"final": 0.95, "provisional": 0.6},
        "content": {"key": "standard", "version": 2, "kappa": 0.9, "p": 4},
    },
    "JurisdictionOut": {
        "code": "VN",
        "name": "Vietnam",
        "date": "2026-11-09",
        "facts": [
            {
                "subject": "trips",
                "status": "in_force",
                "since": "2007-01-11",
                "until": None,
                "coming": None,
                "as_of": "2018-12",
                "confirmed": True,
                "by_counsel": False,
                "through": "",
                "source": "WTO members in Circular 38a, US Copyright Office",
            }
        ],
        "protection": [
            {"kind": "designs", "in_force": ["trips"], "not_in_force": [], "unknown": []}
        ],
        "rating": None,
        "index": None,
    },
    "RecalculationIn": {"reason": "New exchange rates for the year's end."},
    "RecalculationLine": _RUN,
    "RecalculationOut": _PROGRESS,
    "start_recalculation": {
        **_PROGRESS,
        "status": "waiting",
        "started_at": None,
        "total": None,
        "done": 0,
        "changed": 0,
        "per_second": None,
        "seconds_left": None,
    },
    "cancel_recalculation": {
        **_PROGRESS,
        "status": "cancelled",
        "finished_at": CHANGED,
        "seconds_left": None,
    },
}
