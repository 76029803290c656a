"""Writing history: many events in one transaction, without a queue of tasks behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from audit.models import Dispatched

_positions: ContextVar[list[int] | None] = ContextVar("surety_history", default=None)


@contextmanager
def writing() -> Iterator[None]:
    """One transaction in which no task is queued: the caller does what the tasks would do.

    Thousands of tasks that find nothing left to do would otherwise start with its commit. The
    events count as dispatched, so that the sweep does not queue them either.
    """
    with transaction.atomic():
        token = _positions.set([])
        try:
            yield
            Dispatched.objects.bulk_create(
                [Dispatched(event_id=position) for position in _positions.get() or ()]
            )
        finally:
            _positions.reset(token)


def keep(position: int) -> bool:
    """Whether history is being written: then the event at `position` needs no task."""
    kept = _positions.get()
    if kept is None:
        return False
    kept.append(position)
    return True


def is_being_written() -> bool:
    """Whether history is being written now."""
    return _positions.get() is not None
