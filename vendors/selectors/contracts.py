"""Reading contracts, clauses, policies and the estimates beside them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from vendors.models import (
    Clause,
    Contract,
    ContractImport,
    Engagement,
    Exposure,
    IctService,
    InsurancePolicy,
    PersonalData,
    Vendor,
)
from vendors.selectors.master import engagements_visible_to, vendors_visible_to

#: How many contracts a page of a vendor shows of each engagement.
MOST: int = 100


def contracts_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Contract]:
    """Contracts of the units in which `principal` holds `permission`."""
    rows = Contract.objects.select_related("engagement__vendor", "engagement__unit", "amends")
    return for_principal(rows, principal, unit="engagement__unit", permission=permission)


def policies_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[InsurancePolicy]:
    """Policies of the vendors that `principal` sees (or for which it holds `permission`)."""
    vendors = vendors_visible_to(principal, permission)
    return InsurancePolicy.objects.filter(vendor__in=vendors.values("pk")).select_related(
        "vendor", "certificate_seen_by"
    )


def ict_services_visible_to(principal: Principal) -> QuerySet[IctService]:
    """ICT services of engagements that `principal` sees."""
    rows = IctService.objects.select_related("engagement__vendor")
    return for_principal(rows, principal, unit="engagement__unit")


def policies_of(vendor: Vendor) -> QuerySet[InsurancePolicy]:
    """The policies of a vendor that the reader was let through to, the latest period first."""
    rows = InsurancePolicy.objects.filter(vendor=vendor).exclude(status=InsurancePolicy.Status.VOID)
    return rows.select_related("certificate_seen_by").order_by("-expires_on", "pk")


def imports_of_contracts(principal: Principal) -> QuerySet[ContractImport]:
    """Imports into units in which `principal` may edit facts, without the files themselves."""
    return for_principal(
        ContractImport.objects.select_related("unit", "user").defer("content"),
        principal,
        permission=Permission.EDIT_FACTS,
    )


def clauses_of(contract: Contract) -> dict[str, Clause]:
    """The judged points of a contract by key."""
    rows = Clause.objects.filter(contract=contract).select_related("reviewed_by")
    return {row.key: row for row in rows}


@dataclass(frozen=True)
class Recorded:
    """What is recorded of one engagement besides what is asked."""

    engagement: Engagement
    contracts: list[Contract]
    exposure: Exposure | None
    personal_data: PersonalData | None
    ict_service: IctService | None
    # Contract -> status -> how many points.
    statuses: dict[UUID, dict[str, int]]
    # Contract -> how many points counsel has confirmed.
    reviewed: dict[UUID, int]
    # Contract -> how many fallbacks had their deviation approved.
    approved: dict[UUID, int]


def recorded_of(
    vendor: Vendor, principal: Principal, unit: BusinessUnit | None = None
) -> list[Recorded]:
    """Every engagement of the vendor that the reader sees, with its contracts (six queries)."""
    found = engagements_visible_to(principal).filter(vendor=vendor)
    if unit is not None:
        found = found.filter(unit=unit)
    rows = list(found.order_by("status", "title", "pk")[:MOST])
    ids = [row.pk for row in rows]
    contracts: dict[UUID, list[Contract]] = {pk: [] for pk in ids}
    listed = (
        Contract.objects.filter(engagement__in=ids)
        .exclude(status=Contract.Status.VOID)
        .select_related("amends")
        .order_by("created_at", "pk")
    )
    for contract in listed:
        contracts[contract.engagement_id].append(contract)
    statuses, reviewed, approved = _counted(ids)
    exposures = {one.engagement_id: one for one in Exposure.objects.filter(engagement__in=ids)}
    personal = {one.engagement_id: one for one in PersonalData.objects.filter(engagement__in=ids)}
    ict = {one.engagement_id: one for one in IctService.objects.filter(engagement__in=ids)}
    return [
        Recorded(
            row,
            contracts[row.pk],
            exposures.get(row.pk),
            personal.get(row.pk),
            ict.get(row.pk),
            statuses,
            reviewed,
            approved,
        )
        for row in rows
    ]


def _counted(
    engagements: Collection[UUID],
) -> tuple[dict[UUID, dict[str, int]], dict[UUID, int], dict[UUID, int]]:
    """By contract: points per status, points that counsel confirmed, fallbacks approved."""
    rows = (
        Clause.objects.filter(contract__engagement__in=engagements)
        .values("contract", "status")
        .annotate(
            count=Count("pk"),
            seen=Count("pk", filter=Q(reviewed_by__isnull=False)),
            approved=Count("pk", filter=Q(deviation_approved=True, status="fallback")),
        )
        .order_by()
    )
    statuses: dict[UUID, dict[str, int]] = {}
    reviewed: dict[UUID, int] = {}
    approved: dict[UUID, int] = {}
    for row in rows:
        statuses.setdefault(row["contract"], {})[row["status"]] = row["count"]
        reviewed[row["contract"]] = reviewed.get(row["contract"], 0) + row["seen"]
        approved[row["contract"]] = approved.get(row["contract"], 0) + row["approved"]
    return statuses, reviewed, approved


def mains_of(engagement: Engagement) -> QuerySet[Contract]:
    """The contracts of an engagement that an amendment may change."""
    return (
        Contract.objects.filter(engagement=engagement, amends__isnull=True)
        .exclude(status=Contract.Status.VOID)
        .order_by("created_at", "pk")
    )


def policy_on(vendor: Vendor, number: str, valid_from: date) -> InsurancePolicy | None:
    """The policy with this number whose period begins on this day."""
    rows = InsurancePolicy.objects.filter(vendor=vendor, number=number, valid_from=valid_from)
    return rows.first()


def contract_called(engagement: Engagement, reference: str) -> Contract | None:
    """The contract of an engagement with this reference."""
    rows = Contract.objects.filter(engagement=engagement, reference=reference)
    return rows.select_related("engagement").first() if reference else None


def recorded_for(engagement: Engagement, kind: str) -> Any:
    """The exposure, personal_data or ict_service of an engagement; None where none is recorded."""
    model: Any = {
        "exposure": Exposure,
        "personal_data": PersonalData,
        "ict_service": IctService,
    }[kind]
    return model.objects.filter(engagement=engagement).first()


def contracts_with_clauses(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Contract]:
    """Contracts with their judged points at hand; two queries for any number."""
    return contracts_visible_to(principal, permission).prefetch_related("clauses")


def is_contract_taken(pk: UUID) -> bool:
    """Whether any unit has given this id to a contract. Says nothing else about it."""
    return Contract.objects.filter(pk=pk).exists()


def is_policy_taken(pk: UUID) -> bool:
    """Whether this id belongs to a policy of any vendor. Says nothing else about it."""
    return InsurancePolicy.objects.filter(pk=pk).exists()
