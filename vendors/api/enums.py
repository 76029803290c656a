"""The sets of values that the description of the API names (settings, `ENUM_NAME_OVERRIDES`)."""

from typing import Final

from vendors.finding_kinds import KINDS
from vendors.intake import IpKind
from vendors.jurisdictions import Listing, Status
from vendors.models import (
    Clause,
    Contract,
    FinancialProfile,
    Finding,
    Incident,
    InsurancePolicy,
    IpRegistration,
    Match,
    Subcontract,
    WatchList,
)

CLAUSE_STATUS: Final = Clause.Status.values
CONTRACT_STATUS: Final = Contract.Status.values
FINDING_KIND: Final = list(KINDS)
FINDING_SEVERITY: Final = Finding.Severity.values
FINDING_STATUS: Final = Finding.Status.values
INCIDENT_SEVERITY: Final = Incident.Severity.values
INCIDENT_STATUS: Final = Incident.Status.values
IP_KIND: Final = [kind.value for kind in IpKind]
LAW_STATUS: Final = [*(str(one) for one in Status), *(str(one) for one in Listing)]
LISTED_SIDE_KIND: Final = ["person", "organisation"]
MATCH_STATUS: Final = Match.Status.values
MODEL_CHOSEN: Final = ["", *FinancialProfile.Model.values]
POLICY_KIND: Final = InsurancePolicy.Kind.values
POLICY_STATUS: Final = InsurancePolicy.Status.values
REGISTRATION_STATUS: Final = IpRegistration.Status.values
SUBCONTRACT_STATUS: Final = Subcontract.Status.values
WATCH_LIST_KIND: Final = WatchList.Kind.values
