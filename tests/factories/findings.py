"""Findings for tests, raised through the service."""

from typing import Any

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM, Principal
from tests.factories.vendors import make_vendor
from vendors.finding_kinds import OBSERVATION
from vendors.models import Finding
from vendors.services import findings


def make_finding(unit: BusinessUnit, *, by: Principal = SYSTEM, **values: Any) -> Finding:
    """A finding about a vendor of `unit`."""
    values.setdefault("kind", OBSERVATION)
    values.setdefault("title", "Drawings on an open share")
    values.setdefault("severity", "high")
    if "vendor" not in values:
        values["vendor"] = make_vendor(unit)
    return findings.raise_(unit=unit, by=by, **values)
