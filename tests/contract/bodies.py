"""What operations are sent that take a body; `$kind` is a row of tests/access/world.py."""

from typing import Any, Final

from tests.factories.statements import SOUND

_AT: Final = "2026-01-05"

BODIES: Final[dict[str, dict[str, Any]]] = {
    "open_assessment": {"engagement_id": "$engagement_to_end"},
    "plan_assessment": {"due_on": "2040-01-31"},
    "save_answers": {"answers": {"staff": {"value": 4}}},
    "cancel_assessment": {"reason": "The order was cancelled."},
    "add_evidence": {"question": "staff", "title": "Head count", "kind": "record"},
    "send_assessment": {"contacts": ["$contact_email"]},
    "take_assessment_back": {"reason": "Asked too early."},
    "what_if": {"answers": {"staff": {"value": 4}}},
    "put_contract": {
        "title": "Supply agreement",
        "status": "in_force",
        "clauses": [{"key": "audit", "status": "fallback", "extract": "Once a year."}],
    },
    "put_disclosure": {
        "what": "Drawings",
        "disclosed_on": _AT,
        "to_kind": "company",
        "how": "email",
        "assets": ["$ip_asset"],
    },
    "put_exposure": {
        "low": "1000",
        "likely": "2000",
        "high": "9000",
        "currency": "EUR",
        "reason": "What the last leak cost.",
    },
    "put_ict_service": {"function": "Orders", "substitutability": "hard"},
    "put_ip_asset": {
        "name": "Hinge",
        "kind": "inventions",
        "registrations": [{"territory": "NA", "status": "registered"}],
    },
    "put_personal_data": {"role": "processor", "categories": "Names", "agreement": "signed"},
    "put_trainings": {
        "records": [{"name": "Mai Tran", "side": "vendor", "topic": "Drawings", "done_on": _AT}]
    },
    "create_report": {"kind": "vendor", "vendor": "$vendor"},
    "create_export": {"what": "scores", "format": "csv", "filters": {"band": "high"}},
    "move_incident": {"status": "confirmed"},
    "record_monitoring_check": {"done_on": _AT, "finding": "nothing"},
    "start_recalculation": {"reason": "After the import of the rates."},
    "lookup_scores": {"items": [{"system": "$system", "id": "$number"}]},
    "screen_name": {"name": "Plain Metallwerke", "country": "DE"},
    "change_vendor": {"city": "Hanoi"},
    "put_engagement": {"title": "Housings", "service": "tooling", "made_in": ["VN"]},
    "put_financial_profile": {"listing": "unlisted", "sector": "manufacturer"},
    "report_incident": {
        "engagement_id": "$engagement",
        "title": "Copied housings",
        "found_how": "customs",
        "found_on": _AT,
        "severity": "severe",
    },
    "put_policy": {
        "kind": "cyber",
        "insurer": "Rhenus",
        "number": "CY-1",
        "limit": "1000000",
        "currency": "EUR",
        "valid_from": "2026-01-01",
        "expires_on": "2026-12-31",
    },
    "put_site": {"name": "Works", "activity": "tooling", "country": "VN"},
    "put_statement": {
        name: str(value) if name == "period_end" else value
        for name, value in SOUND.items()
        if name != "fiscal_year"
    },
    "put_subcontract": {"service": "Galvanising", "ip_kinds": ["designs"]},
    "push_vendors": {"items": [{"system": "$system", "id": "4711", "name": "Nam Long"}]},
    "put_vendor_by_external_id": {"name": "Nam Long Plastics", "country": "VN"},
    "create_webhook_endpoint": {"url": "https://erp.example/hooks"},
    "change_webhook_endpoint": {"description": "Blocks suppliers"},
    "redeliver_dead_webhook_deliveries": {"since": "2026-01-01T00:00:00Z"},
    "rotate_webhook_secret": {"overlap_hours": 24},
}


#: What an operation is sent instead for a conflict.
CONFLICTING: Final[dict[str, dict[str, Any]]] = {
    "open_assessment": {"engagement_id": "$engagement"},
    "move_incident": {"status": "reported"},
    "change_vendor": {"external_ids": [{"system": "$system", "id": "$number"}]},
}
