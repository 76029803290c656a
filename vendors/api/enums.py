"""The sets of values that the description of the API names (`config.api_names`)."""

from typing import Final

from vendors.clauses import checklist
from vendors.finding_kinds import KINDS
from vendors.intake import SERVICES, IpKind
from vendors.jurisdictions import Listing, Status
from vendors.models import (
    Clause,
    Contract,
    Disclosure,
    Engagement,
    ExchangeRate,
    FinancialProfile,
    Finding,
    Incident,
    InsurancePolicy,
    IpAsset,
    IpRegistration,
    Match,
    MonitoringCheck,
    MonitoringItem,
    Offboarding,
    OffboardingLine,
    PersonalData,
    SiteAudit,
    Statement,
    Subcontract,
    TrainingTopic,
    Vendor,
    VendorAlias,
    WatchList,
)

ALIAS_KIND: Final = VendorAlias.Kind.values
CHECK_FINDING: Final = MonitoringCheck.Finding.values
CLAUSE_KEY: Final = list(checklist().by_key)
CLAUSE_STATUS: Final = Clause.Status.values
CONTRACT_STATUS: Final = Contract.Status.values
DATA_ROLE: Final = PersonalData.Role.values
DISCLOSURE_OUTCOME: Final = Disclosure.Outcome.values
DISCLOSURE_WAY: Final = Disclosure.How.values
ENGAGEMENT_STATUS: Final = Engagement.Status.values
FINDING_KIND: Final = list(KINDS)
FINDING_SEVERITY: Final = Finding.Severity.values
FINDING_STATUS: Final = Finding.Status.values
IF_NONE: Final = ["*"]
INCIDENT_FOUND: Final = Incident.Found.values
INCIDENT_SEVERITY: Final = Incident.Severity.values
INCIDENT_STATUS: Final = Incident.Status.values
IP_KIND: Final = [kind.value for kind in IpKind]
IP_RIGHT: Final = ["", *IpAsset.Right.values]
LAW_STATUS: Final = [*(str(one) for one in Status), *(str(one) for one in Listing)]
LISTED_SIDE_KIND: Final = ["person", "organisation"]
MATCH_STATUS: Final = Match.Status.values
MODEL_CHOSEN: Final = ["", *FinancialProfile.Model.values]
MONITORING_RHYTHM: Final = MonitoringItem.Every.values
NEEDED_OF: Final = TrainingTopic.NeededOf.values
OFFBOARDING_STATUS: Final = Offboarding.Status.values
OFFBOARDING_LINE_STATUS: Final = OffboardingLine.Status.values
POLICY_KIND: Final = InsurancePolicy.Kind.values
POLICY_STATUS: Final = InsurancePolicy.Status.values
RATE_BASE: Final = ExchangeRate.Base.values
REGISTRATION_STATUS: Final = IpRegistration.Status.values
SERVICE: Final = list(SERVICES)
SITE_AUDIT_RESULT: Final = SiteAudit.Result.values
STATEMENT_SCOPE: Final = Statement.Scope.values
SUBCONTRACT_STATUS: Final = Subcontract.Status.values
VENDOR_STATUS_WANTED: Final = [Vendor.Status.ACTIVE.value, Vendor.Status.ARCHIVED.value]
WATCHED: Final = MonitoringItem.Watched.values
WATCH_LIST_KIND: Final = WatchList.Kind.values
