"""Tables about vendors, what they are engaged for, and what is recorded of them."""

from vendors.models.engagement import Engagement
from vendors.models.finding import Finding
from vendors.models.imports import VendorImport
from vendors.models.ip import Disclosure, IpAsset, IpRegistration
from vendors.models.rate import ExchangeRate, PriceIndex
from vendors.models.site import Site
from vendors.models.site_audit import SiteAudit
from vendors.models.statement import FinanceImport, FinancialProfile, Statement
from vendors.models.subcontract import Subcontract
from vendors.models.vendor import ExternalId, Vendor, VendorUnit

__all__ = [
    "Disclosure",
    "Engagement",
    "ExchangeRate",
    "ExternalId",
    "FinanceImport",
    "FinancialProfile",
    "Finding",
    "IpAsset",
    "IpRegistration",
    "PriceIndex",
    "Site",
    "SiteAudit",
    "Statement",
    "Subcontract",
    "Vendor",
    "VendorImport",
    "VendorUnit",
]
