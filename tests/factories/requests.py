"""Requests for suppliers for tests, made by the services."""

from typing import Any

from accounts.models import BusinessUnit
from accounts.principal import Principal
from assessments.models import SupplierRequest
from assessments.services import requests

#: Nothing entrusted, everything else at its best: the lowest tier there is.
HARMLESS = "best"


def asked(unit: BusinessUnit, by: Principal, **values: Any) -> SupplierRequest:
    """A request; nothing about it is known unless `values` says so."""
    given: dict[str, Any] = {
        "title": "Housings for the X200",
        "vendor_name": "Bolt and Sons Ltd",
        "country": "GB",
        "service": "tooling",
        "intake": {},
    }
    return requests.ask(unit=unit, values=given | values, by=by)
