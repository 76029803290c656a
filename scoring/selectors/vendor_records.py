"""What is on record of a vendor beside its scores: the first few of each kind, for its page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, JSONObject

from accounts.models import BusinessUnit
from accounts.principal import Principal
from vendors.models import Subcontract, Vendor
from vendors.selectors.contacts import contacts_of
from vendors.selectors.contracts import contracts_visible_to, policies_of
from vendors.selectors.evidence import evidence_visible_to
from vendors.selectors.finances import counting_statements
from vendors.selectors.findings import open_findings_of
from vendors.selectors.incidents import incidents_visible_to
from vendors.selectors.matches import standing_matches_of
from vendors.selectors.subcontracts import subcontracts_visible_to
from vendors.selectors.training import people_visible_to

#: Of each kind shown on the page; one more is read, to know whether there is more.
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding that is open; `owner`: a name."""

    pk: UUID
    title: str
    severity: str
    status: str
    due_on: date | None
    owner: str | None


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """An incident."""

    pk: UUID
    title: str
    severity: str
    status: str
    found_on: date
    found_how: str


@dataclass(frozen=True, slots=True)
class MatchRecord:
    """A match that waits or is confirmed; `watch_list`: its title."""

    pk: UUID
    listed_name: str
    side: str
    status: str
    watch_list: str


@dataclass(frozen=True, slots=True)
class ContractRecord:
    """A contract; `engagement`: its title."""

    pk: UUID
    title: str
    status: str
    engagement: str
    term_ends_on: date | None
    notice_on: date | None


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """A policy; `limit`: for the period, as digits."""

    pk: UUID
    kind: str
    insurer: str
    status: str
    limit: str
    currency: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """An annual statement that counts, or a refusal."""

    pk: UUID
    fiscal_year: int
    source: str
    scope: str
    declined: bool
    going_concern_doubt: bool


@dataclass(frozen=True, slots=True)
class SubcontractRecord:
    """A subcontract that is going on; `subcontractor`: a name."""

    pk: UUID
    subcontractor: str
    service: str
    flowed_down: bool | None


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """Somebody to write to."""

    pk: UUID
    name: str
    position: str
    email: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class TrainedRecord:
    """Somebody whose training is on record."""

    pk: UUID
    name: str
    job: str


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document that was not withdrawn."""

    pk: UUID
    title: str
    kind: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Records:
    """The first `SHOWN` + 1 of each kind, as the reader sees them from a unit or over all."""

    findings: Sequence[FindingRecord]
    incidents: Sequence[IncidentRecord]
    matches: Sequence[MatchRecord]
    contracts: Sequence[ContractRecord]
    policies: Sequence[PolicyRecord]
    statements: Sequence[StatementRecord]
    subcontracts: Sequence[SubcontractRecord]
    contacts: Sequence[ContactRecord]
    trained: Sequence[TrainedRecord]
    documents: Sequence[DocumentRecord]


#: Name in `Records` -> what it is made of.
_KINDS: Final[Mapping[str, type[Any]]] = {
    "findings": FindingRecord,
    "incidents": IncidentRecord,
    "matches": MatchRecord,
    "contracts": ContractRecord,
    "policies": PolicyRecord,
    "statements": StatementRecord,
    "subcontracts": SubcontractRecord,
    "contacts": ContactRecord,
    "trained": TrainedRecord,
    "documents": DocumentRecord,
}


def records_of(vendor: Vendor, principal: Principal, unit: BusinessUnit | None) -> Records:
    """One query, whatever there is. The caller has found the vendor among those visible."""
    first, *rest = (_part(key, rows, paths) for key, rows, paths in _rows(vendor, principal, unit))
    found: dict[str, list[Any]] = defaultdict(list)
    for key, pk, said in first.union(*rest, all=True):
        found[key].append(_KINDS[key](pk=pk, **_typed(said)))
    return Records(**{key: found[key] for key in _KINDS})


def _part(key: str, rows: QuerySet[Any], paths: Mapping[str, Any]) -> QuerySet[Any, Any]:
    """The first of a kind; `paths`: where a field of its record is not that of the row."""
    names = [field.name for field in fields(_KINDS[key]) if field.name != "pk"]
    said = JSONObject(**{name: paths.get(name, name) for name in names})
    found: QuerySet[Any, Any] = rows.values_list(Value(key, CharField()), "pk", said)
    return found[: SHOWN + 1]


def _typed(said: Mapping[str, Any]) -> dict[str, Any]:
    """JSON knows no days: what holds one is named so."""
    return {
        name: date.fromisoformat(value) if value and name.endswith("_on") else value
        for name, value in said.items()
    }


def _rows(
    vendor: Vendor, principal: Principal, unit: BusinessUnit | None
) -> Iterator[tuple[str, QuerySet[Any], Mapping[str, Any]]]:
    """Each kind: all its rows in their order, and the paths to fields named otherwise."""

    def of_unit(rows: QuerySet[Any], where: str) -> QuerySet[Any]:
        return rows if unit is None else rows.filter(**{where: unit})

    findings = open_findings_of(principal, vendor, unit)
    yield "findings", findings.order_by("due_on", "-pk"), {"owner": "owner__name"}
    incidents = incidents_visible_to(principal).filter(vendor=vendor)
    if unit is not None:
        incidents = incidents.filter(Q(unit=unit) | Q(shared=True))
    yield "incidents", incidents.order_by("-found_on", "-pk"), {}
    yield "matches", standing_matches_of(vendor), {"watch_list": "watch_list__title"}
    contracts = contracts_visible_to(principal).filter(engagement__vendor=vendor)
    contracts = of_unit(contracts, "engagement__unit").order_by("status", "-starts_on", "-pk")
    yield "contracts", contracts, {"engagement": "engagement__title"}
    yield "policies", policies_of(vendor), {"limit": Cast("limit", CharField())}
    yield "statements", counting_statements(vendor), {}
    subcontracts = subcontracts_visible_to(principal).filter(
        vendor=vendor, status=Subcontract.Status.ACTIVE
    )
    subcontracts = subcontracts.order_by("subcontractor__name", "pk")
    yield "subcontracts", subcontracts, {"subcontractor": "subcontractor__name"}
    yield "contacts", contacts_of(vendor), {}
    trained = people_visible_to(principal).filter(engagement__vendor=vendor)
    yield "trained", of_unit(trained, "engagement__unit").order_by("name", "pk"), {}
    documents = evidence_visible_to(principal).filter(vendor=vendor, withdrawn_at=None)
    yield "documents", of_unit(documents, "unit").order_by("-pk"), {}
