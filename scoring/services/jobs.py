"""Jobs in the background: claimed by one worker, begun again, stopped, their files erased.

What is queued may be lost, so nothing depends on it: `sweep` queues what nobody works on. Whoever
works on a job holds an advisory lock, which goes with their connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import structlog
from celery import current_app
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from accounts.principal import SYSTEM, Principal
from audit import clock, dispatch
from scoring.models.job import Job
from scoring.selectors.jobs import progress_key, stop_key
from scoring.services.locks import held

J = TypeVar("J", bound=Job)

log = structlog.get_logger(__name__)

#: How often one is begun before it has failed.
TRIES: Final = 3
#: How long one may wait in the queue before it is queued again.
PATIENCE: Final = timedelta(seconds=10)


class Stopped(Exception):
    """Nobody wants it any more."""


@dataclass(frozen=True)
class Work(Generic[J]):
    """A kind of job, and what is its own about it.

    `rows`: all of them, with what is read along. `name`: in the log and the cache. `lock`: first
    half of the advisory lock; `task`: what is queued, with the id. `wanted`: whether whoever asked
    may still have it, with the row locked; it may bring the row in line with what holds today.
    `given_up` and `no_more`: why one ended that was begun too often, or is not wanted. `told`:
    puts on record that one is over. `tidy`: erases what a worker that never came to the end may
    have left; `clear`: the files of one that is over; `uncleared`: those over that have some.
    `kept`: how long files are kept. `words`: in which language reasons are written.
    """

    rows: Callable[[], QuerySet[J]]
    name: str
    lock: int
    task: str
    wanted: Callable[[J], bool]
    given_up: str | Promise
    no_more: str | Promise
    told: Callable[[J, Principal], None]
    tidy: Callable[[J], object]
    clear: Callable[[J], None]
    uncleared: Callable[[], Iterable[J]]
    kept: Callable[[], timedelta]
    words: Callable[[J], AbstractContextManager[Any]] = nullcontext


@contextmanager
def claimed(work: Work[J], job_id: UUID) -> Iterator[J | None]:
    """A job that is now running, and nobody else's; None where nothing is left to be done."""
    with held(work.lock, job_id.int) as mine:
        yield _begun(work, job_id) if mine else None


def _begun(work: Work[J], job_id: UUID) -> J | None:
    with transaction.atomic():
        job = _locked(work, job_id, *Job.UNFINISHED)
        if job is None:
            return None
        if job.tries:
            work.tidy(job)
        if job.tries >= TRIES:
            _end(work, job, Job.Status.FAILED, work.given_up, SYSTEM)
            return None
        if not work.wanted(job):
            _end(work, job, Job.Status.CANCELLED, work.no_more, SYSTEM)
            return None
        job.status, job.started_at = Job.Status.RUNNING, clock.now()
        job.tries += 1
        job.save(update_fields=["status", "started_at", "tries"])
    return job


def _locked(work: Work[J], job_id: UUID, *statuses: str) -> J | None:
    rows = work.rows().select_for_update(of=("self",))
    return rows.filter(pk=job_id, status__in=statuses).first()


def note(work: Work[J], job: J, far: Any) -> None:
    """Say how far it has come. Raises Stopped where nobody wants it any more."""
    try:
        cache.set(progress_key(work.name, job.pk), far, timeout=600)
        stopped = cache.get(stop_key(work.name, job.pk))
    except RedisError:
        return
    if stopped:
        raise Stopped


def ready(work: Work[J], job: J, **values: Any) -> J | None:
    """It is made: the row with these values; None where it was cancelled meanwhile.

    In a transaction of the caller, who puts it on record.
    """
    locked = _locked(work, job.pk, Job.Status.RUNNING)
    if locked is None:
        return None
    now = clock.now()
    locked.status, locked.finished_at = Job.Status.READY, now
    locked.expires_at = now + work.kept()
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save()
    return locked


def failed(work: Work[J], job: J, reason: str | Promise) -> None:
    """It cannot be made."""
    with transaction.atomic():
        locked = _locked(work, job.pk, *Job.UNFINISHED)
        if locked is not None:
            _end(work, locked, Job.Status.FAILED, reason, SYSTEM)


def remove(work: Work[J], job: J, by: Principal, reason: str | Promise = "") -> None:
    """Stop one that is under way, or erase the files of one that is ready.

    Of one that is over, nothing is left to be done.
    """
    with transaction.atomic():
        locked = work.rows().select_for_update(of=("self",)).get(pk=job.pk)
        stopped = locked.is_unfinished
        if stopped:
            _end(work, locked, Job.Status.CANCELLED, reason, by)
            transaction.on_commit(lambda: _tell_worker(work, locked.pk))
        elif locked.status == Job.Status.READY:
            _end(work, locked, Job.Status.ERASED, reason, by)
    if stopped:
        work.tidy(locked)
    work.clear(locked)


def _end(work: Work[J], job: J, status: Job.Status, reason: str | Promise, by: Principal) -> None:
    """It is over; the caller's transaction locks the row."""
    with work.words(job):
        job.status, job.reason = status, str(reason)
    job.finished_at = job.finished_at or clock.now()
    job.save(update_fields=["status", "reason", "finished_at"])
    work.told(job, by)


def _tell_worker(work: Work[J], job_id: UUID) -> None:
    try:
        cache.set(stop_key(work.name, job_id), 1, timeout=3600)
    except RedisError as error:
        # The worker finds it cancelled when it is through.
        log.warning("job.not_told", job=work.name, reason=type(error).__name__)


def drop_unwanted(work: Work[J], jobs: Iterable[J]) -> None:
    """Stop or erase those of `jobs` that whoever asked may not have any more."""
    for job in jobs:
        if not work.wanted(job):
            remove(work, job, SYSTEM, work.no_more)


def sweep(work: Work[J]) -> None:
    """Queue what nobody works on, erase files that have had their time; the rows stay."""
    now = clock.now()
    rows = work.rows()
    waiting = rows.filter(status__in=Job.UNFINISHED, created_at__lt=now - PATIENCE)
    for pk in waiting.values_list("pk", flat=True):
        with held(work.lock, pk.int) as free:
            pass
        if free:
            _queue(work, pk)
    for job in rows.filter(status=Job.Status.READY, expires_at__lte=now):
        remove(work, job, SYSTEM, _("Its time was over."))
    for job in work.uncleared():
        work.clear(job)


def _queue(work: Work[J], job_id: UUID) -> None:
    try:
        current_app.send_task(work.task, args=[str(job_id)], retry=False)
    except dispatch.BROKER_ERRORS as error:
        log.warning("job.postponed", job=work.name, reason=str(error))
