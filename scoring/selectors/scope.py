"""Which standings and roll-ups answer someone: those of one unit, or those over all units."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from accounts.statements import Statement
from scoring.models import Standing
from scoring.models.standing import ALL_UNITS
from vendors.models import VendorUnit


def unit_filter(
    principal: Principal, unit: BusinessUnit | None, permission: Permission = Permission.VIEW
) -> dict[str, Any]:
    """The condition on `unit` of roll-ups and standings.

    Raises NotAllowed for a unit that is not theirs, and for all units (None) unless they see all.
    """
    if unit is not None and principal.can(permission, unit.pk):
        return {"unit": unit.pk}
    if unit is None and principal.units(permission) is None:
        return {"unit__isnull": True}
    raise NotAllowed(_("Your role does not allow this."), permission=permission.value)


def standings_visible_to(
    principal: Principal,
    unit: BusinessUnit | None = None,
    permission: Permission = Permission.VIEW,
    *,
    day: date | None = None,
) -> QuerySet[Standing]:
    """The standings as `principal` sees them, the present ones or those at the end of `day`.

    One row per vendor. With `unit`, those of that unit (none if it is not theirs). Without: over
    all units for those who see all, and otherwise each vendor's worst standing in the units they
    see.
    """
    rows = Standing.objects.filter(valid_to__isnull=True)
    if day is not None:
        held = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
        rows = Standing.objects.filter(held, valid_from__lte=day)
    units = principal.units(permission)
    if unit is not None:
        return rows.filter(scope=unit.pk) if principal.can(permission, unit.pk) else rows.none()
    if units is None:
        return rows.filter(scope=ALL_UNITS)
    if len(units) == 1:
        return rows.filter(scope=next(iter(units)))
    worse = rows.filter(vendor=OuterRef("vendor"), scope__in=units).filter(
        Q(sort_points__gt=OuterRef("sort_points"))
        | Q(sort_points=OuterRef("sort_points"), pk__gt=OuterRef("pk"))
    )
    return rows.filter(~Exists(worse), scope__in=units)


_ELSEWHERE: Final = Statement(
    lambda principal, vendor_id: (
        VendorUnit.objects.filter(vendor=vendor_id)
        .exclude(unit__in=principal.units())
        .only("pk")[:1]
    )
)


def is_partial(principal: Principal, vendor_id: UUID, unit: BusinessUnit | None) -> bool:
    """Whether the vendor also works with units whose scores are not in what they see."""
    if unit is not None:
        return VendorUnit.objects.filter(vendor=vendor_id).exclude(unit=unit).exists()
    return principal.units() is not None and bool(_ELSEWHERE.rows(principal, vendor_id))
