"""Cutting the portfolio into blocks, each scored in one transaction, and these into pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import connection

from audit import clock

_BEFORE_ALL: Final = UUID(int=0)
_AFTER_ALL: Final = UUID(int=2**128 - 1)
_WANTED: Final = "a.status <> 'closed' AND a.vendor_id > %(after)s AND a.vendor_id <= %(last)s"
# The database cuts, so that a hundred thousand ids need not be sent.
_BLOCKS: Final = f"""
SELECT (array_agg(vendor_id ORDER BY vendor_id))[1],
    (array_agg(vendor_id ORDER BY vendor_id DESC))[1], sum(many)::int
FROM (
    SELECT vendor_id, many, floor((sum(many) OVER (ORDER BY vendor_id) - many) / %(size)s) AS block
    FROM (
        SELECT a.vendor_id, count(*) AS many FROM assessments_assessment a
        WHERE {_WANTED} GROUP BY a.vendor_id
    ) AS counted
) AS placed
GROUP BY block ORDER BY block
"""  # noqa: S608 - only names from this module are put into the text
_DUE: Final = f"""
SELECT a.vendor_id, count(*), coalesce(bool_or(c.next_change <= %(today)s), false)
FROM assessments_assessment a LEFT JOIN scoring_currentscore c ON c.assessment_id = a.id
WHERE {_WANTED} GROUP BY a.vendor_id ORDER BY a.vendor_id
"""  # noqa: S608

#: Vendors: the first, the last, and how many assessments they have.
Range = tuple[UUID, UUID, int]


def blocks(
    *, ageing: bool, size: int, after: UUID = _BEFORE_ALL, last: UUID = _AFTER_ALL
) -> Iterator[Range]:
    """Vendors with something to score, in blocks of about `size` assessments.

    A run for ageing leaves out longer stretches in which nothing is due.
    """
    given: dict[str, Any] = {"after": after, "last": last, "today": clock.today(), "size": size}
    with connection.cursor() as cursor:
        cursor.execute(_DUE if ageing else _BLOCKS, given)
        rows: Sequence[Any] = cursor.fetchall()
    yield from _due(rows, size) if ageing else rows


def _due(rows: Sequence[tuple[UUID, int, bool]], size: int) -> Iterator[Range]:
    gap = size // 10
    first: UUID | None = None
    end, total, idle = _BEFORE_ALL, 0, 0
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
