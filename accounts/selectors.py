"""Reading people, units and clients."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import ApiClient, BusinessUnit, Membership, User
from accounts.permissions import ROLE_PERMISSIONS, SCOPE_PERMISSIONS, Permission
from accounts.principal import Grant, Principal
from accounts.scoping import for_principal


def memberships_of(user: User) -> list[Membership]:
    """What a user is and where, with the units (one query)."""
    return list(
        Membership.objects.filter(user=user).select_related("unit").order_by("unit__name", "role")
    )


def principal_of(user: User, memberships: Iterable[Membership]) -> Principal:
    """The user as the one who asks, with the rights of these memberships; asks no query."""
    return Principal(
        "user",
        str(user.pk),
        str(user),
        tuple(Grant(one.unit_id, ROLE_PERMISSIONS[one.role]) for one in memberships),
    )


def principal_for_user(user: User) -> Principal:
    """The user as the one who asks, with the rights of all their memberships (one query)."""
    return principal_of(user, memberships_of(user))


def principal_for_client(
    client: ApiClient, scopes: Iterable[str], unit_ids: Iterable[UUID] | None = None
) -> Principal:
    """The API client as the one who asks: those of `scopes` that it holds, within its units.

    Give `unit_ids` when they were read already; otherwise they cost one query.
    """
    permissions = frozenset(
        permission
        for scope in scopes
        if scope in client.scopes
        for permission in SCOPE_PERMISSIONS.get(scope, frozenset())
    )
    units: Iterable[UUID | None] = [None]
    if not client.all_units:
        units = client.units.values_list("pk", flat=True) if unit_ids is None else unit_ids
    return Principal(
        "client",
        str(client.public_id),
        client.name,
        tuple(Grant(unit_id, permissions) for unit_id in units),
    )


def units_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[BusinessUnit]:
    """The business units in which `principal` holds `permission`, by name."""
    return for_principal(
        BusinessUnit.objects.all(), principal, unit="pk", permission=permission
    ).order_by("name")
