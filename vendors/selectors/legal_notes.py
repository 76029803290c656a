"""Reading notes of the legal reviewers: privileged ones for those only who may read them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from vendors.models import LegalNote
from vendors.selectors.merges import all_ids_of


def notes_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[LegalNote]:
    """The notes of the units in which they hold `permission`, privileged ones only where they hold
    PRIVILEGE too. Programs read none: a scope is nobody's counsel."""
    rows = LegalNote.objects.select_related("vendor", "unit", "engagement", "written_by")
    if principal.kind != "user":
        return rows.none()
    rows = for_principal(rows, principal, permission=permission)
    privy = principal.units(Permission.PRIVILEGE)
    return rows if privy is None else rows.filter(Q(privileged=False) | Q(unit__in=privy))


def notes_about(principal: Principal, about_id: UUID) -> list[LegalNote]:
    """Those about one thing, the latest first."""
    return list(notes_visible_to(principal).filter(about_id=about_id).order_by("-pk"))


def notes_of_vendor(principal: Principal, vendor_id: UUID) -> QuerySet[LegalNote]:
    """Those about a vendor and all that belongs to it, the latest first."""
    return notes_visible_to(principal).filter(vendor__in=all_ids_of(vendor_id)).order_by("-pk")
