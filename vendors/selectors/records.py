"""A vendor with all that belongs to its record, and the tag of that."""

from django.db.models import Prefetch, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from vendors.models import Vendor, VendorUnit
from vendors.record_tags import record_tag
from vendors.selectors.master import vendors_visible_to


def records_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Vendor]:
    """Vendors with their ids, other names and, as `seen_links`, the units that the reader sees."""
    units = principal.units(permission)
    links = VendorUnit.objects.select_related("unit").order_by("unit__code")
    if units is not None:
        links = links.filter(unit__in=units)
    return vendors_visible_to(principal, permission).prefetch_related(
        "external_ids", "aliases", Prefetch("unit_links", links, to_attr="seen_links")
    )


def tag_of(vendor: Vendor) -> str:
    """The ETag of a vendor that `records_visible_to` gave."""
    links: list[VendorUnit] = vendor.seen_links  # type: ignore[attr-defined]
    return record_tag(
        vendor.version,
        ((one.system, one.key) for one in vendor.external_ids.all()),
        ((one.name, one.kind) for one in vendor.aliases.all()),
        ((one.unit_id, one.category) for one in links),
    )
