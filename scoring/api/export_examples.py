"""What a request for an export and an export that is ready look like, for the description."""

from typing import Final

from drf_spectacular.utils import OpenApiExample

ASKED: Final = [
    OpenApiExample(
        "Every rating, a line of JSON each",
        request_only=True,
        value={"what": "scores", "format": "ndjson"},
    ),
    OpenApiExample(
        "High ratings at the end of the quarter, as CSV",
        request_only=True,
        value={
            "what": "scores",
            "format": "csv",
            "filters": {"band": "high", "as_of": "2026-09-30"},
        },
    ),
    OpenApiExample(
        "Taken",
        response_only=True,
        status_codes=["202"],
        value={
            "id": "019ac3f0-3c5e-7d10-9c0a-6f1f5a0c8e11",
            "what": "scores",
            "format": "ndjson",
            "filters": {},
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
        },
    ),
]
MADE: Final = [
    OpenApiExample(
        "Ready",
        response_only=True,
        status_codes=["200"],
        value={
            "id": "019ac3f0-3c5e-7d10-9c0a-6f1f5a0c8e11",
            "what": "scores",
            "format": "ndjson",
            "filters": {},
            "status": "ready",
            "reason": "",
            "rows": 100000,
            "size": 76652256,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "created_at": "2026-11-28T02:00:00Z",
            "started_at": "2026-11-28T02:00:00.031Z",
            "finished_at": "2026-11-28T02:00:02.114Z",
            "expires_at": "2026-11-29T02:00:02.114Z",
            "content": "https://surety.example.com/api/v1/exports/"
            "019ac3f0-3c5e-7d10-9c0a-6f1f5a0c8e11/content",
        },
    ),
]
