"""Reading IP schedules: assets with their registrations, and disclosures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from vendors.models import (
    Disclosure,
    Engagement,
    IpAsset,
    IpImport,
    IpRegistration,
    Site,
    Subcontract,
)
from vendors.registrations import Registration, needs_registration

_IN_ORDER = Prefetch(
    "registrations",
    IpRegistration.objects.order_by("territory", "number", "pk"),
    to_attr="in_order",
)


def assets_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[IpAsset]:
    """Assets of the units in which `principal` holds `permission`, with their registrations."""
    rows = IpAsset.objects.select_related("unit").prefetch_related(_IN_ORDER)
    return for_principal(rows, principal, permission=permission)


def imports_visible_to(principal: Principal, permission: Permission) -> QuerySet[IpImport]:
    """Long lists of engagements of the units in which `principal` holds `permission`."""
    return for_principal(
        IpImport.objects.select_related("engagement__vendor", "user"),
        principal,
        permission=permission,
        unit="engagement__unit",
    )


def disclosures_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Disclosure]:
    """Disclosures in engagements of the units in which `principal` holds `permission`."""
    rows = Disclosure.objects.select_related(
        "engagement",
        "engagement__vendor",
        "engagement__unit",
        "site",
        "subcontract",
        "subcontract__subcontractor",
    )
    return for_principal(rows, principal, unit="engagement__unit", permission=permission)


def assets_of(engagements: Iterable[Engagement]) -> Mapping[UUID, Sequence[IpAsset]]:
    """The assets entrusted in each engagement, by name, with registrations; in two queries."""
    found: dict[UUID, list[IpAsset]] = {one.pk: [] for one in engagements}
    links = (
        IpAsset.engagements.through.objects.filter(engagement__in=found)
        .select_related("ipasset")
        .order_by("ipasset__name", "ipasset_id")
    )
    rows = [(link.engagement_id, link.ipasset) for link in links]
    by_asset: dict[UUID, list[IpRegistration]] = defaultdict(list)
    for one in IpRegistration.objects.filter(asset__in={asset.pk for _pk, asset in rows}).order_by(
        "territory", "number", "pk"
    ):
        by_asset[one.asset_id].append(one)
    for engagement_id, asset in rows:
        asset.in_order = by_asset[asset.pk]  # type: ignore[attr-defined]
        found[engagement_id].append(asset)
    return found


def disclosures_of(engagements: Iterable[Engagement]) -> Mapping[UUID, Sequence[Disclosure]]:
    """What was disclosed in each engagement, the latest first; in one query."""
    found: dict[UUID, list[Disclosure]] = {one.pk: [] for one in engagements}
    rows = Disclosure.objects.filter(engagement__in=found).select_related(
        "site", "subcontract", "subcontract__subcontractor"
    )
    for row in rows.order_by("-disclosed_on", "-pk"):
        found[row.engagement_id].append(row)
    return found


def registrations_of(asset: IpAsset) -> tuple[Registration, ...]:
    """The entries of an asset that one of these selectors gave, as the rules take them."""
    rows: Sequence[IpRegistration] = asset.in_order  # type: ignore[attr-defined]
    return tuple(
        Registration(row.territory, row.status, row.number, row.granted_on, row.expires_on)
        for row in rows
    )


def is_needed(asset: IpAsset) -> bool:
    """Whether the asset is to be registered where the work is done."""
    return needs_registration(asset.kind, asset.unregistered_because)


def outstanding(ended: bool, today: date) -> Q:
    """Disclosures that should have come back by now, of engagements that have (not) `ended`."""
    late = Q(return_by__lt=today)
    if ended:
        late |= Q(return_by__isnull=True)
    return Q(outcome=Disclosure.Outcome.HELD) & late


def is_outstanding(disclosure: Disclosure, engagement: Engagement, today: date) -> bool:
    """Whether it should have come back by now: its day has passed, or the work has ended."""
    if disclosure.outcome != Disclosure.Outcome.HELD:
        return False
    if disclosure.return_by is not None:
        return disclosure.return_by < today
    return engagement.status == Engagement.Status.ENDED


def others_of_unit(engagement: Engagement) -> QuerySet[IpAsset]:
    """The assets of the engagement's unit that are not on its schedule yet, by name."""
    return (
        IpAsset.objects.filter(unit=engagement.unit_id)
        .exclude(engagements=engagement)
        .order_by("name", "pk")
    )


def disclosure_targets(engagement: Engagement) -> tuple[QuerySet[Site], QuerySet[Subcontract]]:
    """(sites, subcontracts) to which something of an engagement may have gone."""
    below = Subcontract.objects.filter(vendor=engagement.vendor_id)
    sites = Site.objects.filter(
        Q(vendor=engagement.vendor_id) | Q(vendor__in=below.values("subcontractor"))
    )
    subcontracts = below.filter(Q(engagement=engagement) | Q(engagement__isnull=True))
    return (
        sites.order_by("name", "pk"),
        subcontracts.select_related("subcontractor").order_by("subcontractor__name", "pk"),
    )


def asset_ids_of(disclosure: Disclosure) -> list[UUID]:
    """The ids of what was disclosed; without a query where the assets were fetched along."""
    return sorted(asset.pk for asset in disclosure.assets.all())


def taken_asset_ids(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these ids any unit has given to an asset. Says nothing else about it."""
    return set(IpAsset.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))


def taken_disclosure_ids(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these ids any unit has given to a disclosure. Says nothing else about it."""
    return set(Disclosure.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))
