"""Tables about vendors, what they are engaged for, and what is recorded of them."""

from vendors.models.engagement import Engagement
from vendors.models.finding import Finding
from vendors.models.imports import VendorImport
from vendors.models.ip import Disclosure, IpAsset, IpRegistration
from vendors.models.site import Site
from vendors.models.site_audit import SiteAudit
from vendors.models.subcontract import Subcontract
from vendors.models.vendor import ExternalId, Vendor, VendorUnit

__all__ = [
    "Disclosure",
    "Engagement",
    "ExternalId",
    "Finding",
    "IpAsset",
    "IpRegistration",
    "Site",
    "SiteAudit",
    "Subcontract",
    "Vendor",
    "VendorImport",
    "VendorUnit",
]
