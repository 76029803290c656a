"""Papers and workbooks about a vendor or the portfolio."""

from typing import Any, Final

from config.examples.names import UNIT

_ID: Final = "019ac3f1-7a20-7b64-8d2f-3c9e50b1a7d4"
_FILTERS: Final = {"tier": "critical", "as_of": "2025-12-31"}
_QUEUED: Final[dict[str, Any]] = {
    "id": _ID,
    "kind": "portfolio",
    "vendor": None,
    "unit": UNIT,
    "filters": _FILTERS,
    "language": "en-gb",
    "status": "queued",
    "reason": "",
    "done": 0,
    "parts": None,
    "as_of": None,
    "created_at": "2026-11-28T02:00:00Z",
    "started_at": None,
    "finished_at": None,
    "expires_at": None,
    "files": [],
}


def _file(file_format: str, size: int, digit: str) -> dict[str, Any]:
    return {
        "format": file_format,
        "size": size,
        "sha256": digit * 64,
        "content": f"https://surety.example.com/api/v1/reports/{_ID}/{file_format}",
    }


EXAMPLES: Final[dict[str, Any]] = {
    "ReportIn": {"kind": "portfolio", "unit": UNIT, "filters": _FILTERS, "language": "en-gb"},
    "create_report": _QUEUED,
    "ReportOut": {
        **_QUEUED,
        "status": "ready",
        "done": None,
        "as_of": "2025-12-31",
        "started_at": "2026-11-28T02:00:00.031Z",
        "finished_at": "2026-11-28T02:00:03.870Z",
        "expires_at": "2028-01-02T02:00:03.870Z",
        "files": [
            _file(
                "pdf", 184220, "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"
            ),
            _file(
                "xlsx", 28114, "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
            ),
        ],
    },
}
