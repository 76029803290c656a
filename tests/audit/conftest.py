"""Every test of the record has an anchor file of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.audit.sample import note, seal_now


@pytest.fixture
def anchor_file(tmp_path: Path, settings: Settings) -> Path:
    """Where the seals are written outside the database."""
    path = tmp_path / "outside" / "anchor.jsonl"
    settings.AUDIT_ANCHOR_FILE = path
    return path


@pytest.fixture
def record_of_nine(anchor_file: Path) -> Path:
    """Nine sealed events under three seals, numbered 1 to 9; the anchor file."""
    for number in range(1, 10):
        note(number)
        if number % 3 == 0:
            seal_now()
    return anchor_file
