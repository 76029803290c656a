"""Tables about vendors, what they are engaged for, and what is recorded of them."""

from vendors.models.engagement import Engagement
from vendors.models.imports import VendorImport
from vendors.models.site import Site
from vendors.models.subcontract import Subcontract
from vendors.models.vendor import ExternalId, Vendor, VendorUnit

__all__ = [
    "Engagement",
    "ExternalId",
    "Site",
    "Subcontract",
    "Vendor",
    "VendorImport",
    "VendorUnit",
]
