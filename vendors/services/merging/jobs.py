"""Merges and their undoing, done by workers: how long one takes depends on what hangs on a vendor.

What is queued may be lost, so nothing depends on it: `sweep` queues what nobody works on. A merge
is one transaction, in which its job is struck off as well: one that was cancelled, or whose worker
died, has left nothing behind, and none is done twice.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.principal import Principal
from accounts.scoping import NotAllowed
from accounts.selectors import principal_for_user
from audit import clock, dispatch
from audit.errors import Refused
from vendors.models import MergeJob, MergeRecord, Vendor
from vendors.selectors.merges import progress_key
from vendors.services.merging import merge as merging
from vendors.services.merging import undo as undoing
from vendors.services.merging.plan import CannotMerge, StillOpen, check

log = structlog.get_logger(__name__)

#: How often one is begun before it is given up.
TRIES: Final = 3
#: How long one may wait in the queue before it is queued again.
PATIENCE: Final = timedelta(seconds=10)
#: Seconds between two looks at whether somebody has cancelled it.
_PAUSE: Final = 0.5
#: Whoever merges or parts two records holds this advisory lock: subcontracts have one writer at a
#: time, so a second worker would only stand behind the first.
_TURN: Final = 7_308_627_014
#: The first half of the advisory lock that whoever works on a job holds, and of the one of whoever
#: asks for it.
_LOCK: Final = 7_308_647
_ASKING_LOCK: Final = 7_308_648
#: What two must have in common to be one wish.
_WANTED: Final = ("what", "versions", "take", "reason", "record_id")

Status = MergeJob.Status


class _Stopped(Exception):
    """Nobody wants it any more."""


def ask(
    *,
    kept: Vendor,
    gone: Vendor,
    versions: tuple[int, int],
    take: Collection[str] = (),
    reason: str = "",
    by: Principal,
) -> MergeJob:
    """Have a worker merge the two, as `merge` does; asked for twice it is done once.

    Raises what `merge` does, as far as it is known by now; the worker looks at all of it again.
    """
    reason = merging.tidy_reason(reason)
    check(kept, gone, by)
    merging.require_seen(kept, gone, versions)
    return _made(
        MergeJob(
            what=MergeJob.What.MERGE,
            kept=kept,
            gone=gone,
            versions=list(versions),
            take=sorted(take),
            reason=reason,
        ),
        by,
    )


def ask_undo(*, made: MergeRecord, by: Principal) -> MergeJob:
    """Have a worker undo a merge, as `undo` does. Raises what that does."""
    undoing.check(made, made.kept, made.gone, by)
    return _made(MergeJob(what=MergeJob.What.UNDO, kept=made.kept, gone=made.gone, record=made), by)


def _made(job: MergeJob, by: Principal) -> MergeJob:
    """The job, or the one of the same person that is under way for these two.

    Raises CannotMerge where another one is under way for either of them.
    """
    person = merging.person(by)
    if person is None:
        raise NotAllowed(_("Only a person can have this done."))
    job.asked_by_id, job.language = person, translation.get_language() or ""
    job.asked_at = job.started_at = clock.now()
    both = sorted((job.kept_id, job.gone_id))
    with transaction.atomic():
        # Whoever asks for one of them at this moment is waited for. A merge that runs is not: it
        # holds their rows, and to write another job of one of them would wait until it ends.
        for vendor_id in both:
            _alone(str(vendor_id))
        named = Q(kept__in=both) | Q(gone__in=both)
        there = list(MergeJob.objects.filter(named, status=Status.RUNNING).order_by("pk"))
        for other in there:
            _require_same(other, job)
        if there:
            return there[0]
        job.save(force_insert=True)
        transaction.on_commit(lambda: _queue(job.pk))
    return job


def _require_same(there: MergeJob, asked: MergeJob) -> None:
    """Raise CannotMerge, with the job where it is one's own, unless it does what is asked for."""
    if there.asked_by_id != asked.asked_by_id:
        if (there.kept_id, there.gone_id) == (asked.kept_id, asked.gone_id):
            raise CannotMerge(_("Somebody else is having just this done. Look again in a moment."))
        raise CannotMerge(
            _(
                "Somebody else is having one of the two merged, or parted from another record. "
                "Look again in a moment."
            )
        )
    if (there.kept_id, there.gone_id) != (asked.kept_id, asked.gone_id):
        raise CannotMerge(
            _(
                "You are having one of the two merged already, or parted from another record. "
                "Wait until that is done, or stop it first."
            ),
            job_id=there.pk,
        )
    if any(getattr(there, name) != getattr(asked, name) for name in _WANTED):
        raise CannotMerge(
            _("You are having this done already, with other choices. Stop that first."),
            job_id=there.pk,
        )


def _alone(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_ASKING_LOCK, key])


@transaction.atomic
def cancel(*, job: MergeJob, by: Principal) -> MergeJob:
    """Stop it: the two stay as they are. Raises NotAllowed, and Refused for what has ended."""
    row = _locked(job.pk)
    if row.asked_by_id != merging.person(by):
        raise NotAllowed(_("Your role does not allow this."))
    if row.status != Status.RUNNING:
        raise Refused(_("This has ended already: there is nothing to cancel."))
    _end(row, Status.CANCELLED)
    return row


def go_on(*, job_id: UUID) -> None:
    """Do what a job asks for. Harmless when it is called twice, or by two at once.

    What nobody expected is raised, and `sweep` has it tried again.
    """
    job = _begun(job_id)
    if job is None:
        return
    with translation.override(job.language or None):
        try:
            if not job.asked_by.is_active:
                raise NotAllowed(_("Whoever asked for this was switched off meanwhile."))
            with transaction.atomic():
                if not _mine(job_id):
                    return
                if not _my_turn():
                    # Another one was begun at the same moment: this was no try.
                    MergeJob.objects.filter(pk=job_id).update(tries=F("tries") - 1)
                    return
                _do(job, principal_for_user(job.asked_by))
        except _Stopped:
            return
        except Refused as refused:
            _refuse(job_id, refused)


def _do(job: MergeJob, by: Principal) -> None:
    watch = _Watch(job.pk)
    if job.what == MergeJob.What.UNDO and job.record is not None:
        made = undoing.undo(made=job.record, by=by, watch=watch)
    else:
        made = merging.merge(
            kept=job.kept,
            gone=job.gone,
            versions=(job.versions[0], job.versions[1]),
            take=job.take,
            reason=job.reason,
            by=by,
            watch=watch,
        )
    row = _locked(job.pk)
    if row.status != Status.RUNNING:
        raise _Stopped
    row.record = made
    row.save(update_fields=["record"])
    _end(row, Status.DONE)


@transaction.atomic
def _begun(job_id: UUID) -> MergeJob | None:
    """The job, begun once more; None where nothing is to be done, or somebody else is at it.

    Nor is it begun while another one is done: `sweep` queues it again, and no worker waits.
    """
    if not (_mine(job_id) and _my_turn()):
        return None
    job = _jobs().filter(pk=job_id, status=Status.RUNNING).first()
    if job is None:
        return None
    if job.tries >= TRIES:
        with translation.override(job.language or None):
            job.said = _("It was begun several times and never came to its end.")
        _end(job, Status.REFUSED)
        return None
    job.tries += 1
    job.started_at = clock.now()
    job.save(update_fields=["tries", "started_at"])
    return job


def _jobs() -> QuerySet[MergeJob]:
    rows = MergeJob.objects.select_for_update(of=("self",))
    return rows.select_related("kept", "gone", "record", "asked_by")


def _locked(pk: UUID) -> MergeJob:
    return _jobs().get(pk=pk)


def _mine(job_id: UUID) -> bool:
    """Whether nobody else works on it; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, job_id.int % 2**31])
        mine: bool = cursor.fetchone()[0]
    return mine


def _my_turn() -> bool:
    """Whether no other job is done; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])
        turn: bool = cursor.fetchone()[0]
    return turn


@transaction.atomic
def _refuse(job_id: UUID, refused: Refused) -> None:
    row = _locked(job_id)
    if row.status != Status.RUNNING:
        return
    if isinstance(refused, StillOpen):
        row.kept_by = [str(pk) for pk in refused.kept_by]
    else:
        row.said = refused.message
    _end(row, Status.REFUSED)


def _end(row: MergeJob, status: str) -> None:
    row.status, row.finished_at = status, clock.now()
    # They stand in the record of the merge; where there is none, nobody needs them any more.
    row.reason, row.take = "", []
    row.save(update_fields=["status", "said", "kept_by", "finished_at", "reason", "take"])


class _Watch:
    """Tells how far it has come, and raises _Stopped where nobody wants it any more."""

    def __init__(self, job_id: UUID) -> None:
        self._job_id, self._looked = job_id, 0.0

    def __call__(self, done: int, total: int) -> None:
        if done != total and time.monotonic() - self._looked < _PAUSE:
            return
        self._looked = time.monotonic()
        try:
            cache.set(progress_key(self._job_id), (done, total), timeout=600)
        except RedisError as error:
            log.warning("merge.progress_not_told", reason=type(error).__name__)
        if not MergeJob.objects.filter(pk=self._job_id, status=Status.RUNNING).exists():
            raise _Stopped


def sweep() -> None:
    """Queue the jobs that nobody works on."""
    late = MergeJob.objects.filter(status=Status.RUNNING, started_at__lt=clock.now() - PATIENCE)
    for pk in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            free = _mine(pk)
        if free:
            _queue(pk)


def _queue(pk: UUID) -> None:
    """Queue it; where the broker is out of reach, `sweep` does it later."""
    try:
        current_app.send_task("vendors.merge", args=[str(pk)], retry=False)
    except dispatch.BROKER_ERRORS as error:
        log.warning("merge.postponed", reason=str(error))
