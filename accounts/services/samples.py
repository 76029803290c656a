"""Sample data: asking for it and for its end, and how far a worker has come.

What it consists of is known on the floors above; here is who may ask, one job at a time, and the
unit of its own in which all of it lives.
"""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import Installation, Membership, SampleJob, User
from accounts.models.installation import THE_ONE
from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.sample_people import EMAILS, NAMES, ROLES
from accounts.scoping import require_everywhere
from accounts.selectors.samples import is_whole, sample_unit
from accounts.services import units
from audit import clock
from audit.errors import Refused
from audit.record import record

#: How often a worker begins with a job before it has failed.
TRIES: Final = 3

Status, What = SampleJob.Status, SampleJob.What


class Busy(Refused):
    """Sample data is being loaded or removed now."""

    code = "sample_busy"


class AlreadyLoaded(Refused):
    """All of it is there."""

    code = "sample_already_loaded"


class NothingToRemove(Refused):
    """There is no sample data."""

    code = "no_sample"


class Stopped(Exception):
    """The job was cancelled: whoever works on it lets it be."""


@transaction.atomic
def load(*, by: Principal) -> SampleJob:
    """Have the sample data loaded, in a unit of its own; what is there of it stays.

    Raises Busy, AlreadyLoaded.
    """
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    _alone()
    if is_whole():
        raise AlreadyLoaded(_("The sample data is loaded already."))
    unit = sample_unit() or units.add_sample(by=by)
    for pk, name in NAMES.items():
        # They sign in nowhere, and nobody is told anything at their addresses.
        user, _made = User.objects.get_or_create(
            pk=pk,
            defaults={"email": EMAILS[pk], "name": str(name), "password": "!", "is_active": False},
        )
        Membership.objects.get_or_create(user=user, unit=unit, role=ROLES[pk])
    return _asked(What.LOAD, by)


@transaction.atomic
def remove(*, by: Principal) -> SampleJob:
    """Have all sample data removed. Raises Busy, NothingToRemove."""
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    _alone()
    if sample_unit() is None:
        raise NothingToRemove(_("There is no sample data."))
    return _asked(What.REMOVE, by)


@transaction.atomic
def cancel(*, by: Principal) -> None:
    """Stop what is under way; what was done stays done. Nothing happens where nothing is."""
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    job = SampleJob.objects.select_for_update().filter(status__in=SampleJob.UNFINISHED).first()
    if job is not None:
        _stop(job, Status.CANCELLED, by)


def begin(*, job_id: UUID) -> SampleJob | None:
    """The job, now running; None where nothing is to be done, or it was begun too often."""
    with transaction.atomic():
        job = SampleJob.objects.select_for_update().filter(pk=job_id).first()
        if job is None or not job.is_unfinished:
            return None
        if job.tries >= TRIES:
            _stop(job, Status.FAILED, SYSTEM)
            return None
        job.status, job.started_at = Status.RUNNING, job.started_at or clock.now()
        job.tries += 1
        job.save(update_fields=["status", "started_at", "tries"])
    return job


def count(*, job_id: UUID, total: int, done: int) -> None:
    """Note how many vendors it is about, and how many are done. Raises Stopped."""
    running = SampleJob.objects.filter(pk=job_id, status=Status.RUNNING)
    if not running.update(total=total, done=done, left_out=[]):
        raise Stopped


def check(*, job_id: UUID) -> None:
    """Raises Stopped where nobody wants it any more."""
    if not SampleJob.objects.filter(pk=job_id, status=Status.RUNNING).exists():
        raise Stopped


def advance(*, job_id: UUID, vendors: int = 1) -> None:
    """So many vendors more are done, in the transaction that does it. Raises Stopped."""
    job = SampleJob.objects.select_for_update().get(pk=job_id)
    if job.status != Status.RUNNING:
        raise Stopped
    job.done += vendors
    # A worker that gets on begins anew as often as it must.
    job.tries = 1
    job.save(update_fields=["done", "tries"])


@transaction.atomic
def leave_out(*, job_id: UUID, vendor: str, why: str) -> None:
    """Note a vendor that could not be loaded."""
    job = SampleJob.objects.select_for_update().get(pk=job_id)
    job.left_out.append([vendor, why])
    job.save(update_fields=["left_out"])


@transaction.atomic
def finish(*, job_id: UUID) -> None:
    """It is done. Raises Stopped."""
    job = SampleJob.objects.select_for_update().get(pk=job_id)
    if job.status != Status.RUNNING:
        raise Stopped
    job.status, job.finished_at = Status.DONE, clock.now()
    job.save(update_fields=["status", "finished_at"])
    kind = events.SampleLoaded if job.what == What.LOAD else events.SampleRemoved
    record(kind(aggregate_id=job.pk, vendors=job.done), by=SYSTEM)


def _alone() -> None:
    """One thing at a time: whoever asks next waits for the answer to this one."""
    Installation.objects.bulk_create([Installation(pk=THE_ONE)], ignore_conflicts=True)
    Installation.objects.select_for_update().get(pk=THE_ONE)
    if SampleJob.objects.filter(status__in=SampleJob.UNFINISHED).exists():
        raise Busy(_("Sample data is being loaded or removed. Wait for the end, or cancel it."))


def _asked(what: SampleJob.What, by: Principal) -> SampleJob:
    job = SampleJob.objects.create(
        what=what,
        asked_by_id=UUID(by.id),
        language=translation.get_language() or settings.LANGUAGE_CODE,
        created_at=clock.now(),
    )
    record(events.SampleAsked(aggregate_id=job.pk, what=what.value), by=by)
    return job


def _stop(job: SampleJob, status: SampleJob.Status, by: Principal) -> None:
    job.status, job.finished_at = status, clock.now()
    job.save(update_fields=["status", "finished_at"])
    record(events.SampleStopped(aggregate_id=job.pk, what=job.what, status=status.value), by=by)
