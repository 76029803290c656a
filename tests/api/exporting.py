"""Asking for exports and reading them, as clients do."""

import json
from typing import Any
from uuid import UUID

from accounts.models import BusinessUnit
from scoring.services import exports, standings
from tests.factories.vendors import make_vendor
from tests.personas import Program
from vendors.models import Vendor

API = "/api/v1/exports"


def known(unit: BusinessUnit, name: str, **more: Any) -> Vendor:
    """A vendor that lists show, though nothing is known of it yet."""
    vendor = make_vendor(unit, name=name, **more)
    standings.restand(vendor_id=vendor.pk)
    return vendor


def ask(program: Program, **wanted: Any) -> Any:
    return program.browser.post(API, {"what": "scores", **wanted}, content_type="application/json")


def made(program: Program, **wanted: Any) -> dict[str, Any]:
    """The resource of an export whose file is there."""
    response = ask(program, **wanted)
    assert response.status_code == 202, response.json()
    exports.make(export_id=UUID(response.json()["id"]))
    found: dict[str, Any] = program.browser.get(response.headers["Location"]).json()
    assert found["status"] == "ready", found
    return found


def content(program: Program, found: dict[str, Any], **headers: str) -> bytes:
    response = program.browser.get(found["content"], headers=headers)
    assert response.status_code == 200
    text: bytes = response.getvalue()
    return text


def lines(program: Program, **wanted: Any) -> list[dict[str, Any]]:
    """The rows of an export as JSON."""
    text = content(program, made(program, **wanted)).decode()
    return [json.loads(line) for line in text.splitlines()]
