"""Reading vendors, engagements and imports: only what whoever asks may see."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from accounts.selectors import units_visible_to
from vendors.master_data import external_ref
from vendors.models import Engagement, ExternalId, Vendor, VendorImport, VendorUnit


def vendors_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Vendor]:
    """Vendors linked to a unit in which `principal` holds `permission`.

    One that was merged into another is none any more: the other stands for it.
    """
    rows = Vendor.objects.filter(merged_into=None)
    units = principal.units(permission)
    if units is None:
        return rows
    linked = VendorUnit.objects.filter(vendor=OuterRef("pk"), unit__in=units)
    return rows.filter(Exists(linked))


def engagements_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Engagement]:
    """Engagements of the units in which `principal` holds `permission`."""
    return for_principal(
        Engagement.objects.select_related("vendor", "unit"), principal, permission=permission
    )


def engagements_of(
    vendor: Vendor, principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Engagement]:
    """A vendor's engagements that the reader sees, with `seen_owner`: the address of whoever looks
    after the vendor in the unit of each."""
    link = VendorUnit.objects.filter(vendor=OuterRef("vendor"), unit=OuterRef("unit"))
    owner = Coalesce(Subquery(link.values("owner__email")[:1]), Value(""))
    rows = engagements_visible_to(principal, permission).filter(vendor=vendor)
    return rows.annotate(seen_owner=owner)


def taken_engagement(pk: UUID) -> bool:
    """Whether this id belongs to an engagement of any vendor. Says nothing else about it."""
    return Engagement.objects.filter(pk=pk).exists()


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
    """The units for which `principal` edits vendors and that do not work with `vendor` yet.

    Sample data and what is real are kept apart.
    """
    rows = units_visible_to(principal, Permission.EDIT_VENDORS).filter(sample=vendor.sample)
    return rows.exclude(pk__in=VendorUnit.objects.filter(vendor=vendor).values("unit"))


def by_external_id(principal: Principal, system: str, value: str) -> Vendor | None:
    """The vendor with this id in `system`, however the two are written."""
    system, key = external_ref(system, value)
    found = ExternalId.objects.filter(system=system, key=key).values("vendor")
    return vendors_visible_to(principal).filter(pk__in=found).first()
