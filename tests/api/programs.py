"""Clients of the API that work with assessments, and what they send."""

import json
from typing import Any

import pytest

from accounts.models import BusinessUnit
from assessments.models import Assessment
from tests.factories.accounts import make_api_client, make_key
from tests.personas import Program

SCOPES = ["vendors:read", "scores:read", "assessments:write"]
#: What the small questionnaire asks at a high tier, answered well; `bound` stays closed.
GOOD: dict[str, dict[str, Any]] = {
    "assigns": {"value": "yes"},
    "discloses": {"value": "at_once"},
    "subcontracts": {"value": "no"},
    "measures": {"value": ["locks", "logs"]},
    "staff": {"value": 3},
    "remarks": {"value": "Nothing else."},
    "watched": {"value": "yes"},
}


def make_program(unit: BusinessUnit, *scopes: str, name: str = "ERP") -> Program:
    """A client with these scopes, or with all that assessments need."""
    client = make_api_client(unit, scopes=list(scopes or SCOPES), name=name)
    return Program(client, make_key(client))


@pytest.fixture
def erp(unit: BusinessUnit) -> Program:
    """A client that reads vendors and scores, and opens and answers assessments."""
    return make_program(unit)


def send(who: Program, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """The answer to a request with a JSON body; header names with underscores."""
    return who.browser.generic(
        method,
        f"/api/v1/{path}",
        "" if body is None else json.dumps(body),
        "application/json",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def read(who: Program, path: str, **headers: str) -> Any:
    """The answer to a GET."""
    return send(who, "GET", path, **headers)


def pointers(answer: Any) -> set[str]:
    """Where the answer points."""
    return {one["pointer"] for one in answer.json()["errors"]}


def at(assessment: Assessment, more: str = "") -> str:
    """The address of an assessment, or of what is below it."""
    return f"assessments/{assessment.pk}{more and '/'}{more}"
