"""A task that takes its worker down with it is begun a few times, and not for ever.

What a killed worker had in hand comes back to the queue, or a crash would lose it. A task that is
itself the reason (out of memory, a crash in a library) would so take down one worker after another.
Letting go of it loses nothing: whatever a task does is found again by a sweep, which leaves more
time between its tries each time.
"""

from typing import Any, Final

import celery
import structlog
from celery.worker.request import Request as _Request
from django.core.cache import cache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

#: How often a task is begun again after its worker was lost.
AGAIN: Final = 5
_KEPT: Final = 24 * 3600


class Request(_Request):
    """A task as a worker has received it."""

    _let_go: bool | None = None

    def revoked(self) -> bool:
        """Whether it is not to be run: expired, or begun too often."""
        if self._let_go is None:
            self._let_go = self._is_poisonous()
        if self._let_go and not self._already_revoked:  # type: ignore[attr-defined]
            log.error("task.poisonous", task=self.name, task_id=self.id, begun=AGAIN + 1)
            self._announce_revoked("poisonous", False, None, False)  # type: ignore[attr-defined]
        return bool(super().revoked())

    def _is_poisonous(self) -> bool:
        if not self.delivery_info.get("redelivered"):
            return False
        key = f"task-again:{self.id}"
        try:
            cache.add(key, 0, timeout=_KEPT)
            return bool(cache.incr(key) > AGAIN)
        except (RedisError, ValueError):
            # Nobody can tell how often; the next time, perhaps.
            return False


class Task(celery.Task):  # type: ignore[type-arg]
    """What all tasks of the application have in common."""

    Request: Any = "config.poison:Request"
