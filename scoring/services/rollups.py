"""The small sums behind tiles, heat map and trend, moved along with every standing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from scoring.engine.methodology import DIMENSIONS
from scoring.models import Standing

Key = tuple[Any, ...]


@dataclass
class Movement:
    """What changes in the roll-ups; added up first, so that each row is touched once."""

    bands: Counter[Key] = field(default_factory=Counter)
    cells: Counter[Key] = field(default_factory=Counter)
    totals: Counter[Key] = field(default_factory=Counter)
    days: Counter[Key] = field(default_factory=Counter)

    def replace(self, old: Standing | None, new: Standing | None, *, on: date) -> None:
        """Take `old` out and put `new` in. Archived vendors are in no roll-up."""
        for row, sign in ((old, -1), (new, 1)):
            if row is None or row.archived:
                continue
            self.bands[row.unit_id, row.tier, str(row.country), row.band, row.status] += sign
            self.days[row.unit_id, on, row.band] += sign
            for dimension, points in zip(DIMENSIONS, row.dimensions, strict=False):
                if points is not None:
                    self.cells[row.unit_id, row.tier, dimension] += sign
                    self.totals[row.unit_id, row.tier, dimension] += sign * points

    def forget(self, row: Standing) -> None:
        """Take a standing out, of whatever days: as if it had never been."""
        if row.archived:
            return
        self.days[row.unit_id, row.valid_from, row.band] -= 1
        if row.valid_to is not None:
            self.days[row.unit_id, row.valid_to, row.band] += 1
            return
        self.bands[row.unit_id, row.tier, str(row.country), row.band, row.status] -= 1
        for dimension, points in zip(DIMENSIONS, row.dimensions, strict=False):
            if points is not None:
                self.cells[row.unit_id, row.tier, dimension] -= 1
                self.totals[row.unit_id, row.tier, dimension] -= points

    def write(self) -> None:
        """Add it to the tables; at most one statement each.

        Always in the order of tables and keys, so that two transactions cannot wait for each other.
        """
        whole = _gathered.get()
        if whole is not None and whole is not self:
            for mine, all_of_it in zip(self.sums(), whole.sums(), strict=True):
                all_of_it.update(mine)
            return
        _add(
            "scoring_bandcount",
            ("unit_id", "tier", "country", "band", "status"),
            ("vendors",),
            ((key, (count,)) for key, count in self.bands.items()),
        )
        _add(
            "scoring_dimensioncell",
            ("unit_id", "tier", "dimension"),
            ("vendors", "total"),
            ((key, (self.cells[key], self.totals[key])) for key in {*self.cells, *self.totals}),
        )
        _add(
            "scoring_daydelta",
            ("unit_id", "day", "band"),
            ("delta",),
            ((key, (count,)) for key, count in self.days.items()),
        )

    def sums(self) -> tuple[Counter[Key], ...]:
        """All there is, in one order."""
        return self.bands, self.cells, self.totals, self.days


_gathered: ContextVar[Movement | None] = ContextVar("surety_rollups", default=None)


@contextmanager
def at_the_end() -> Iterator[None]:
    """Within the block nothing is added to the tables; all of it is, in one go, at its end.

    For a transaction that writes many standings one after the other: it would hold up, or wait in
    a circle with, whoever scores other vendors meanwhile.
    """
    whole = Movement()
    token = _gathered.set(whole)
    try:
        yield
        whole.write()
    finally:
        _gathered.reset(token)


def drop_empty(unit_id: UUID) -> None:
    """Remove the sums of a unit that is about to go, and those that count nothing any more."""
    with connection.cursor() as cursor:
        for table, empty in _EMPTY.items():
            # What somebody else is just adding to is not empty for long.
            cursor.execute(
                f"DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM {table} "  # noqa: S608
                f"WHERE {empty} FOR UPDATE SKIP LOCKED) OR unit_id = %s",
                [unit_id],
            )


_EMPTY: Final = {
    "scoring_bandcount": "vendors = 0",
    "scoring_dimensioncell": "vendors = 0 AND total = 0",
    "scoring_daydelta": "delta = 0",
}
_NO_UNIT: Final = ""


def _add(
    table: str,
    keys: Sequence[str],
    sums: Sequence[str],
    moved: Iterable[tuple[Key, tuple[int, ...]]],
) -> None:
    rows = sorted(
        ((key, values) for key, values in moved if any(values)),
        key=lambda row: [_NO_UNIT if part is None else str(part) for part in row[0]],
    )
    if not rows:
        return
    one = "(" + ", ".join(["%s"] * (len(keys) + len(sums))) + ")"
    added = ", ".join(f"{name} = {table}.{name} + EXCLUDED.{name}" for name in sums)
    # Only names from this module are put into the text; every value is a parameter.
    statement = (
        f"INSERT INTO {table} ({', '.join((*keys, *sums))}) "  # noqa: S608
        f"VALUES {', '.join([one] * len(rows))} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [part for key, values in rows for part in (*key, *values)])
