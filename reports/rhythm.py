"""On which days a report is made by the calendar: pure."""

from datetime import date, timedelta

WEEKLY = "weekly"


def next_day(rhythm: str, after: date) -> date:
    """The first Monday after a day, or else the first of the month after it."""
    if rhythm == WEEKLY:
        return after + timedelta(days=7 - after.weekday())
    return (after.replace(day=1) + timedelta(days=31)).replace(day=1)
