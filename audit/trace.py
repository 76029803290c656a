"""Which request something goes back to: one id from the request through its tasks to what is told.

The id is part of the context of log lines. Tasks inherit it with their message (django-structlog),
events keep it, and so does whatever is made of an event later, by the clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from structlog.contextvars import bound_contextvars, get_contextvars

_NAME: Final = "request_id"


def current() -> UUID | None:
    """The id of the request that is being answered, or that has caused the task at work."""
    found = get_contextvars().get(_NAME)
    try:
        return UUID(str(found)) if found else None
    except ValueError:
        return None


@contextmanager
def following(request_id: UUID | None) -> Iterator[None]:
    """Within the block, log lines, tasks and events belong to this request (None: as before)."""
    if request_id is None:
        yield
        return
    with bound_contextvars(**{_NAME: str(request_id)}):
        yield
