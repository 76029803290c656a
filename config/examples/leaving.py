"""What leaves by itself or in one piece: webhooks and exports."""

import json
from collections.abc import Mapping
from typing import Any, Final

from config.examples.names import CHANGED, CREATED, NUMBER, SCALE, SCORE, SYSTEM, UNIT, VENDOR
from config.examples.scores import RATING

_TYPES: Final = ["decision.made", "score.changed"]
_URL: Final = "https://erp.example.com/hooks/surety"
_ENDPOINT: Final = {
    "id": "019a21d2-0b74-7c93-a6e5-4f18d03b79ce",
    "url": _URL,
    "description": "Purchasing, production client",
    "event_types": _TYPES,
    "told_types": _TYPES,
    "enabled": True,
    "disabled_reason": "",
    "disabled_at": None,
    "failing_since": None,
    "created_at": CREATED,
}
_WAITING: Final = {
    "id": "019a6b2e-44d0-7e1a-8c97-b50f2d83e6a1",
    "message_id": "019a6b2d-a1c0-7e27-8b15-f06d93c4e781",
    "type": "score.changed",
    "state": "waiting",
    "vendor_id": VENDOR,
    "attempts": 0,
    "created_at": CHANGED,
    "next_attempt_at": CHANGED,
    "ended_at": None,
}
_DELIVERED: Final = {
    **_WAITING,
    "state": "delivered",
    "attempts": 1,
    "next_attempt_at": None,
    "ended_at": CHANGED,
}
_ATTEMPT: Final = {"at": CHANGED, "status_code": 204, "latency_ms": 83, "trouble": ""}
_SHOWN_ONCE: Final = "whsec_the-secret-that-is-shown-this-once"

_ID: Final = "019ac3f0-3c5e-7d10-9c0a-6f1f5a0c8e11"
_QUEUED: Final = {
    "id": _ID,
    "what": "scores",
    "format": "csv",
    "filters": {"band": "high", "as_of": "2026-09-30"},
    "status": "queued",
    "reason": "",
    "rows": None,
    "size": None,
    "sha256": "",
    "created_at": "2026-11-28T02:00:00Z",
    "started_at": None,
    "finished_at": None,
    "expires_at": None,
    "content": None,
}
_ROW: Final = {
    "vendor_id": VENDOR,
    "name": "Aalto Precision Oy",
    "country": "FI",
    "external_ids": [{"system": SYSTEM, "id": NUMBER}],
    **SCALE,
    **RATING,
    "coverage": 1.0,
    "dimensions": {
        "ip_law_compliance": "36.220",
        "financial_stability": "28.104",
        "liabilities": "24.950",
        "contract_terms": "30.018",
        "monitoring_enforcement": "27.461",
        "technology_protection": "44.512",
        "training_awareness": "19.733",
    },
    "decision_state": "approved_with_conditions",
    "clearance": "conditional",
}


def _table(row: Mapping[str, Any]) -> str:
    """A row as CSV, with its head: a column per leaf, and not what is the same in all rows."""
    cells: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            cells |= {f"{name}_{inner}": one for inner, one in value.items()}
        elif name not in SCALE:
            cells[name] = value
    cells |= {"external_ids": f"{SYSTEM}:{NUMBER}", "blocked": "false"}
    lines = (",".join(map(str, line)) for line in (cells.keys(), cells.values()))
    return "\n".join([*lines, ""])


EXAMPLES: Final[dict[str, Any]] = {
    "EndpointIn": {
        "url": _URL,
        "description": "Purchasing, production client",
        "event_types": _TYPES,
    },
    "EndpointPatch": {"event_types": [*_TYPES, "vendor.updated"]},
    "EndpointOut": _ENDPOINT,
    "EndpointCreated": {**_ENDPOINT, "secret": _SHOWN_ONCE},
    "RotationIn": {"overlap_hours": 24},
    "NewSecretOut": {"secret": _SHOWN_ONCE, "old_expires_at": "2026-11-10T14:02:55.730114Z"},
    "RedeliverIn": {"since": "2026-11-09T00:00:00Z"},
    "RedeliverOut": {"count": 12, "more": False},
    "DeliveryOut": _WAITING,
    "test_webhook_endpoint": {**_WAITING, "type": "webhook.test", "vendor_id": None},
    "DeliveryLine": {**_DELIVERED, "last_attempt": _ATTEMPT},
    "WholeDelivery": {
        **_DELIVERED,
        "payload": {
            "type": "score.changed",
            "timestamp": CHANGED,
            "data": {"vendor_id": VENDOR, "business_unit_id": UNIT, "score_id": SCORE},
        },
        "all_attempts": [
            {
                **_ATTEMPT,
                "number": 1,
                "address": "203.0.113.20",
                "error": "",
                "response": "",
            }
        ],
    },
    "ExportIn": {
        "what": "scores",
        "format": "csv",
        "filters": {"band": "high", "as_of": "2026-09-30"},
    },
    "create_export": _QUEUED,
    "ExportOut": {
        **_QUEUED,
        "status": "ready",
        "rows": 1204,
        "size": 481250,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "started_at": "2026-11-28T02:00:00.031Z",
        "finished_at": "2026-11-28T02:00:02.114Z",
        "expires_at": "2026-11-29T02:00:02.114Z",
        "content": f"https://surety.example.com/api/v1/exports/{_ID}/content",
    },
    "get_export_content application/x-ndjson": json.dumps(_ROW, separators=(",", ":")) + "\n",
    "get_export_content text/csv": _table(_ROW),
}
