"""Whose rating moved most since an earlier day, and what moved it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, FilteredRelation, Q, QuerySet

from scoring.engine.methodology import DIMENSIONS
from scoring.models import Score
from scoring.models.standing import ALL_UNITS
from scoring.selectors.portfolio.portfolio import Portfolio
from scoring.selectors.scores import scores_visible_to

#: Vendors in each direction.
MOST: Final = 10
#: Read at once, where all of them are.
_TOGETHER: Final = 1_000


@dataclass(frozen=True, slots=True)
class Mover:
    """A vendor whose points are others than before; all in milli-points.

    `dimension` moved most the same way ("" where none did), from `was` to `now`. `cause`, `day` and
    `score_id` are those of the score on record that moved it most; "" and None where there is
    none, as while an assessment is a draft.
    """

    vendor_id: UUID
    name: str
    country: str
    band: str
    status: str
    points: int
    band_before: str
    points_before: int
    blocked: bool
    blocked_before: bool
    other: bool
    dimension: str = ""
    was: int | None = None
    now: int | None = None
    cause: str = ""
    day: date | None = None
    score_id: UUID | None = None

    @property
    def by(self) -> int:
        """How far it moved; above 0 for the worse."""
        return self.points - self.points_before


@dataclass(frozen=True, slots=True)
class Movement:
    """Between two days: those that got worse and better the most, and how many did at all."""

    since: date
    until: date
    worse: Sequence[Mover]
    better: Sequence[Mover]
    worsened: int
    improved: int


def movers(of: Portfolio, days: int, most: int = MOST) -> Movement:
    """What moved in the `days` up to the day that is looked at; three queries.

    Only vendors that were rated on both days are compared.
    """
    since = of.day - timedelta(days=days)
    rows = _both(of, since)
    (worsened, improved), keys = _ends(rows, most)
    found = list(rows.filter(pk__in=keys))
    made = _scores(of, since, found)
    told = sorted((_mover(row, made) for row in found), key=lambda one: (-abs(one.by), one.name))
    return Movement(
        since=since,
        until=of.day,
        worse=[one for one in told if one.by > 0],
        better=[one for one in told if one.by < 0],
        worsened=worsened,
        improved=improved,
    )


#: How many went each way, and who went furthest: all vendors are compared once for both.
_FURTHEST: Final = """
WITH moved AS MATERIALIZED ({moved}),
worse AS (SELECT key FROM moved WHERE step > 0 ORDER BY step DESC, whose LIMIT %s),
better AS (SELECT key FROM moved WHERE step < 0 ORDER BY step, whose LIMIT %s)
SELECT count(*) FILTER (WHERE step > 0), count(*) FILTER (WHERE step < 0),
       ARRAY(SELECT key FROM worse UNION ALL SELECT key FROM better)
FROM moved
"""


def _ends(rows: QuerySet[Any, Any], most: int) -> tuple[tuple[int, int], list[int]]:
    """(How many got worse, how many better), and the keys of those that moved most each way."""
    narrow = rows.values(key=F("pk"), whose=F("vendor_id"), step=F("by"))
    sql, values = narrow.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_FURTHEST.replace("{moved}", sql), [*values, most, most])
        worsened, improved, keys = cursor.fetchone()
    return (worsened, improved), keys


def every_mover(of: Portfolio, days: int) -> Iterator[Mover]:
    """All that moved: those that got worse, the most first, then those that got better.

    Read little by little, however many they are; one query for each `_TOGETHER` of them, and two.
    """
    since = of.day - timedelta(days=days)
    rows = _both(of, since)
    for way in (
        rows.filter(by__gt=0).order_by("-by", "vendor_id"),
        rows.filter(by__lt=0).order_by("by", "vendor_id"),
    ):
        read = way.iterator(chunk_size=_TOGETHER)
        while found := list(islice(read, _TOGETHER)):
            made = _scores(of, since, found)
            yield from (_mover(row, made) for row in found)


#: Column of the standing now and, behind "earlier__", of the one before -> its name.
_NOW: Final = ("vendor_id", "name", "country", "band", "status", "blocked", "dimensions", "driver")
_BEFORE: Final = ("sort_points", "band", "blocked", "dimensions", "driver")


def _both(of: Portfolio, since: date) -> QuerySet[Any, Any]:
    """The standings that began since then, each with the one of that day, and the difference."""
    path = "vendor__standings__"
    held = Q(**{f"{path}valid_to__isnull": True}) | Q(**{f"{path}valid_to__gt": since})
    begun = Q(
        **{
            f"{path}scope": of.unit.pk if of.unit else ALL_UNITS,
            f"{path}valid_from__lte": since,
        }
    )
    rows: QuerySet[Any, Any] = of.standings().filter(valid_from__gt=since, sort_points__gte=0)
    rows = rows.annotate(earlier=FilteredRelation("vendor__standings", condition=begun & held))
    found: QuerySet[Any, Any] = rows.filter(
        earlier__sort_points__gte=0, earlier__archived=False
    ).annotate(by=F("sort_points") - F("earlier__sort_points"))
    return found.values("by", "sort_points", *_NOW, *(f"earlier__{name}" for name in _BEFORE))


def _scores(of: Portfolio, since: date, rows: Sequence[dict[str, Any]]) -> dict[UUID, list[Score]]:
    """The scores on record of the assessments that decide now, made since then; oldest first."""
    made = (
        scores_visible_to(of.principal)
        .filter(
            vendor__in=[row["vendor_id"] for row in rows],
            assessment__in=[row["driver"] for row in rows],
            as_of__gt=since,
            as_of__lte=of.day,
        )
        .only("pk", "assessment_id", "as_of", "cause", "points")
        .order_by("pk")
    )
    found: dict[UUID, list[Score]] = {}
    for one in made if rows else ():
        found.setdefault(one.assessment_id, []).append(one)
    return found


def _mover(row: dict[str, Any], made: dict[UUID, list[Score]]) -> Mover:
    before = row["earlier__sort_points"]
    other = row["driver"] != row["earlier__driver"]
    return Mover(
        vendor_id=row["vendor_id"],
        name=row["name"],
        country=row["country"],
        band=row["band"],
        status=row["status"],
        points=row["sort_points"],
        band_before=row["earlier__band"],
        points_before=before,
        blocked=row["blocked"],
        blocked_before=row["earlier__blocked"],
        other=other,
        **_dimension(row["by"], row["earlier__dimensions"], row["dimensions"]),
        **_cause(row["by"], None if other else before, made.get(row["driver"], [])),
    )


def _dimension(by: int, before: Sequence[int | None], now: Sequence[int | None]) -> dict[str, Any]:
    """The dimension that moved most the way the rating did."""
    sign = 1 if by > 0 else -1
    moved = [
        (sign * (new - old), key, old, new)
        for key, old, new in zip(DIMENSIONS, before, now, strict=False)
        if old is not None and new is not None and sign * (new - old) > 0
    ]
    if not moved:
        return {}
    _by, key, was, new = max(moved)
    return {"dimension": key, "was": was, "now": new}


def _cause(by: int, before: int | None, made: Sequence[Score]) -> dict[str, Any]:
    """What caused the score that moved the rating most the way it went."""
    sign, best, found = (1 if by > 0 else -1), 0, None
    for one in made:
        if one.points is None:
            continue
        step = sign * (one.points - before) if before is not None else 0
        if found is None or step > best:
            best, found = step, one
        before = one.points
    if found is None:
        return {}
    return {"cause": found.cause, "day": found.as_of, "score_id": found.pk}
