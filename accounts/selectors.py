"""Reading people, units and clients."""

from accounts.models import ApiClient, Membership, User
from accounts.permissions import ROLE_PERMISSIONS, SCOPE_PERMISSIONS
from accounts.principal import Grant, Principal


def principal_for_user(user: User) -> Principal:
    """The user as the one who asks, with the rights of all their memberships (one query)."""
    memberships = Membership.objects.filter(user=user).values_list("unit_id", "role")
    return Principal(
        "user",
        str(user.pk),
        str(user),
        tuple(Grant(unit_id, ROLE_PERMISSIONS[role]) for unit_id, role in memberships),
    )


def principal_for_client(client: ApiClient, scopes: list[str]) -> Principal:
    """The API client as the one who asks: its scopes, within its units."""
    permissions = frozenset(
        permission
        for scope in scopes
        if scope in client.scopes
        for permission in SCOPE_PERMISSIONS.get(scope, frozenset())
    )
    units = [None] if client.all_units else list(client.units.values_list("pk", flat=True))
    return Principal(
        "client",
        str(client.pk),
        client.name,
        tuple(Grant(unit_id, permissions) for unit_id in units),
    )
