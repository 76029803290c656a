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


@pytest.fixture
def erp(unit: BusinessUnit) -> Program:
    """A client that pushes vendors of `unit`."""
    client = make_api_client(
        unit, scopes=["vendors:read", "vendors:write", "scores:read"], name="SAP PRD"
    )
    return Program(client, make_key(client))


@pytest.fixture
def other_erp(other_unit: BusinessUnit) -> Program:
    """A client that pushes vendors of `other_unit`."""
    client = make_api_client(other_unit, scopes=["vendors:read", "vendors:write"])
    return Program(client, make_key(client))


@pytest.fixture
def both_erp(unit: BusinessUnit, other_unit: BusinessUnit) -> Program:
    """A client that pushes vendors of both units."""
    client = make_api_client(unit, other_unit, scopes=["vendors:read", "vendors:write"])
    return Program(client, make_key(client))
