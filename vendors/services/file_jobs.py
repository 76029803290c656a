"""Long files, looked through and written by workers; what each kind of file does is its own.

What is queued may be lost, so nothing depends on it: `sweep` queues what nobody works on. Each step
is one transaction, so one that was cancelled, or whose worker died, has left nothing behind.

The row of a file is locked when a step begins and when it ends, not while it lasts: whoever cancels
it waits for nobody. That no two work on it is held by an advisory lock beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import structlog
from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.models import User
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from accounts.selectors import principal_for_user
from audit import clock, dispatch
from audit.errors import Invalid, Refused
from vendors.imports.watching import Watch
from vendors.models.file_job import FileJob
from vendors.selectors.imports import progress_key

log = structlog.get_logger(__name__)

#: How often a step is begun before it is given up.
TRIES: Final = 3
#: How long one may wait in the queue before it is queued again.
PATIENCE: Final = timedelta(seconds=10)
#: Seconds between two looks at whether somebody has cancelled it.
_PAUSE: Final = 0.5

Job = TypeVar("Job", bound=FileJob)


class Stopped(Exception):
    """Nobody wants it any more."""


@dataclass(frozen=True)
class Kind(Generic[Job]):
    """One kind of file.

    rows: all of its rows. step: what a worker does in one transaction, which settles the row or
    raises Stopped. finish: it is over, with this status and the reason; the row is locked. task:
    the name of the task that calls `go_on` for a row; `names` stand before the row's id among what
    it is given. lock: the first half of the advisory lock that whoever works on a row holds.
    """

    rows: Callable[[], QuerySet[Job]]
    step: Callable[[Job, Principal, Watch], None]
    finish: Callable[[Job, FileJob.Status, str], None]
    task: str
    lock: int
    names: tuple[str, ...] = ()


def hand_over(kind: Kind[Job], made: Job, status: FileJob.Status, by: Principal) -> None:
    """A worker is to do what this status says. Within a transaction."""
    made.status, made.reason, made.tries = status, "", 0
    made.asked_by, made.language = User.objects.get(pk=by.id), translation.get_language() or ""
    made.started_at = clock.now()
    made.save()
    transaction.on_commit(lambda: _queue(kind, made.pk))


def locked(kind: Kind[Job], pk: UUID) -> Job:
    """The row as it is now, until the end of the transaction."""
    return _rows(kind).get(pk=pk)


def _rows(kind: Kind[Job]) -> QuerySet[Job]:
    return kind.rows().select_for_update(of=("self",)).select_related("asked_by")


def back(row: FileJob, reason: str) -> None:
    """A locked row waits to be confirmed again, with the reason why."""
    row.status, row.reason = FileJob.Status.PREVIEW, reason[:200]
    row.save(update_fields=["status", "reason"])


def cancel(kind: Kind[Job], pk: UUID) -> Job:
    """Stop what a worker does: what was not written yet never is, all of the file together.

    A file that was being written, or read once more, waits to be confirmed again; one that was
    being read for the first time is discarded. Raises Refused for one that is imported already.
    """
    with transaction.atomic():
        row = locked(kind, pk)
        if row.status == FileJob.Status.DONE:
            raise Refused(_("It is imported already."))
        if row.status == FileJob.Status.WRITING:
            back(row, _("The import was cancelled. Nothing was imported."))
        elif row.status == FileJob.Status.READING and row.was_read:
            back(row, "")
        elif row.status == FileJob.Status.READING:
            kind.finish(row, FileJob.Status.DISCARDED, "")
    return row


def settled(kind: Kind[Job], made: Job) -> Job:
    """The row at the end of a step, locked. Raises Stopped where nobody wants it any more."""
    row = locked(kind, made.pk)
    if row.status != made.status:
        raise Stopped
    return row


def ended(kind: Kind[Job], made: Job, report: dict[str, Any]) -> None:
    """The end of a step: what was read waits to be confirmed, and what was written is done."""
    row = settled(kind, made)
    row.report = report
    if row.status == FileJob.Status.READING:
        row.status = FileJob.Status.PREVIEW
        row.save(update_fields=["status", "report"])
    else:
        kind.finish(row, FileJob.Status.DONE, "")


def _over(kind: Kind[Job], row: Job, reason: str) -> None:
    """The step has come to nothing: a file that was never read is over, another waits again."""
    if row.status == FileJob.Status.READING and not row.was_read:
        kind.finish(row, FileJob.Status.FAILED, reason)
    else:
        back(row, reason)


def go_on(kind: Kind[Job], pk: UUID) -> None:
    """Look through a file, or write it. Harmless when it is called twice, or by two at once.

    What nobody expected is raised, and `sweep` has it tried again.
    """
    made = _begun(kind, pk)
    if made is None or made.asked_by is None:
        return
    with translation.override(made.language or None):
        try:
            if not made.asked_by.is_active:
                raise NotAllowed(_("Whoever asked for this import was switched off meanwhile."))
            with transaction.atomic():
                if _mine(kind, pk):
                    kind.step(made, principal_for_user(made.asked_by), _Watch(kind, made))
        except Stopped:
            return
        except Refused as refused:
            _refused(kind, made, refused)


def _begun(kind: Kind[Job], pk: UUID) -> Job | None:
    """The row, begun once more; None where nothing is to be done, or somebody else is at it."""
    with transaction.atomic():
        if not _mine(kind, pk):
            return None
        made = _rows(kind).filter(pk=pk, status__in=FileJob.UNDER_WAY).first()
        if made is None:
            return None
        if made.tries >= TRIES:
            with translation.override(made.language or None):
                _over(kind, made, _("It was begun several times and never came to its end."))
            return None
        made.tries += 1
        made.started_at = clock.now()
        made.save(update_fields=["tries", "started_at"])
    return made


def _mine(kind: Kind[Job], pk: UUID) -> bool:
    """Whether nobody else works on it; until the end of the transaction."""
    with connection.cursor() as cursor:
        key = [kind.lock, pk.int % 2**31]
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", key)
        mine: bool = cursor.fetchone()[0]
    return mine


def _refused(kind: Kind[Job], made: Job, refused: Refused) -> None:
    errors = refused.extra.get("errors", {}) if isinstance(refused, Invalid) else {}
    said = next((one for found in errors.values() for one in found), refused.message)
    with transaction.atomic():
        row = locked(kind, made.pk)
        if row.status == made.status:
            _over(kind, row, said)


class _Watch(Generic[Job]):
    """Tells how far it has come, and raises Stopped where nobody wants it any more."""

    def __init__(self, kind: Kind[Job], made: Job) -> None:
        self._kind, self._made, self._looked = kind, made, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        # Of the end alone it is told at once; a total may be an estimate, and be passed.
        if done != total and time.monotonic() - self._looked < _PAUSE:
            return
        self._looked = time.monotonic()
        try:
            cache.set(progress_key(self._made), (done, total), timeout=600)
        except RedisError as error:
            log.warning("import.progress_not_told", reason=type(error).__name__)
        rows = self._kind.rows().filter(pk=self._made.pk, status=self._made.status)
        if not rows.exists():
            raise Stopped


def sweep(kind: Kind[Job]) -> None:
    """Queue the rows that nobody works on."""
    waiting = kind.rows().filter(
        status__in=FileJob.UNDER_WAY, started_at__lt=clock.now() - PATIENCE
    )
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            free = _mine(kind, pk)
        if free:
            _queue(kind, pk)


def _queue(kind: Kind[Job], pk: UUID) -> None:
    try:
        current_app.send_task(kind.task, args=[*kind.names, str(pk)], retry=False)
    except dispatch.BROKER_ERRORS as error:
        log.warning("import.postponed", reason=str(error))
