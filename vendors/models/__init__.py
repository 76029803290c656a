"""Tables about vendors and what they are engaged for."""

from vendors.models.engagement import Engagement
from vendors.models.imports import VendorImport
from vendors.models.vendor import ExternalId, Vendor, VendorUnit

__all__ = ["Engagement", "ExternalId", "Vendor", "VendorImport", "VendorUnit"]
