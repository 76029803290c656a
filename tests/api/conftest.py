"""Clients of the API with fewer rights than most."""

import pytest

from accounts.models import BusinessUnit
from tests.factories.accounts import make_api_client, make_key
from tests.personas import Program


@pytest.fixture
def vendors_only(unit: BusinessUnit) -> Program:
    """A client that may read vendors and no scores."""
    client = make_api_client(unit, scopes=["vendors:read"], name="Address book")
    return Program(client, make_key(client))
