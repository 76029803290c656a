"""How fast long work is and how long it takes, in words."""

import pytest
from django.utils.translation import override

from accounts.long_work import Work


@pytest.mark.parametrize(
    ("done", "total", "rate", "said"),
    [
        (0, 10, None, ""),
        (10, None, 1234.4, "1,234 a second"),
        (10, 10, 2.26, "2.3 a second"),
        (10, 110, 2.0, "2.0 a second, about 50 seconds left"),
        (10, 130, 0.2, "12 a minute, about 10 minutes left"),
        (1, 3, 0.004, "About 9 minutes left"),
        (1, None, 0.004, ""),
        (0, 9_000, 1.0, "1.0 a second, about 3 hours left"),
    ],
)
def test_the_pace_is_told_as_far_as_it_is_known(
    done: int, total: int | None, rate: float | None, said: str
) -> None:
    assert Work("Rows", done, total, rate).pace == said


def test_numbers_of_the_pace_follow_the_reader() -> None:
    with override("de"):
        assert Work("Zeilen", 1, None, 1234.4).pace.startswith("1.234 ")
