"""Rates of exchange, month by month; round figures, the same all the time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from vendors.services import rates

#: So long before the first import rates begin: statements tell of earlier years.
_BEFORE: Final = 5 * 52


class Money(Part):
    """So many of each currency for one of `base`, imported every so many weeks."""

    base: str
    source: str
    per: dict[str, Decimal]
    weeks: Ago
    every: int


def stories(scene: Scene, told: Money) -> Iterator[Story]:
    """One story: a list is imported now and then."""
    yield _imports(scene, told)


def _imports(scene: Scene, told: Money) -> Story:
    weeks = told.weeks
    month = _end_of_month(scene.day(weeks + _BEFORE))
    while weeks > 0:
        moment = scene.early(weeks, 0)
        yield moment
        days = {moment.date() - timedelta(days=1)}
        while month < moment.date():
            days.add(month)
            month = _end_of_month(month + timedelta(days=1))
        lines = [",".join(["date", *told.per])]
        lines += [",".join([str(day), *map(str, told.per.values())]) for day in sorted(days)]
        made = rates.preview(
            file_name=f"rates-{moment:%Y-%m-%d}.csv",
            content="\n".join(lines).encode(),
            base=told.base,
            source=told.source,
            by=scene.counsel,
        )
        rates.run(made=made, by=scene.counsel)
        weeks -= told.every


def _end_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
