"""How many vendors stood in each band at the end of each month, and when the method changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from scoring.models import DayDelta, Methodology, Standing
from scoring.models.standing import ALL_UNITS
from scoring.selectors.portfolio.bands import ALL_BANDS
from scoring.selectors.portfolio.portfolio import Portfolio

MONTHS: Final = 24


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Vendors per band (in the order of ALL_BANDS) at the end of a month, or of the last day."""

    day: date
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MethodChange:
    """A day on which another methodology came into force: scores jump without any vendor moving."""

    day: date
    title: str
    methodology_id: UUID


def trend(of: Portfolio) -> list[TrendPoint]:
    """Two years of months up to the day that is looked at; at most two queries.

    Narrowed down, a vendor counts in the months in which it stood among those that the filters
    leave; owners are those of today.
    """
    months = [_month(of.day, back) for back in range(MONTHS - 1, -1, -1)]
    moved: Counter[tuple[date, str]] = Counter()
    for month, band, delta in _from_history(of) if of.narrowed else _from_sums(of):
        moved[max(month, months[0]), band] += delta
    points: list[TrendPoint] = []
    running = dict.fromkeys(ALL_BANDS, 0)
    for at, month in enumerate(months):
        for band in ALL_BANDS:
            running[band] += moved[month, band]
        last = at == len(months) - 1
        day = of.day if last else months[at + 1] - timedelta(days=1)
        points.append(TrendPoint(day=day, counts=tuple(running[band] for band in ALL_BANDS)))
    return points


def _from_sums(of: Portfolio) -> QuerySet[DayDelta, Any]:
    """(month, band, how many more) up to the day."""
    rows = DayDelta.objects.filter(**of.scope, day__lte=of.day)
    return rows.values_list(TruncMonth("day"), "band").annotate(sum=Sum("delta"))


def _from_history(of: Portfolio) -> Iterator[tuple[date, str, int]]:
    """The same from every standing that there was: each adds one when it begins, until it ends."""
    every = Standing.objects.filter(scope=of.unit.pk if of.unit else ALL_UNITS)
    every = of.filters.apply(every, of.unit).order_by()
    for day, sign in (("valid_from", 1), ("valid_to", -1)):
        rows = every.filter(**{f"{day}__lte": of.day}).values_list(TruncMonth(day), "band")
        for month, band, count in rows.annotate(sum=Count("pk")):
            yield month, band, sign * count


def _month(day: date, back: int) -> date:
    """The first of the month `back` months before."""
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return date(year, month + 1, 1)


def method_changes() -> list[MethodChange]:
    """Every version of the method that came into force, the first one first."""
    rows = Methodology.objects.filter(published_at__isnull=False).order_by("published_at")
    return [
        MethodChange(day=published_at.date(), title=f"{title} {version}", methodology_id=pk)
        for pk, published_at, title, version in rows.values_list(
            "pk", "published_at", "title", "version"
        )
        if published_at is not None
    ]


def in_force_on(day: date, changes: list[MethodChange]) -> UUID | None:
    """The version of the method that was in force at the end of `day`; None before the first."""
    return next((one.methodology_id for one in reversed(changes) if one.day <= day), None)
