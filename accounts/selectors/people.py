"""Reading people, units and clients."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import ApiClient, BusinessUnit, Membership, User
from accounts.permissions import ROLE_PERMISSIONS, SCOPE_PERMISSIONS, Permission
from accounts.principal import Grant, Principal
from accounts.sample_people import NAMES as SAMPLE_PEOPLE
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


def memberships_managed_by(principal: Principal) -> QuerySet[Membership]:
    """The memberships in those units in which `principal` manages the members."""
    return for_principal(
        Membership.objects.select_related("unit"), principal, permission=Permission.MANAGE_MEMBERS
    )


def members_visible_to(
    principal: Principal,
    *,
    text: str = "",
    role: str = "",
    unit: str = "",
    active: bool | None = None,
) -> QuerySet[User]:
    """People whose roles `principal` manages, with those roles as `managed`.

    Who manages all units also sees those without any role. `unit` is the id of a unit, or "all"
    for those who hold their role in all units.
    """
    managed = memberships_managed_by(principal)
    narrowed = managed
    if role:
        narrowed = narrowed.filter(role=role)
    if unit:
        narrowed = narrowed.filter(unit_id=None if unit == "all" else UUID(unit))
    people = User.objects.exclude(pk__in=SAMPLE_PEOPLE).prefetch_related(
        Prefetch("memberships", managed.order_by("unit__name", "role"), to_attr="managed")
    )
    if role or unit or principal.units(Permission.MANAGE_MEMBERS) is not None:
        people = people.filter(pk__in=narrowed.values("user"))
    if text:
        people = people.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if active is not None:
        people = people.filter(is_active=active)
    return people


def people_who(permission: Permission, unit_id: UUID | None) -> QuerySet[User]:
    """The active people who hold a permission in a unit (None: in all units), by name."""
    return people_who_in_any(permission, [] if unit_id is None else [unit_id])


def people_who_in_any(permission: Permission, unit_ids: Collection[UUID]) -> QuerySet[User]:
    """The active people who hold a permission in any of these units, or in all units, by name."""
    roles = [role for role, held in ROLE_PERMISSIONS.items() if permission in held]
    return (
        User.objects.filter(
            Q(memberships__unit__in=unit_ids) | Q(memberships__unit=None),
            memberships__role__in=roles,
            is_active=True,
        )
        .distinct()
        .order_by("name")
    )


def api_clients_visible_to(
    principal: Principal, permission: Permission = Permission.MANAGE_API_CLIENTS
) -> QuerySet[ApiClient]:
    """The API clients that reach no unit in which `principal` does not hold `permission`."""
    clients = ApiClient.objects.prefetch_related("units")
    units = principal.units(permission)
    if units is None:
        return clients
    elsewhere = ApiClient.units.through.objects.exclude(businessunit__in=units)
    return (
        clients.filter(all_units=False, units__in=units)
        .exclude(pk__in=elsewhere.values("apiclient"))
        .distinct()
    )


def people_in_charge_of(client: ApiClient, permission: Permission) -> list[User]:
    """The active people who hold a permission wherever the client reaches, each once, by name."""
    units = None if client.all_units else list(client.units.values_list("pk", flat=True))
    anywhere: Iterable[UUID | None] = [None] if units is None else units
    found = {user.pk: user for unit in anywhere for user in people_who(permission, unit)}
    people = [user for user in found.values() if principal_for_user(user).covers(permission, units)]
    return sorted(people, key=lambda user: (user.name, user.pk))


def actors(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Names of those who did something, by (kind, id), in two queries however many there are."""
    users = {one for kind, one in pairs if kind == "user" and one}
    clients = {one for kind, one in pairs if kind == "client" and one}
    # The people of the sample data are known by name also when they are gone.
    names = {("user", str(pk)): str(name) for pk, name in SAMPLE_PEOPLE.items()}
    names |= {
        ("user", str(user.pk)): str(user)
        for user in (User.objects.filter(pk__in=users) if users else ())
    }
    names |= {
        ("client", str(client.public_id)): client.name
        for client in (ApiClient.objects.filter(public_id__in=clients) if clients else ())
    }
    return names
