"""What is on record of a vendor beside its scores: the first few of each kind, for its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from accounts.models import BusinessUnit
from accounts.principal import Principal
from vendors.models import (
    Contact,
    Contract,
    Evidence,
    Finding,
    Incident,
    InsurancePolicy,
    Match,
    Statement,
    Subcontract,
    TrainingPerson,
    Vendor,
)
from vendors.selectors.contacts import contacts_of
from vendors.selectors.contracts import contracts_visible_to, policies_of
from vendors.selectors.evidence import evidence_visible_to
from vendors.selectors.finances import statements_of
from vendors.selectors.findings import open_findings_of
from vendors.selectors.incidents import incidents_visible_to
from vendors.selectors.matches import standing_matches_of
from vendors.selectors.subcontracts import subcontracts_visible_to
from vendors.selectors.training import people_visible_to

#: Of each kind shown on the page; one more is read, to know whether there is more.
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Records:
    """The first `SHOWN` + 1 of each kind, as the reader sees them from a unit or over all."""

    findings: Sequence[Finding]
    incidents: Sequence[Incident]
    matches: Sequence[Match]
    contracts: Sequence[Contract]
    policies: Sequence[InsurancePolicy]
    statements: Sequence[Statement]
    subcontracts: Sequence[Subcontract]
    contacts: Sequence[Contact]
    trained: Sequence[TrainingPerson]
    documents: Sequence[Evidence]


def records_of(vendor: Vendor, principal: Principal, unit: BusinessUnit | None) -> Records:
    """Ten queries, whatever there is. The caller has found the vendor among those visible."""

    def few(rows: QuerySet[Any], where: str = "") -> list[Any]:
        if unit is not None and where:
            rows = rows.filter(**{where: unit})
        return list(rows[: SHOWN + 1])

    contracts = contracts_visible_to(principal).filter(engagement__vendor=vendor)
    people = people_visible_to(principal).filter(engagement__vendor=vendor)
    incidents = incidents_visible_to(principal).filter(vendor=vendor)
    if unit is not None:
        incidents = incidents.filter(Q(unit=unit) | Q(shared=True))
    return Records(
        findings=few(open_findings_of(principal, vendor, unit).order_by("due_on", "-pk")),
        incidents=few(incidents.order_by("-found_on", "-pk")),
        matches=few(standing_matches_of(principal, vendor).select_related("watch_list")),
        contracts=few(contracts.order_by("status", "-starts_on", "-pk"), "engagement__unit"),
        policies=few(policies_of(vendor)),
        statements=statements_of(vendor)[: SHOWN + 1],
        subcontracts=few(
            subcontracts_visible_to(principal)
            .filter(vendor=vendor, status=Subcontract.Status.ACTIVE)
            .select_related("subcontractor")
            .order_by("subcontractor__name", "pk")
        ),
        contacts=few(contacts_of(vendor)),
        trained=few(people.order_by("name", "pk"), "engagement__unit"),
        documents=few(
            evidence_visible_to(principal).filter(vendor=vendor, withdrawn_at=None).order_by("-pk"),
            "unit",
        ),
    )
