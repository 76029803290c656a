"""Tables about vendors, what they are engaged for, and what is recorded of them."""

from vendors.models.certificate import Certificate
from vendors.models.clause import Clause
from vendors.models.contact import Contact
from vendors.models.contract import Contract
from vendors.models.contract_import import ContractImport
from vendors.models.engagement import Engagement
from vendors.models.evidence import ErasedFile, Evidence, EvidenceFile
from vendors.models.finding import Finding, FindingDue, FindingRule
from vendors.models.hold import LegalHold
from vendors.models.imports import VendorImport
from vendors.models.incident import Incident, IncidentEvidence, IncidentMeasure, IncidentNote
from vendors.models.insurance import InsurancePolicy
from vendors.models.ip import Disclosure, IpAsset, IpRegistration
from vendors.models.ip_import import IpImport
from vendors.models.law import (
    Country,
    CountryRating,
    IndexEdition,
    IndexFigure,
    LawFact,
    LawRelease,
)
from vendors.models.legal_note import LegalNote
from vendors.models.limit import EngagementPerson
from vendors.models.loss import Exposure
from vendors.models.merge import MergeJob, MergeRecord, NotTheSame
from vendors.models.monitoring import MonitoringCheck, MonitoringItem
from vendors.models.offboarding import Offboarding, OffboardingLine
from vendors.models.owner import Owner, VendorAlias
from vendors.models.rate import ExchangeRate, PriceIndex
from vendors.models.regulated import IctService, PersonalData
from vendors.models.reminder import Reminder
from vendors.models.screening import Match, MatchStep, Screening, ScreeningDue, ScreeningRun
from vendors.models.site import Site
from vendors.models.site_audit import SiteAudit
from vendors.models.statement import FinanceImport, FinancialProfile, Statement
from vendors.models.subcontract import Subcontract
from vendors.models.subcontract_import import SubcontractImport
from vendors.models.training import TrainingPerson, TrainingRecord, TrainingTopic
from vendors.models.vendor import ExternalId, Vendor, VendorUnit
from vendors.models.watch_list import (
    ListEntry,
    ListEntryEnd,
    ListUpload,
    ListVersion,
    WatchList,
)

__all__ = [
    "Certificate",
    "Clause",
    "Contact",
    "Contract",
    "ContractImport",
    "Country",
    "CountryRating",
    "Disclosure",
    "Engagement",
    "EngagementPerson",
    "ErasedFile",
    "Evidence",
    "EvidenceFile",
    "ExchangeRate",
    "Exposure",
    "ExternalId",
    "FinanceImport",
    "FinancialProfile",
    "Finding",
    "FindingDue",
    "FindingRule",
    "IctService",
    "Incident",
    "IncidentEvidence",
    "IncidentMeasure",
    "IncidentNote",
    "IndexEdition",
    "IndexFigure",
    "InsurancePolicy",
    "IpAsset",
    "IpImport",
    "IpRegistration",
    "LawFact",
    "LawRelease",
    "LegalHold",
    "LegalNote",
    "ListEntry",
    "ListEntryEnd",
    "ListUpload",
    "ListVersion",
    "Match",
    "MatchStep",
    "MergeJob",
    "MergeRecord",
    "MonitoringCheck",
    "MonitoringItem",
    "NotTheSame",
    "Offboarding",
    "OffboardingLine",
    "Owner",
    "PersonalData",
    "PriceIndex",
    "Reminder",
    "Screening",
    "ScreeningDue",
    "ScreeningRun",
    "Site",
    "SiteAudit",
    "Statement",
    "Subcontract",
    "SubcontractImport",
    "TrainingPerson",
    "TrainingRecord",
    "TrainingTopic",
    "Vendor",
    "VendorAlias",
    "VendorImport",
    "VendorUnit",
    "WatchList",
]
