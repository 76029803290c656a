"""Putting the scores of a block into the database, by COPY and a statement per table."""

from __future__ import annotations

import hashlib
import io
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection

from audit import clock
from scoring.engine import provenance
from scoring.engine.days import number_of
from scoring.services.bulk.binary import Rows, uuids7
from scoring.services.bulk.evaluating import NOT_RATED, Scores
from scoring.services.bulk.reading import BANDS, DRAFTS, SCORE_STATUSES

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)

#: What a score and a current score have in common, in the order in which they are sent.
_COMMON: Final = (
    "vendor_id", "unit_id", "model_id", "inputs_version", "lo", "hi", "as_of", "engine_version",
    "digest", "cause", "computed_at", "status", "band", "points", "next_change", "figures",
    "inputs",
)  # fmt: skip
_SCORE: Final = ("id", "assessment_id", *_COMMON)
_CURRENT: Final = ("assessment_id", "score_id", *_COMMON)
_STAGE: Final = f"""
CREATE TEMP TABLE IF NOT EXISTS bulk_current ON COMMIT DELETE ROWS AS
SELECT {", ".join(_CURRENT)} FROM scoring_currentscore WITH NO DATA
"""  # noqa: S608 - only names from this module are put into the text
_REPLACE: Final = f"""
UPDATE scoring_currentscore c
SET {", ".join(f"{name} = t.{name}" for name in _CURRENT[1:])}
FROM bulk_current t WHERE c.assessment_id = t.assessment_id
"""  # noqa: S608
_ADD: Final = f"""
INSERT INTO scoring_currentscore ({", ".join(_CURRENT)})
SELECT {", ".join(_CURRENT)} FROM bulk_current t
ON CONFLICT (assessment_id) DO NOTHING
"""  # noqa: S608
_ADVANCE: Final = """
UPDATE scoring_currentscore c
SET inputs_version = t.version, as_of = %s, next_change = t.change
FROM unnest(%s::uuid[], %s::int[], %s::date[]) AS t(id, version, change)
WHERE c.assessment_id = t.id
"""


@dataclass(frozen=True, eq=False, slots=True)
class Written:
    """What was written: which rows [n] say something new, and the new scores among them.

    `first` and `last` are the ids of the new scores, which have none of others between them;
    `sha256` is over id and digest of each of these in order.
    """

    changed: Flags
    scores: int
    first: UUID | None
    last: UUID | None
    sha256: str


def write(scores: Scores, *, as_of: date, cause: str, ageing: bool) -> Written:
    """Write what differs from what is stored; the caller holds the vendors' locks."""
    known = scores.known
    same = (known["scored"] > 0) & np.all(scores.digest == known["digest"], axis=1)
    draft = np.isin(known["status"], DRAFTS)
    said = (
        (known["was_points"] != scores.points)
        | (known["was_band"] != scores.band)
        | (known["was_status"] != scores.status)
    )
    wider = (known["was_lo"] != scores.lo) | (known["was_hi"] != scores.hi)
    # What was computed does not rely on the digest alone.
    same &= ~(scores.fresh & (said | wider))
    # A row is added to the history where something else is said, or something else led to it; with
    # mere ageing only for the former. `own`: the current row is not that of the history already.
    news = said if ageing else ~same | (known["own"] > 0)
    adds = ~draft & ((known["stands"] == 0) | (scores.fresh & news))
    adds &= scores.fresh
    replaced = scores.fresh & (~same | adds)
    stamp = _Stamp(as_of, cause, clock.now())
    ids = _new_ids(int(adds.sum()))
    score = known["score"].copy()
    score[adds] = ids
    if adds.any():
        rows = Rows(len(ids)).uuids(ids).uuids(known["id"][adds])
        copy("scoring_score", _SCORE, _common(rows, scores, adds, None, stamp))
    if replaced.any():
        _replace(scores, replaced, adds, score, stamp)
    _advance(scores, ~replaced, as_of)
    lines = np.hstack([ids, scores.digest[adds]])
    return Written(
        changed=replaced & (said | ~(known["scored"] > 0)),
        scores=len(ids),
        first=UUID(bytes=ids[0].tobytes()) if len(ids) else None,
        last=UUID(bytes=ids[-1].tobytes()) if len(ids) else None,
        sha256=hashlib.sha256(lines.tobytes()).hexdigest(),
    )


def _new_ids(count: int) -> Bytes:
    """By the system's own clock, as those of `audit.ids` are: the history is in their order."""
    return uuids7(count, time.time_ns() // 1_000_000, secrets.token_bytes(8))


def copy(table: str, columns: tuple[str, ...], rows: Rows) -> None:
    """Send rows to a table."""
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)",
            io.BytesIO(rows.stream()),
            size=1 << 20,
        )


@dataclass(frozen=True, slots=True)
class _Stamp:
    """For which day, why and when."""

    as_of: date
    cause: str
    now: datetime


def _common(rows: Rows, scores: Scores, which: Flags, own: Flags | None, stamp: _Stamp) -> Rows:
    """The columns of `_COMMON`; `own` [of `which`]: whose figures and inputs are written."""
    known, at = scores.known[which], np.flatnonzero(which).tolist()
    moment = (stamp.now - _EPOCH) // timedelta(microseconds=1)
    points, change = scores.points[which], scores.next_change[which]
    none = None if own is None else ~own
    wanted = at if own is None else [row if keep else -1 for row, keep in zip(at, own, strict=True)]
    return (
        rows.uuids(known["vendor"])
        .uuids(known["unit"])
        .numbers(scores.model[which], 8)
        .numbers(known["inputs_version"], 4)
        .numbers(scores.lo[which], 4)
        .numbers(scores.hi[which], 4)
        .numbers(number_of(stamp.as_of), 4)
        .constant(provenance.ENGINE_VERSION.encode())
        .matrix(scores.digest[which])
        .constant(stamp.cause.encode())
        .numbers(moment, 8)
        .chosen(scores.status[which] - 1, SCORE_STATUSES)
        .chosen(scores.band[which] - 1, BANDS)
        .numbers(points, 4, scores.band[which] == NOT_RATED)
        .numbers(change, 4, change == 0)
        .blobs([b"" if row < 0 else scores.figures[row] for row in wanted], none)
        .blobs([b"" if row < 0 else scores.packed[row] for row in wanted], none)
    )


def _replace(scores: Scores, which: Flags, adds: Flags, score: Bytes, stamp: _Stamp) -> None:
    known = scores.known[which]
    stands = (known["stands"] > 0) | adds[which]
    rows = Rows(len(known)).uuids(known["id"]).uuids(score[which], ~stands)
    # Where a score was added, figures and inputs are in its row.
    _common(rows, scores, which, ~adds[which], stamp)
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.execute("DELETE FROM bulk_current")
        copy("bulk_current", _CURRENT, rows)
        cursor.execute(_REPLACE)
        if cursor.rowcount < len(known):
            cursor.execute(_ADD)


def _advance(scores: Scores, which: Flags, as_of: date) -> None:
    """The same scores, made from a newer version of the same inputs, or on a later day."""
    known = scores.known
    behind = (
        which
        & (known["scored"] > 0)
        & (
            (known["was_version"] != known["inputs_version"])
            | (scores.fresh & (known["was_change"] != scores.next_change))
        )
    )
    if not behind.any():
        return
    changes = scores.next_change[behind].tolist()
    with connection.cursor() as cursor:
        cursor.execute(
            _ADVANCE,
            [
                as_of,
                [UUID(bytes=pk.tobytes()) for pk in known["id"][behind]],
                known["inputs_version"][behind].tolist(),
                [_day(change) for change in changes],
            ],
        )


def _day(number: int) -> date | None:
    return _EPOCH.date() + timedelta(days=number) if number else None
