"""Who may be asking, in tests: people of every role, an API client, and their outsiders.

`admin` holds all business units; the others work in `unit`. Every `outsider_*` is the same in
`other_unit`: what belongs to `unit` must not exist for them.
"""

from dataclasses import dataclass, field
from functools import cached_property

import pytest
from django.test import Client

from accounts.models import ApiClient, BusinessUnit, User
from accounts.permissions import Role
from accounts.principal import Principal
from accounts.selectors import principal_for_client, principal_for_user
from tests.factories.accounts import make_api_client, make_key, make_unit, make_user


@dataclass
class Person:
    """A member of staff: the row, the one who asks, and a signed-in browser."""

    user: User

    @property
    def principal(self) -> Principal:
        """As services and selectors see them, with the rights they hold now."""
        return principal_for_user(self.user)

    @cached_property
    def browser(self) -> Client:
        """Django's test client, signed in."""
        client = Client()
        client.force_login(self.user)
        return client


@dataclass
class Program:
    """An API client: the row, the one who asks, and the headers of its key."""

    client: ApiClient
    key: str = field(default="", repr=False)

    @property
    def principal(self) -> Principal:
        """As services and selectors see it, with all its scopes."""
        return principal_for_client(self.client, self.client.scopes)

    @property
    def headers(self) -> dict[str, str]:
        """What it sends with each request."""
        return {"Authorization": f"Bearer {self.key}"}

    @cached_property
    def browser(self) -> Client:
        """Django's test client that sends the key with every request."""
        return Client(headers=self.headers)


@pytest.fixture
def unit(db: None) -> BusinessUnit:
    """The business unit in which the story plays."""
    return make_unit("Machine tools", "machine-tools")


@pytest.fixture
def other_unit(db: None) -> BusinessUnit:
    """Another business unit of the same organisation."""
    return make_unit("Medical devices", "medical-devices")


@pytest.fixture
def admin(db: None) -> Person:
    """Administrator of all units."""
    return Person(make_user(Role.ADMINISTRATOR, name="Ada Admin"))


@pytest.fixture
def unit_admin(unit: BusinessUnit) -> Person:
    """Administrator of `unit` only."""
    return Person(make_user(Role.ADMINISTRATOR, unit, name="Uma Unitadmin"))


@pytest.fixture
def procurement(unit: BusinessUnit) -> Person:
    """Procurement in `unit`."""
    return Person(make_user(Role.PROCUREMENT, unit, name="Pia Procurement"))


@pytest.fixture
def legal(unit: BusinessUnit) -> Person:
    """Legal reviewer in `unit`."""
    return Person(make_user(Role.LEGAL, unit, name="Leo Legal"))


@pytest.fixture
def auditor(unit: BusinessUnit) -> Person:
    """Auditor in `unit`."""
    return Person(make_user(Role.AUDITOR, unit, name="Ida Auditor"))


@pytest.fixture
def api_client(unit: BusinessUnit) -> Program:
    """A client of the API that reads vendors and scores of `unit`."""
    client = make_api_client(unit, name="ERP")
    return Program(client, make_key(client))


@pytest.fixture
def outsider_admin(other_unit: BusinessUnit) -> Person:
    """Administrator of `other_unit` only."""
    return Person(make_user(Role.ADMINISTRATOR, other_unit, name="Olaf Outsider"))


@pytest.fixture
def outsider_procurement(other_unit: BusinessUnit) -> Person:
    """Procurement in `other_unit`."""
    return Person(make_user(Role.PROCUREMENT, other_unit, name="Otto Outsider"))


@pytest.fixture
def outsider_legal(other_unit: BusinessUnit) -> Person:
    """Legal reviewer in `other_unit`."""
    return Person(make_user(Role.LEGAL, other_unit, name="Olga Outsider"))


@pytest.fixture
def outsider_auditor(other_unit: BusinessUnit) -> Person:
    """Auditor in `other_unit`."""
    return Person(make_user(Role.AUDITOR, other_unit, name="Oda Outsider"))


@pytest.fixture
def outsider_client(other_unit: BusinessUnit) -> Program:
    """A client of the API that reads vendors and scores of `other_unit`."""
    client = make_api_client(other_unit, name="Other ERP")
    return Program(client, make_key(client))


@pytest.fixture
def member_of_nothing(db: None) -> Person:
    """Someone who may sign in and holds no role anywhere."""
    return Person(make_user(name="Nina Norole"))


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody has signed in."""
    return Client()
