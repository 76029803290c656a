"""How often something is done, and when it is due again. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

#: How often (`MonitoringItem.Every`) -> whole months between two times; a week has none.
MONTHS: Final[Mapping[str, int]] = {"week": 0, "month": 1, "quarter": 3, "half_year": 6, "year": 12}


def later(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_due(every: str, since: date, last_done: date | None) -> date:
    """The day by which it has to be done again; the first time one round after `since`."""
    start = since if last_done is None else last_done
    return later(start, MONTHS[every]) if MONTHS[every] else start + timedelta(days=7)
