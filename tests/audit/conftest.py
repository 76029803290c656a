"""Every test of the record has an anchor file of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def anchor_file(tmp_path: Path, settings: Settings) -> Path:
    """Where the seals are written outside the database."""
    path = tmp_path / "outside" / "anchor.jsonl"
    settings.AUDIT_ANCHOR_FILE = path
    return path
