"""The term of a contract: when it ends, when it renews, until when notice can be given. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

AUTOMATIC: Final = "automatic"
#: Days far from now are no dates of a contract; beyond these nothing is computed.
EARLIEST: Final = date(1950, 1, 1)
LATEST: Final = date(2150, 12, 31)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """The dates of a contract. `ends_on` is the end of its first term; None: open."""

    starts_on: date | None = None
    ends_on: date | None = None
    renewal: str = "none"
    renewal_months: int | None = None
    notice_days: int | None = None
    notice_by: date | None = None

    @property
    def renews(self) -> bool:
        """Whether it goes on by itself."""
        return self.renewal == AUTOMATIC and bool(self.renewal_months)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one; never after `LATEST`."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if year > LATEST.year:
        return LATEST
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_end(term: Term, on: date) -> date | None:
    """The last day of the term that runs on that day, renewals included; None: it has no end.

    A term that ended for good before `on` gives the day on which it ended.
    """
    end = term.ends_on
    if end is None or end >= on or not term.renews or not term.renewal_months:
        return end
    # Counted from the first end, so that 31 January does not become the 28th for good.
    whole = (on.year - end.year) * 12 + on.month - end.month
    turns = max(whole // term.renewal_months, 1)
    later = months_later(end, turns * term.renewal_months)
    while later < on and later < LATEST:
        turns += 1
        later = months_later(end, turns * term.renewal_months)
    return later


def runs(term: Term, on: date) -> bool:
    """Whether the dates say that it runs on that day."""
    if term.starts_on is not None and on < term.starts_on:
        return False
    end = term_end(term, on)
    return end is None or end >= on


def notice_day(term: Term, on: date) -> date | None:
    """The last day on which notice can be given for the term running on `on`; None: there is none.

    A day noted by hand holds until it has passed and the term it was noted for has ended.
    """
    end = term_end(term, on)
    computed = None
    if end is not None and term.renews and term.notice_days is not None:
        computed = end - timedelta(days=term.notice_days)
    if term.notice_by is None:
        return computed
    if term.notice_by >= on or term.ends_on is None or end == term.ends_on:
        return term.notice_by
    return computed


def next_turn(term: Term, on: date) -> date | None:
    """The first day after `on` on which it begins to run, or no longer runs; None: never."""
    if term.starts_on is not None and on < term.starts_on:
        return term.starts_on
    if term.ends_on is None or term.renews or term.ends_on < on:
        return None
    return term.ends_on + _ONE_DAY
