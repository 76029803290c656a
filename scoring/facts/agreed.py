"""Contracts as the pure indicators take them, read for many engagements at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from scoring.indicators.contract import ClauseFact, ContractFact
from vendors.models import Clause, Contract
from vendors.services.contracts import term_of


def contracts_of(engagements: Iterable[UUID]) -> dict[UUID, list[Contract]]:
    """Engagement -> its contracts, without those entered by mistake (one query)."""
    found: dict[UUID, list[Contract]] = defaultdict(list)
    rows = Contract.objects.filter(engagement__in=list(engagements)).exclude(
        status=Contract.Status.VOID
    )
    for row in rows.order_by("pk"):
        found[row.engagement_id].append(row)
    return found


def clauses_of(contracts: Iterable[UUID]) -> dict[UUID, dict[str, ClauseFact]]:
    """Contract -> key -> how the point is settled (one query)."""
    found: dict[UUID, dict[str, ClauseFact]] = defaultdict(dict)
    for row in Clause.objects.filter(contract__in=list(contracts)):
        found[row.contract_id][row.key] = ClauseFact(
            row.status,
            reviewed=row.reviewed_by_id is not None,
            approved=row.deviation_approved,
            no_assignment=row.no_assignment,
        )
    return found


def fact(contract: Contract, clauses: Mapping[str, ClauseFact] | None = None) -> ContractFact:
    """One contract."""
    return ContractFact(
        key=str(contract.pk),
        title=contract.title,
        status=contract.status,
        term=term_of(contract),
        amends=str(contract.amends_id) if contract.amends_id else None,
        signed_on=contract.signed_on,
        kept=bool(contract.kept_at),
        clauses=clauses,
    )
