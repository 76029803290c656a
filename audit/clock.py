"""What time it is, as services see it.

Services ask `now()` rather than the system, so that history can be written with the dates at
which it happened. The database keeps its own, unmoved time beside it (`Event.recorded_at`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

_moved: ContextVar[datetime | None] = ContextVar("surety_clock", default=None)


def now() -> datetime:
    """The present moment, in UTC, or the one that `at` has set."""
    return _moved.get() or datetime.now(UTC)


def today() -> date:
    """The present day in UTC."""
    return now().date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block, `now()` is `moment` (which must know its time zone)."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)
