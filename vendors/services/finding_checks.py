"""The list of what has changed and is not yet compared with the findings that follow from it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

import structlog
from django.db import connection

from audit import clock
from vendors.models import FindingDue

log = structlog.get_logger(__name__)

Subject = FindingDue.Subject
#: Any fixed numbers: whoever holds the advisory lock of a subject is the one that sweeps it.
_LOCKS: Final = {
    Subject.ENGAGEMENT: 7_308_627_021,
    Subject.INCIDENT: 7_308_627_022,
    Subject.VENDOR: 7_308_627_023,
}


def take(subject: Subject, subject_id: UUID) -> None:
    """Strike a subject off the list.

    Called before anything is read, in the transaction that brings the findings into line: every
    change whose row is struck off here is visible to the reads that follow, and a change that comes
    later has a row that stays.
    """
    FindingDue.objects.filter(subject=subject, subject_id=subject_id).delete()


def note(subject: Subject, subject_id: UUID, *, on: date) -> None:
    """Have the subject compared again on a day to come, as it begins."""
    moment = datetime.combine(on, time(), tzinfo=UTC)
    FindingDue.objects.create(subject=subject, subject_id=subject_id, due_at=moment)


def sweep(subject: Subject, check: Callable[[UUID], None], *, limit: int = 500) -> int:
    """Compare what should have been compared by now, whatever became of its task.

    Returns how many subjects there were. One sweeper of a subject at a time. What fails holds up no
    other, and waits longer each time: 5 s, 10 s, 20 s … up to an hour. So does what takes the whole
    process down with it, for each try is noted before it is made.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCKS[subject]])
        if not cursor.fetchone()[0]:
            return 0
        try:
            late = _late(subject, limit)
            for subject_id in late:
                _check(subject, subject_id, check)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCKS[subject]])
    return len(late)


def _check(subject: Subject, subject_id: UUID, check: Callable[[UUID], None]) -> None:
    _postpone(subject, subject_id)
    try:
        check(subject_id)
    except Exception as error:
        # Whatever it was: the others must not wait for this one.
        log.exception("findings.failed", subject=subject, id=str(subject_id), reason=str(error))


def _late(subject: Subject, limit: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id FROM (SELECT subject_id, due_at FROM vendors_findingdue"
            " WHERE subject = %s AND due_at <= %s ORDER BY due_at LIMIT %s) AS late"
            " GROUP BY subject_id ORDER BY min(due_at)",
            [subject, clock.now(), limit],
        )
        return [subject_id for (subject_id,) in cursor.fetchall()]


def _postpone(subject: Subject, subject_id: UUID) -> None:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vendors_findingdue SET attempts = least(attempts + 1, 20),"
            " due_at = %s + least(interval '5 seconds' * 2 ^ attempts, interval '1 hour')"
            " WHERE subject = %s AND subject_id = %s AND due_at <= %s",
            [now, subject, subject_id, now],
        )
