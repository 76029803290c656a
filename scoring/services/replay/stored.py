"""What a replay reads: stored scores in pages by key, whatever they refer to.

References carry no check in the database, so they are joined with LEFT JOIN and come as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

#: Scores read at a time.
PAGE: Final = 8_192
_BEFORE_ALL: Final = str(UUID(int=0))


class Row(NamedTuple):
    """A stored score, and what its references lead to (None: nowhere).

    `pk` is its id or, for a current score, that of the assessment. Ids are texts here: to make
    objects of eight of them would take as long as computing the score.
    """

    pk: str
    assessment_id: str
    vendor_id: str
    unit_id: str
    model_id: int
    engine_version: str
    status: str
    band: str
    points: int | None
    lo: int
    hi: int
    digest: bytes
    figures: bytes
    inputs: bytes
    assessment_vendor: str | None
    assessment_unit: str | None
    vendor: str | None
    unit: str | None


_PAGE: Final = """
SELECT s.{key}::text, s.assessment_id::text, s.vendor_id::text, s.unit_id::text, s.model_id,
    s.engine_version, s.status, s.band, s.points, s.lo, s.hi, s.digest, s.figures, s.inputs,
    a.vendor_id::text, a.unit_id::text, v.id::text, u.id::text
FROM {table} s
LEFT JOIN assessments_assessment a ON a.id = s.assessment_id
LEFT JOIN vendors_vendor v ON v.id = s.vendor_id
LEFT JOIN accounts_businessunit u ON u.id = s.unit_id
WHERE {where} ORDER BY s.{key} LIMIT %(limit)s
"""
_HISTORY: Final = {"table": "scoring_score", "key": "id"}
_CURRENT: Final = {"table": "scoring_currentscore", "key": "assessment_id"}
_FOLLOWING: Final = "s.{key} > %(after)s::uuid"
#: The others are those of the history, which are looked at there.
_OWN: Final = _FOLLOWING + " AND s.figures IS NOT NULL"


def history() -> Iterator[list[Row]]:
    """The whole history, in the order of the keys."""
    return _pages(_PAGE.format(**_HISTORY, where=_FOLLOWING.format(**_HISTORY)))


def drafts() -> Iterator[list[Row]]:
    """The current scores that keep figures and inputs of their own."""
    return _pages(_PAGE.format(**_CURRENT, where=_OWN.format(**_CURRENT)))


def some(ids: Sequence[UUID]) -> Iterator[list[Row]]:
    """Some scores of the history; those that do not exist are left out."""
    statement = _PAGE.format(**_HISTORY, where="s.id = ANY(%(ids)s::uuid[])")
    for start in range(0, len(ids), PAGE):
        yield _read(statement, {"ids": list(ids[start : start + PAGE]), "limit": PAGE})


def _pages(statement: str) -> Iterator[list[Row]]:
    after = _BEFORE_ALL
    while rows := _read(statement, {"after": after, "limit": PAGE}):
        yield rows
        after = rows[-1].pk


def _read(statement: str, values: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [_row(row) for row in cursor.fetchall()]


def _row(row: tuple[Any, ...]) -> Row:
    return Row(*row[:11], *map(bytes, row[11:14]), *row[14:])


def count() -> int:
    """How many rows `history` and `drafts` have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM scoring_score)"
            " + (SELECT count(*) FROM scoring_currentscore WHERE figures IS NOT NULL)"
        )
        found: int = cursor.fetchone()[0]
        return found


def by_chance(many: int) -> list[UUID]:
    """The ids of so many scores of the history."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM scoring_score ORDER BY random() LIMIT %s", [many])
        return [pk for (pk,) in cursor.fetchall()]


class Standing(NamedTuple):
    """A current score that does not go with the history: what it says, and the row it names."""

    assessment_id: UUID
    named: UUID | None
    latest: UUID | None
    own: bool
    said: tuple[Any, ...]
    there: tuple[Any, ...] | None


_SAID: Final = "{0}.model_id, {0}.status, {0}.band, {0}.points, {0}.lo, {0}.hi, {0}.digest"
_ASTRAY: Final = f"""
SELECT c.assessment_id, c.score_id, h.id, c.figures IS NOT NULL, s.id IS NOT NULL,
    {_SAID.format("c")}, {_SAID.format("s")}
FROM scoring_currentscore c
LEFT JOIN scoring_score s ON s.id = c.score_id AND s.assessment_id = c.assessment_id
LEFT JOIN LATERAL (
    SELECT id FROM scoring_score WHERE assessment_id = c.assessment_id ORDER BY id DESC LIMIT 1
) h ON true
WHERE h.id IS DISTINCT FROM c.score_id OR (
    c.figures IS NULL AND (
        s.id IS NULL OR ({_SAID.format("c")}) IS DISTINCT FROM ({_SAID.format("s")})
    )
)
ORDER BY c.assessment_id
"""  # noqa: S608 - only names from this module are put into the text


def astray() -> Iterator[Standing]:
    """The current scores that name another row than the latest of their assessment's history, or
    say something else than the row in which their figures and inputs are."""
    with connection.cursor() as cursor:
        cursor.execute(_ASTRAY)
        for pk, named, latest, own, there, *said in cursor.fetchall():
            half = len(said) // 2
            yield Standing(
                pk, named, latest, own, tuple(said[:half]), tuple(said[half:]) if there else None
            )
