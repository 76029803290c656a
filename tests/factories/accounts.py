"""People, business units and API clients for tests."""

from itertools import count

from accounts.models import ApiClient, BusinessUnit, Membership, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.services import api_clients

PASSWORD = "correct horse battery staple"
_number = count(1)


def make_unit(name: str = "", code: str = "") -> BusinessUnit:
    """A business unit with a name nobody else has, unless one is given."""
    number = next(_number)
    return BusinessUnit.objects.create(name=name or f"Unit {number}", code=code or f"unit-{number}")


def make_user(
    role: Role | None = None,
    unit: BusinessUnit | None = None,
    *,
    name: str = "",
    email: str = "",
    password: str = PASSWORD,
    is_active: bool = True,
) -> User:
    """Someone who can sign in; with `role` in `unit` (None: in all units), or without any role."""
    number = next(_number)
    user = User.objects.create_user(
        email or f"person-{number}@example.com",
        password,
        name=name or f"Person {number}",
        is_active=is_active,
    )
    if role is not None:
        Membership.objects.create(user=user, unit=unit, role=role)
    return user


def make_api_client(
    *units: BusinessUnit, scopes: list[str] | None = None, all_units: bool = False, name: str = ""
) -> ApiClient:
    """An API client with `scopes` (default: reading vendors and scores) in these units."""
    return api_clients.add(
        name=name or f"Client {next(_number)}",
        scopes=["scores:read", "vendors:read"] if scopes is None else scopes,
        units=units,
        all_units=all_units,
        by=SYSTEM,
    )


def make_key(client: ApiClient) -> str:
    """A working API key of the client, as it is shown once."""
    return api_clients.create_key(client=client, expires_at=None, by=SYSTEM).secret
