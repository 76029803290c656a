"""Writing the new standings of a block, and moving the roll-ups along."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection

from audit import clock
from scoring.engine.days import number_of
from scoring.engine.evaluate import NONE
from scoring.engine.methodology import DIMENSIONS, TIERS
from scoring.services.bulk.binary import Rows
from scoring.services.bulk.ratings import Ratings
from scoring.services.bulk.reading import BANDS, SCORE_STATUSES
from scoring.services.bulk.writing import copy
from scoring.services.rollups import Movement

Flags = npt.NDArray[np.bool_]

_PLACES: Final = tuple(f"d{at}" for at in range(len(DIMENSIONS)))
_STAGED: Final = (
    "id", "today", "news", "tier", "status", "band", "points", "lo", "hi", "sort_points",
    "worst_dimension", "blocked", "missing_proofs", "assessments", "not_rated", "driver", *_PLACES,
)  # fmt: skip
_STAGE: Final = f"""
CREATE TEMP TABLE IF NOT EXISTS bulk_standing (
    id bigint, today bool, news bool, tier varchar, status varchar, band varchar, points int,
    lo int, hi int, sort_points int, worst_dimension varchar, blocked bool, missing_proofs int,
    assessments int, not_rated int, driver uuid, {", ".join(f"{name} int" for name in _PLACES)}
) ON COMMIT DELETE ROWS
"""
_DIMENSIONS: Final = (
    f"CASE WHEN t.points IS NULL THEN ARRAY[]::int[] "
    f"ELSE ARRAY[{', '.join(f't.{name}' for name in _PLACES)}] END"
)
#: column -> what it says, from the staged row `t`.
_SAID: Final = {
    **{name: f"t.{name}" for name in _STAGED[3 : -len(_PLACES)]},
    "dimensions": _DIMENSIONS,
}
_KEPT: Final = ("vendor_id", "unit_id", "name", "country", "category", "archived")
_OVERWRITE: Final = f"""
UPDATE scoring_standing s
SET {", ".join(f"{name} = {value}" for name, value in _SAID.items())},
    changed_at = CASE WHEN t.news THEN %(now)s ELSE s.changed_at END
FROM bulk_standing t WHERE s.id = t.id AND t.today
"""  # noqa: S608 - only names from this module are put into the text
_CLOSE: Final = """
UPDATE scoring_standing s SET valid_to = %(today)s
FROM bulk_standing t WHERE s.id = t.id AND NOT t.today
"""
_BEGIN: Final = f"""
INSERT INTO scoring_standing ({", ".join(_KEPT)}, {", ".join(_SAID)}, changed_at, valid_from)
SELECT {", ".join(f"s.{name}" for name in _KEPT)}, {", ".join(_SAID.values())},
    CASE WHEN t.news THEN %(now)s ELSE s.changed_at END, %(today)s
FROM bulk_standing t JOIN scoring_standing s ON s.id = t.id WHERE NOT t.today
"""  # noqa: S608


def write(ratings: Ratings, today: date) -> int:
    """Write the standings that say something else than before; returns how many.

    The roll-ups come last: from then on other writers wait until this transaction ends.
    """
    which = ratings.differs
    count = int(which.sum())
    if not count:
        return 0
    same_day = ratings.old["valid_from"][which] >= number_of(today)
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.execute("DELETE FROM bulk_standing")
        copy("bulk_standing", _STAGED, _rows(ratings, which, same_day))
        given = {"today": today, "now": clock.now()}
        if same_day.any():
            cursor.execute(_OVERWRITE, given)
        if not same_day.all():
            cursor.execute(_CLOSE, given)
            cursor.execute(_BEGIN, given)
    _movement(ratings, which, today).write()
    return count


def _rows(ratings: Ratings, which: Flags, same_day: Flags) -> Rows:
    points = ratings.points[which]
    unrated = points == NONE
    rows = (
        Rows(len(points))
        .numbers(ratings.old["id"][which], 8)
        .numbers(same_day, 1)
        .numbers(ratings.news[which], 1)
        .chosen(ratings.tier[which], ("", *TIERS))
        .chosen(ratings.status[which] - 1, SCORE_STATUSES)
        .chosen(ratings.band[which] - 1, BANDS)
        .numbers(points, 4, unrated)
        .numbers(ratings.lo[which], 4, ratings.lo[which] == NONE)
        .numbers(ratings.hi[which], 4, ratings.hi[which] == NONE)
        .numbers(points, 4)
        .chosen(ratings.worst[which], ("", *DIMENSIONS))
        .numbers(ratings.blocked[which], 1)
        .numbers(ratings.missing_proofs[which], 4)
        .numbers(ratings.assessments[which], 4)
        .numbers(ratings.not_rated[which], 4)
        .uuids(ratings.driver[which], unrated)
    )
    for at in range(len(DIMENSIONS)):
        values = ratings.dimensions[which, at]
        rows.numbers(values, 4, values == NONE)
    return rows


def _movement(ratings: Ratings, which: Flags, today: date) -> Movement:
    """What the roll-ups lose and gain. Archived vendors are in none of them."""
    counted = which & (ratings.old["archived"] == 0)
    old = ratings.old[counted]
    scopes, unit = np.unique(
        np.ascontiguousarray(old["scope"]).view("V16").ravel(), return_inverse=True
    )
    units = [UUID(bytes=one.tobytes()) if any(one.tobytes()) else None for one in scopes]
    countries, country = np.unique(old["country"], return_inverse=True)
    places = [code.decode().strip() for code in countries.tolist()]
    movement = Movement()
    for sign, tier, band, status, dimensions in (
        (-1, old["tier"], old["band"], old["status"], old["dimensions"]),
        (
            1,
            ratings.tier[counted],
            ratings.band[counted],
            ratings.status[counted],
            ratings.dimensions[counted],
        ),
    ):
        cell = unit * 8 + tier.astype(np.int64)
        for code, number in _counted(((cell * len(places) + country) * 8 + band) * 4 + status):
            rest, s = divmod(code, 4)
            rest, b = divmod(rest, 8)
            rest, c = divmod(rest, len(places))
            u, t = divmod(rest, 8)
            key = (units[u], ("", *TIERS)[t], places[c], BANDS[b - 1], SCORE_STATUSES[s - 1])
            movement.bands[key] += sign * number
            movement.days[units[u], today, BANDS[b - 1]] += sign * number
        for at, dimension in enumerate(DIMENSIONS):
            values = dimensions[:, at].astype(np.int64)
            there = values != NONE
            for code, number, total in _summed(cell[there], values[there]):
                u, t = divmod(code, 8)
                movement.cells[units[u], ("", *TIERS)[t], dimension] += sign * number
                movement.totals[units[u], ("", *TIERS)[t], dimension] += sign * total
    return movement


def _counted(codes: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Each code with how often it occurs."""
    found, number = np.unique(codes, return_counts=True)
    return list(zip(found.tolist(), number.tolist(), strict=True))


def _summed(
    codes: npt.NDArray[np.int64], values: npt.NDArray[np.int64]
) -> list[tuple[int, int, int]]:
    """Each code with how many values it has and what they add up to."""
    number = np.bincount(codes)
    # Sums of whole numbers far below 2^53 are exact.
    total = np.bincount(codes, weights=values).astype(np.int64)
    return [(code, int(number[code]), int(total[code])) for code in np.flatnonzero(number).tolist()]
