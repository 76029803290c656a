"""Reading vendors, engagements and imports: only what whoever asks may see."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from accounts.selectors import units_visible_to
from vendors.master_data import is_worldwide, registration_key
from vendors.models import Engagement, ExternalId, Vendor, VendorImport, VendorUnit

#: Names at least this much alike (share of three-letter pieces) are worth a second look.
ALIKE = 0.5


def vendors_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Vendor]:
    """Vendors linked to a unit in which `principal` holds `permission`."""
    units = principal.units(permission)
    if units is None:
        return Vendor.objects.all()
    linked = VendorUnit.objects.filter(vendor=OuterRef("pk"), unit__in=units)
    return Vendor.objects.filter(Exists(linked))


def engagements_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Engagement]:
    """Engagements of the units in which `principal` holds `permission`."""
    return for_principal(
        Engagement.objects.select_related("vendor", "unit"), principal, permission=permission
    )


def without_engagement(unit: BusinessUnit) -> QuerySet[Vendor]:
    """Active vendors that `unit` works with and has no engagement for, by name."""
    engaged = Engagement.objects.filter(vendor=OuterRef("pk"), unit=unit)
    rows = Vendor.objects.filter(unit_links__unit=unit, status=Vendor.Status.ACTIVE)
    return rows.filter(~Exists(engaged)).order_by("name", "pk")


def imports_visible_to(principal: Principal) -> QuerySet[VendorImport]:
    """Imports into units for which `principal` may import, without the files themselves."""
    return for_principal(
        VendorImport.objects.select_related("unit", "user").defer("content"),
        principal,
        permission=Permission.IMPORT_VENDORS,
    )


def links_of(
    vendor: Vendor, principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[VendorUnit]:
    """The units that work with `vendor`, of those in which `principal` holds `permission`."""
    rows = for_principal(VendorUnit.objects.filter(vendor=vendor), principal, permission=permission)
    return rows.select_related("unit", "owner").order_by("unit__name")


def units_to_link(vendor: Vendor, principal: Principal) -> QuerySet[BusinessUnit]:
    """The units for which `principal` edits vendors and that do not work with `vendor` yet."""
    return units_visible_to(principal, Permission.EDIT_VENDORS).exclude(
        pk__in=VendorUnit.objects.filter(vendor=vendor).values("unit")
    )


def by_external_id(principal: Principal, system: str, key: str) -> Vendor | None:
    """The vendor with this id (`key` as `master_data.external_key` gives it) in `system`."""
    found = ExternalId.objects.filter(system=system, key=key).values("vendor")
    return vendors_visible_to(principal).filter(pk__in=found).first()


@dataclass(frozen=True)
class Lookalike:
    """A vendor there is already. Of one in other units only the name and the country are told."""

    id: UUID
    name: str
    country: str
    reason: str  # "registration_number", "lei" or "name"
    visible: bool
    archived: bool
    in_unit: bool


def lookalikes(
    principal: Principal,
    *,
    unit: BusinessUnit | None,
    name: str,
    country: str = "",
    registration_number: str = "",
    lei: str = "",
    leave_out: Collection[UUID] = (),
) -> list[Lookalike]:
    """Vendors that may be the one described, the surest first; at most ten.

    Same registration number and country (an ISIN needs none), same LEI, or a very similar name in
    the same country, or where either has none.
    """
    key = registration_key(registration_number)
    same_number = Q(pk__in=())
    if key:
        same_number = Q(registration_key=key)
        if not is_worldwide(key) and country:
            same_number &= Q(country__in=(country, ""))
    same_lei = Q(lei=lei) if lei else Q(pk__in=())
    # The index finds rows at the server's own, lower threshold; the exact likeness is then
    # computed for those few.
    alike = Q(name__trigram_similar=name, alike__gte=ALIKE) | Q(name=name)
    if country:
        alike &= Q(country__in=(country, ""))
    rows = (
        Vendor.objects.exclude(pk__in=leave_out)
        .annotate(alike=TrigramSimilarity("name", name))
        .filter(same_number | same_lei | alike)
        .order_by("-alike", "pk")[:30]
    )
    found = list(rows)
    visible = set(
        vendors_visible_to(principal)
        .filter(pk__in=[row.pk for row in found])
        .values_list("pk", flat=True)
    )
    in_unit = set(
        VendorUnit.objects.filter(vendor__in=found, unit=unit).values_list("vendor", flat=True)
        if unit
        else ()
    )

    def reason(row: Vendor) -> str:
        if lei and row.lei == lei:
            return "lei"
        if key and row.registration_key == key:
            return "registration_number"
        return "name"

    seen = [
        Lookalike(
            id=row.pk,
            name=row.name,
            country=row.country.code or "",
            reason=reason(row),
            visible=row.pk in visible,
            archived=row.status == Vendor.Status.ARCHIVED,
            in_unit=row.pk in in_unit,
        )
        for row in found
    ]
    return sorted(seen, key=lambda one: one.reason == "name")[:10]
