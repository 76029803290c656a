"""The list of what has changed and is not scored yet: taking from it, adding to it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Min

from audit import clock
from scoring.models import Outstanding

Subject = Outstanding.Subject
#: As high as a rule can be numbered.
_LAST_RULE: Final = 32_767
#: Seconds between two vendors whose texts are folded anew: what falls behind comes in between.
_APART: Final = 0.01


def take(subject: str, ids: Collection[UUID]) -> frozenset[UUID]:
    """Strike the subjects off the list; return those that were on it.

    Called before the inputs are read, in the transaction that writes the result: every change whose
    row is struck off here is visible to the reads that follow, and a change that comes later has a
    row that stays. When the transaction fails, nothing was struck off.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM scoring_outstanding WHERE subject = %s AND subject_id = ANY(%s::uuid[]) "
            "RETURNING subject_id",
            [subject, list(ids)],
        )
        return frozenset(subject_id for (subject_id,) in cursor.fetchall())


def note(subject: str, ids: Iterable[UUID], *, wait: timedelta | None = None) -> None:
    """Put on the list what was taken and is not scored yet; the sweep leaves it alone for `wait`,
    else for the usual few seconds."""
    late = {} if wait is None else {"due_at": clock.now() + wait}
    Outstanding.objects.bulk_create(
        [Outstanding(subject=subject, subject_id=pk, **late) for pk in ids], batch_size=5_000
    )


def note_refolding(rule: int, *, later: bool = True) -> int:
    """Put vendors on the list whose search texts were folded by another rule; how many there were.

    In the database, as there may be very many; they are due one after the other, so that what
    falls behind meanwhile does not wait for all of them. Doing it again adds none that wait
    already. Without `later` those of a later rule stay: a version that is just being replaced must
    not undo it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO scoring_outstanding (subject, subject_id, due_at)"
            " SELECT 'vendor', vendor_id, statement_timestamp()"
            " + %s * interval '1 second' * (row_number() OVER () - 1)"
            " FROM scoring_searchtext s"
            " WHERE (s.rule < %s OR s.rule > %s) AND NOT EXISTS (SELECT FROM scoring_outstanding o"
            " WHERE o.subject = 'vendor' AND o.subject_id = s.vendor_id)",
            [_APART, rule, rule if later else _LAST_RULE],
        )
        count: int = cursor.rowcount
    return count


def due(limit: int) -> list[tuple[str, UUID, int]]:
    """What should have been scored by now, oldest first: (subject, id, tries before), each once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, subject_id, max(attempts) FROM ("
            " SELECT subject, subject_id, attempts, due_at FROM scoring_outstanding"
            " WHERE due_at < clock_timestamp() ORDER BY due_at LIMIT %s"
            ") AS late GROUP BY subject, subject_id ORDER BY min(due_at)",
            [limit],
        )
        return [(subject, subject_id, tries) for subject, subject_id, tries in cursor.fetchall()]


#: A change at which the sweep has failed so often will not go by itself.
STUCK: Final = 3


def oldest_due() -> datetime | None:
    """Since when the change that is due longest should have been scored; it may lie ahead."""
    found: datetime | None = Outstanding.objects.aggregate(first=Min("due_at"))["first"]
    return found


def stuck() -> int:
    """How many changes the sweep has failed at again and again. The log says why."""
    return Outstanding.objects.filter(attempts__gte=STUCK).count()


def count() -> int:
    """How many changes wait to be scored, whether or not they are late."""
    return Outstanding.objects.count()


def postpone(subject: str, ids: Collection[UUID]) -> None:
    """Let the sweep wait before it tries these again: 5 s, 10 s, 20 s … up to an hour.

    Passes over what somebody is just striking off.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_outstanding SET attempts = least(attempts + 1, 20), due_at = "
            "clock_timestamp() + least(interval '5 seconds' * 2 ^ attempts, interval '1 hour') "
            "WHERE id IN (SELECT id FROM scoring_outstanding"
            " WHERE subject = %s AND subject_id = ANY(%s::uuid[]) FOR UPDATE SKIP LOCKED)",
            [subject, list(ids)],
        )
