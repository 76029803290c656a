"""The one row filter: rows of other business units do not exist for whoever asks, nor do those of
engagements that are limited to other people."""

from collections.abc import Collection
from functools import cache
from importlib import import_module
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from audit.errors import Refused
from audit.models import Event

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

    `unit` is the lookup path from the row to its business unit. What belongs to an engagement that
    is limited to others is left out (`open_to`).
    """
    units = principal.units(permission)
    if units is not None:
        condition: dict[str, Any] = {f"{unit}__in": units}
        rows = rows.filter(Q(**condition))
    return open_to(rows, principal)


def open_to(rows: QuerySet[M], principal: Principal) -> QuerySet[M]:
    """`rows` without what belongs to engagements limited to people other than `principal`.

    For selectors whose rule of units is another than that of `for_principal`.
    """
    condition = _limits().condition(rows.model, principal)
    return rows if condition is None else rows.filter(condition)


def open_events(rows: QuerySet[Event], principal: Principal) -> QuerySet[Event]:
    """Events without those about such things. One query more, before they are read."""
    condition = _limits().events(principal)
    return rows if condition is None else rows.filter(condition)


def hidden(principal: Principal, ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids, of whatever events are about, that are not there for `principal`."""
    return _limits().hidden(principal, ids)


def belonging(engagement_ids: Collection[UUID]) -> set[UUID]:
    """The ids of all that events and notifications are about and that is of these engagements."""
    return set(_limits().belonging(engagement_ids))


class _Limits(Protocol):
    """What the module named by ROW_LIMITS offers; `config.row_limits` says more."""

    def condition(self, model: type[Model], principal: Principal) -> Q | None: ...
    def events(self, principal: Principal) -> Q | None: ...
    def hidden(self, principal: Principal, ids: Collection[UUID]) -> set[UUID]: ...
    def belonging(self, engagement_ids: Collection[UUID]) -> QuerySet[Any, Any]: ...


@cache
def _limits() -> _Limits:
    """How tables are limited; reached by name, since the floors above know them."""
    return cast("_Limits", import_module(settings.ROW_LIMITS))


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
