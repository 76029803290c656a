"""The one row filter: rows of other business units do not exist for whoever asks."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from audit.errors import Refused

M = TypeVar("M", bound=Model)


class NotAllowed(Refused):
    """The one who asks can see this, but may not do that."""

    status = 403
    code = "not_allowed"


def for_principal(
    rows: QuerySet[M],
    principal: Principal,
    *,
    unit: str = "unit",
    permission: Permission = Permission.VIEW,
) -> QuerySet[M]:
    """`rows` cut down to the units in which `principal` holds `permission`.

    `unit` is the lookup path from the row to its business unit.
    """
    units = principal.units(permission)
    if units is None:
        return rows
    condition: dict[str, Any] = {f"{unit}__in": units}
    return rows.filter(Q(**condition))


def require(principal: Principal, permission: Permission, unit_id: UUID | None = None) -> None:
    """Raise NotAllowed unless `principal` holds `permission` in that unit (or in any)."""
    if not principal.can(permission, unit_id):
        raise NotAllowed(_("Your role does not allow this."), permission=permission.value)


def require_everywhere(principal: Principal, permission: Permission) -> None:
    """Raise NotAllowed unless `principal` holds `permission` in all business units."""
    if principal.units(permission) is not None:
        raise NotAllowed(
            _("This concerns all business units, and your role does not."),
            permission=permission.value,
        )
