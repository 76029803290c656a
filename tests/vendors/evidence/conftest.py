"""A storage of its own for each test of evidence, and somebody to ask."""

from pathlib import Path
from typing import Any

import pytest

from accounts.models import BusinessUnit
from tests.factories.evidence import make_contact
from tests.factories.vendors import make_vendor
from vendors.models import Contact, Vendor


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where this test's evidence is stored."""
    there = tmp_path / "evidence"
    stored = settings.STORAGES["evidence"]
    options = {**stored["OPTIONS"], "location": there}
    settings.STORAGES = {**settings.STORAGES, "evidence": {**stored, "OPTIONS": options}}
    return there


@pytest.fixture
def vendor(unit: BusinessUnit, folder: Path) -> Vendor:
    """A vendor that `unit` works with."""
    return make_vendor(unit, name="Halden Tools")


@pytest.fixture
def contact(vendor: Vendor) -> Contact:
    """Somebody at the vendor."""
    return make_contact(vendor)
