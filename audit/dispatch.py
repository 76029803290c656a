"""From an event to the tasks that react to it. At once after commit; never in the way of a save."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from audit.models import Dispatched

log = structlog.get_logger(__name__)
#: What sending a task raises where the broker is away, or is there and takes nothing: a Valkey
#: whose memory or disk is full says so in its own way, which kombu does not put into other words.
BROKER_ERRORS: Final = (OperationalError, OSError, RedisError)
_inline: ContextVar[bool] = ContextVar("surety_dispatch_inline", default=False)


@cache
def routes() -> Mapping[str, tuple[str, ...]]:
    """Event type -> names of the tasks to call, from the one table in the settings."""
    table: Mapping[str, tuple[str, ...]] = import_string(settings.AUDIT_EVENT_ROUTES)
    return table


def is_routed(event_type: str) -> bool:
    """Whether anything reacts to events of this type."""
    return event_type in routes()


@contextmanager
def inline() -> Iterator[None]:
    """Within the block tasks run here and now instead of in a worker (for loading history)."""
    # Only workers load the tasks by themselves.
    current_app.loader.import_default_modules()
    token = _inline.set(True)
    try:
        yield
    finally:
        _inline.reset(token)


class _Outage:
    """Remembers that the broker was just out of reach, so that not every save waits to learn it.

    What is not sent meanwhile is found by the sweep.
    """

    pause = 3.0  # seconds

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self) -> None:
        self._until = time.monotonic() + self.pause

    def end(self) -> None:
        self._until = 0.0

    def lasts(self) -> bool:
        return time.monotonic() < self._until


outage = _Outage()


def send(position: int, event_id: UUID, event_type: str) -> bool:
    """Queue the tasks of a committed event; False when the broker took nothing.

    Marked as dispatched after queueing, never before: a crash in between queues twice, and tasks
    are harmless when run twice.
    """
    for name in routes().get(event_type, ()):
        if _inline.get():
            current_app.tasks[name].apply(args=(str(event_id),), throw=True)
            continue
        if outage.lasts():
            return False
        try:
            current_app.send_task(name, args=[str(event_id)], retry=False)
        except BROKER_ERRORS as error:
            outage.begin()
            log.warning("dispatch.postponed", task=name, event_id=str(event_id), reason=str(error))
            return False
    Dispatched.objects.bulk_create([Dispatched(event_id=position)], ignore_conflicts=True)
    return True
