"""Cutting the portfolio into blocks, each scored in one transaction, and these into pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from django.db import connection

from audit import clock

_COUNTED: Final = """
SELECT a.vendor_id, count(*), {due}
FROM assessments_assessment a LEFT JOIN scoring_currentscore c ON c.assessment_id = a.id
WHERE a.status <> 'closed' AND a.vendor_id > %(after)s AND a.vendor_id <= %(last)s
GROUP BY a.vendor_id ORDER BY a.vendor_id
"""
_DUE: Final = "coalesce(bool_or(c.next_change <= %(today)s), false)"
_BEFORE_ALL: Final = UUID(int=0)
_AFTER_ALL: Final = UUID(int=2**128 - 1)

#: Vendors: the first, the last, and how many assessments they have.
Range = tuple[UUID, UUID, int]


def blocks(
    *, ageing: bool, size: int, after: UUID = _BEFORE_ALL, last: UUID = _AFTER_ALL
) -> Iterator[Range]:
    """Vendors with something to score, in blocks of about `size` assessments.

    A run for ageing leaves out longer stretches in which nothing is due.
    """
    statement = _COUNTED.format(due=_DUE if ageing else "true")
    with connection.cursor() as cursor:
        cursor.execute(statement, {"after": after, "last": last, "today": clock.today()})
        rows: Sequence[tuple[UUID, int, bool]] = cursor.fetchall()
    gap = size // 10
    first: UUID | None = None
    end, total, idle = after, 0, 0
    for vendor, count, due in rows:
        if due:
            first, end, total, idle = first or vendor, vendor, total + idle + count, 0
        elif first is not None:
            idle += count
        if first is not None and (total + idle >= size or idle > gap):
            yield first, end, total
            first, total, idle = None, 0, 0
    if first is not None:
        yield first, end, total


def pieces(*, ageing: bool, block: int, piece: int) -> Iterator[Range]:
    """The blocks in pieces of about `piece` assessments."""
    first: UUID | None = None
    end, total = _BEFORE_ALL, 0
    for start, end, count in blocks(ageing=ageing, size=block):
        first, total = first or start, total + count
        if total >= piece:
            yield first, end, total
            first, total = None, 0
    if first is not None:
        yield first, end, total
