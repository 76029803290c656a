"""What the tests of the demo share."""

from pathlib import Path
from typing import Final

import pytest

_HERE: Final = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the database set up for tests on a loaded demo, also where no other test asks for it.

    They are marked only now, when they stand behind all others: the demo is really loaded, and
    its tables are emptied at the end.
    """
    for item in items:
        if item.path.parent == _HERE and "demo" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)
