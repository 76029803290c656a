"""What ends in the months ahead: contracts, insurance, evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import TruncMonth

from audit import clock
from scoring.selectors.portfolio.portfolio import Portfolio
from vendors.models import Evidence
from vendors.selectors.due import SOURCES, TOGETHER, DuePage, coming_up
from vendors.selectors.due_source import Due

#: Months looked ahead, this one included.
MONTHS: Final = 12
#: What ends -> the sources of days that it takes together (`vendors.selectors.due`).
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "contract": TOGETHER["contract"],
    "policy": ("policy",),
    "evidence": ("evidence",),
}
#: Shown of what ends first.
MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Month:
    """How many of each kind (in the order of KINDS) end in a month; `start` None: have ended."""

    start: date | None
    counts: tuple[int, ...]

    @property
    def end(self) -> date | None:
        """The last day of the month."""
        return None if self.start is None else following(self.start) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Horizon:
    """What has passed without anybody dealing with it, then a month each, then the first of it."""

    months: Sequence[Month]
    first: Sequence[Due]


def horizon(of: Portfolio, *, with_strict: bool = True) -> Horizon:
    """What ends up to a year ahead, as it is today; one query, and one for each source.

    Without `with_strict`, strictly confidential documents are counted and not named.
    """
    today = clock.today()
    starts = [today.replace(day=1)]
    while len(starts) < MONTHS:
        starts.append(following(starts[-1]))
    until = following(starts[-1])
    parts = {key: _rows(of, key, until) for keys in KINDS.values() for key in keys}
    counted = Counter(
        {(key, month, late): count for key, month, late, count in _counts(parts, today)}
    )
    return Horizon(
        months=[
            Month(start, tuple(_sum(counted, keys, start) for keys in KINDS.values()))
            for start in (None, *starts)
        ],
        first=_first(parts if with_strict else _named(parts), today),
    )


def ending(of: Portfolio, kind: str, month: date | None, *, after: str = "") -> DuePage:
    """All that a count of the time line is of: one of KINDS, in a month by its first day.

    None: what has passed. One query for each source.
    """
    today = clock.today()
    since, until = (None, today) if month is None else (max(month, today), following(month))
    return coming_up(
        of.principal,
        of.unit,
        since=since,
        until=until - timedelta(days=1),
        sources=KINDS[kind],
        only=of.only,
        after=after,
    )


def following(month: date) -> date:
    """The first of the month after."""
    return (month + timedelta(days=31)).replace(day=1)


def _sum(counted: Counter[tuple[str, date, bool]], keys: Sequence[str], start: date | None) -> int:
    return sum(
        count
        for (key, month, late), count in counted.items()
        if key in keys and (late if start is None else month == start and not late)
    )


def _rows(of: Portfolio, key: str, until: date) -> QuerySet[Any]:
    source = SOURCES[key]
    rows = source.rows(of.principal, of.unit).filter(**{f"{source.day}__lt": until})
    return of.only(rows, source.vendor)


def _counts(parts: Mapping[str, QuerySet[Any]], today: date) -> list[Any]:
    """(source, month, whether it has passed, how many)."""
    counted = []
    for key, rows in parts.items():
        day = SOURCES[key].day
        for late in (True, False):
            side = rows.filter(**{f"{day}__lt" if late else f"{day}__gte": today}).order_by()
            counted.append(
                side.annotate(
                    ends_of=Value(key, CharField()), ends_in=TruncMonth(day), ends_late=Value(late)
                )
                .values_list("ends_of", "ends_in", "ends_late")
                .annotate(ends=Count("pk"))
            )
    return list(counted[0].union(*counted[1:], all=True))


def _named(parts: Mapping[str, QuerySet[Any]]) -> Mapping[str, QuerySet[Any]]:
    strict = Evidence.Confidentiality.STRICT
    return {**parts, "evidence": parts["evidence"].exclude(confidentiality=strict)}


def _first(parts: Mapping[str, QuerySet[Any]], today: date) -> list[Due]:
    """What ends next, the earliest first."""
    found: list[Due] = []
    for key, rows in parts.items():
        source = SOURCES[key]
        ahead = rows.filter(**{f"{source.day}__gte": today})
        found += [source.told(row) for row in ahead.order_by(source.day, "pk")[:MOST]]
    return sorted(found, key=lambda due: (due.day, due.subject))[:MOST]
