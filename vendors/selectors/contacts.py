"""Reading a vendor's contacts."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from vendors.models import Contact, Vendor
from vendors.selectors.master import vendors_visible_to


def contacts_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Contact]:
    """The contacts of vendors linked to a unit in which `principal` holds `permission`."""
    vendors = vendors_visible_to(principal, permission)
    return Contact.objects.filter(vendor__in=vendors).select_related("vendor")


def contacts_of(vendor: Vendor) -> QuerySet[Contact]:
    """The contacts of a vendor, those who are active first, by name."""
    return Contact.objects.filter(vendor=vendor).order_by("-is_active", "name", "pk")


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """Contact id as text -> name; one query."""
    wanted = [one for one in ids if one]
    if not wanted:
        return {}
    return {str(one.pk): str(one) for one in Contact.objects.filter(pk__in=wanted)}


def ids_like(text: str) -> list[str]:
    """The ids of at most 100 contacts whose name or address has `text` in it."""
    found = Contact.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))
    return [str(pk) for pk in found.values_list("pk", flat=True)[:100]]
