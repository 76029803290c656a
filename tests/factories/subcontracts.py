"""Subcontracts for tests, made by the service."""

from typing import Any

from accounts.principal import SYSTEM, Principal
from vendors.models import Subcontract, Vendor, VendorUnit
from vendors.services import subcontracts


def make_subcontract(
    vendor: Vendor, subcontractor: Vendor, *, by: Principal = SYSTEM, **values: Any
) -> Subcontract:
    """`vendor` passes some work on to `subcontractor`."""
    values.setdefault("service", "Galvanising")
    return subcontracts.add(vendor=vendor, subcontractor=subcontractor, by=by, **values)


def make_company(under: Vendor, name: str, *, by: Principal = SYSTEM, **values: Any) -> Vendor:
    """A company that no unit works with."""
    values.setdefault("country", "VN")
    return subcontracts.register(name=name, under=under, by=by, **values)


def unlinked(vendor: Vendor) -> Vendor:
    """The vendor as no unit works with it."""
    VendorUnit.objects.filter(vendor=vendor).delete()
    return vendor
