"""The clock process, when the clock of its machine is set back."""

from datetime import timedelta
from typing import Any, Final

import structlog
from celery.beat import PersistentScheduler

log = structlog.get_logger(__name__)

#: What a clock may be off without anything being wrong.
_SLACK: Final = timedelta(seconds=1)


class Scheduler(PersistentScheduler):
    """Sends what is due, also after the clock was set back.

    The library goes by the time of day at which each task was last sent, and waits until the clock
    has come to that time again: an hour set back was an hour without seals and sweeps, and a day
    that was wrong for a moment a day without them, for it is kept in a file.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Seconds until there may be something to do."""
        self._take_back_what_is_to_come()
        return float(super().tick(*args, **kwargs))

    def _take_back_what_is_to_come(self) -> None:
        """What was last sent in the future was sent just now."""
        now, set_back = self.app.now(), False
        for entry in self.schedule.values():
            if entry.last_run_at and entry.last_run_at > now + _SLACK:
                set_back = True
                entry.last_run_at = now
        if set_back:
            log.warning("beat.clock_was_set_back")
            # It holds moments by the clock as it was.
            self._heap = None
