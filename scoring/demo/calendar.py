"""Days of the demo, counted back from the day of loading, and telling stories in their order."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from audit import clock

#: A story does what it does at the moment it last yielded, then yields the next one.
Story = Iterator[datetime]
#: Called at the end of each day on which something happened.
EndOfDay = Callable[[], None]

_SATURDAY = 5
#: Days of the week on which the team worked on assessments. What is longer ago than `_RECENT` is
#: told as if all had been done then: scores are made once for each day, and fewer days load faster.
_ASSESSMENT_DAYS = (1, 3)
_RECENT = timedelta(days=21)


class Calendar:
    """Working moments around `now`, which ends all stories."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def moment(self, weeks: float, days: float = 0, *, seed: str = "") -> datetime:
        """About `days` after the day that was `weeks` ago, in office hours (UTC)."""
        day = self.now.date() - timedelta(days=round(weeks * 7 - days))
        if self.now.date() - day > _RECENT:
            while day.weekday() not in _ASSESSMENT_DAYS:
                day -= timedelta(days=1)
        elif day.weekday() >= _SATURDAY:
            day -= timedelta(days=day.weekday() - _SATURDAY + 1)
        minutes = random.Random(f"{seed} {weeks} {days}").randrange(7 * 60, 15 * 60)
        return datetime.combine(day, time(minutes // 60, minutes % 60), UTC)

    def day(self, weeks: float) -> date:
        """The day that was so many weeks ago."""
        return self.now.date() - timedelta(days=round(weeks * 7))

    def tell(self, stories: Iterable[Story], *, daily: EndOfDay, monthly: EndOfDay) -> None:
        """Let all stories happen, each step under its own time, up to now.

        `daily` closes each day on which something happened; `monthly` runs on each first of a
        month in between, when answers age, and once more now.
        """
        waiting: list[tuple[datetime, int, Story]] = []
        for number, story in enumerate(stories):
            first = next(story, None)
            if first is not None:
                waiting.append((first, number, story))
        heapq.heapify(waiting)
        today: date | None = None
        while waiting:
            moment, number, story = heapq.heappop(waiting)
            if moment > self.now:
                continue
            if today is not None and moment.date() > today:
                self._close(today, moment.date(), daily, monthly)
            today = moment.date()
            with clock.at(moment):
                following = next(story, None)
            if following is not None:
                # A story that goes on at once must not run ahead of its own last step.
                heapq.heappush(waiting, (max(following, moment), number, story))
        if today is not None:
            self._close(today, self.now.date(), daily, monthly)
        with clock.at(self.now):
            monthly()

    def _close(self, day: date, following: date, daily: EndOfDay, monthly: EndOfDay) -> None:
        with clock.at(min(datetime.combine(day, time(15, 30), UTC), self.now)):
            daily()
        month = _next_month(day)
        while month <= following:
            with clock.at(datetime.combine(month, time(1), UTC)):
                monthly()
            month = _next_month(month)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
