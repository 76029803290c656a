"""Long lists of vendors, looked through and written by workers; short ones while the page waits.

What is queued may be lost, so nothing depends on it: `sweep` queues what nobody works on. Each step
is one transaction, so one that was cancelled, or whose worker died, has left nothing behind.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require
from accounts.selectors import principal_for_user
from audit import clock
from audit.errors import Invalid, Refused
from vendors.models import VendorImport
from vendors.selectors.imports import progress_key
from vendors.services import imports

log = structlog.get_logger(__name__)

#: Files of up to so many bytes, and lists with up to so many rows to write, are done at once.
AT_ONCE_BYTES: Final = 50_000
AT_ONCE_ROWS: Final = 500
#: How often a step is begun before it is given up.
TRIES: Final = 3
#: How long one may wait in the queue before it is queued again.
PATIENCE: Final = timedelta(seconds=10)
#: Seconds between two looks at whether somebody has cancelled it.
_PAUSE: Final = 0.5
#: First half of the advisory lock that whoever works on a list holds.
_LOCK: Final = 7_308_642

Status = VendorImport.Status


class _Stopped(Exception):
    """Nobody wants it any more."""


def start(
    *, unit: BusinessUnit, file_name: str, content: bytes, system: str, by: Principal
) -> VendorImport:
    """A list to be looked through; no vendor is written. Raises Invalid ("system"; "file" where it
    is so short that it is read at once)."""
    if len(content) <= AT_ONCE_BYTES:
        return imports.preview(
            unit=unit, file_name=file_name, content=content, system=system, by=by
        )
    made = imports.taken(unit=unit, file_name=file_name, content=content, system=system, by=by)
    with transaction.atomic():
        _hand_over(made, Status.READING, by)
    return made


def confirm(*, vendor_import: VendorImport, by: Principal) -> VendorImport:
    """Import a list that was looked through. Raises NotReady, ChangedMeanwhile."""
    if "counts" not in vendor_import.report:
        raise imports.NotReady(_("This import does not wait to be confirmed."))
    counts = vendor_import.report["counts"]
    if sum(counts[key] for key in ("new", "changed", "linked")) <= AT_ONCE_ROWS:
        return imports.run(vendor_import=vendor_import, by=by)
    require(by, Permission.IMPORT_VENDORS, vendor_import.unit_id)
    with transaction.atomic():
        locked = _locked(vendor_import.pk)
        if locked.status == Status.PREVIEW:
            _hand_over(locked, Status.WRITING, by)
    return locked


def cancel(*, vendor_import: VendorImport, by: Principal) -> VendorImport:
    """Stop what a worker does: what was not written yet never is, all of the list together.

    A list that was being written waits to be confirmed again; one that was being read is discarded.
    Raises Refused for one that is imported already.
    """
    require(by, Permission.IMPORT_VENDORS, vendor_import.unit_id)
    with transaction.atomic():
        locked = _locked(vendor_import.pk)
        if locked.status == Status.DONE:
            raise Refused(_("It is imported already."))
        if locked.status == Status.WRITING:
            _back(locked, _("The import was cancelled. Nothing was imported."))
        elif locked.status == Status.READING:
            imports.finish(locked, Status.DISCARDED)
    return locked


def _hand_over(made: VendorImport, status: VendorImport.Status, by: Principal) -> None:
    made.status, made.reason, made.tries = status, "", 0
    made.asked_by_id, made.language = UUID(by.id), translation.get_language() or ""
    made.started_at = clock.now()
    made.save()
    transaction.on_commit(lambda: _queue(made.pk))


def _locked(pk: UUID) -> VendorImport:
    rows = VendorImport.objects.select_for_update(of=("self",))
    return rows.select_related("unit", "asked_by").get(pk=pk)


def _back(locked: VendorImport, reason: str) -> None:
    """It waits to be confirmed again, with the reason why."""
    locked.status, locked.reason = Status.PREVIEW, reason[:200]
    locked.save(update_fields=["status", "reason"])


# --- what workers do ------------------------------------------------------------------------------
def go_on(*, import_id: UUID) -> None:
    """Look through a list, or write it. Harmless when it is called twice, or by two at once.

    What nobody expected is raised, and `sweep` has it tried again.
    """
    made = _begun(import_id)
    if made is None or made.asked_by is None:
        return
    with translation.override(made.language or None):
        try:
            if not made.asked_by.is_active:
                raise NotAllowed(_("Whoever asked for this import was switched off meanwhile."))
            with transaction.atomic():
                if _mine(import_id):
                    _done(made, principal_for_user(made.asked_by))
        except _Stopped:
            return
        except Refused as refused:
            _refused(made, refused)


def _begun(import_id: UUID) -> VendorImport | None:
    """The list, begun once more; None where nothing is to be done, or somebody else is at it."""
    with transaction.atomic():
        if not _mine(import_id):
            return None
        rows = VendorImport.objects.select_for_update(of=("self",)).select_related(
            "unit", "asked_by"
        )
        made = rows.filter(pk=import_id, status__in=VendorImport.UNDER_WAY).first()
        if made is None:
            return None
        if made.tries >= TRIES:
            with translation.override(made.language or None):
                _end(made, _("It was begun several times and never came to its end."))
            return None
        made.tries += 1
        made.started_at = clock.now()
        made.save(update_fields=["tries", "started_at"])
    return made


def _mine(import_id: UUID) -> bool:
    """Whether nobody else works on it; until the end of the transaction."""
    with connection.cursor() as cursor:
        key = [_LOCK, import_id.int % 2**31]
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", key)
        mine: bool = cursor.fetchone()[0]
    return mine


def _done(made: VendorImport, by: Principal) -> None:
    watch = _Watch(made)
    reading = made.status == Status.READING
    if reading:
        require(by, Permission.IMPORT_VENDORS, made.unit_id)
        report = imports.looked_through(made, watch)
    else:
        report = imports.write(vendor_import=made, by=by, watch=watch)
    locked = _locked(made.pk)
    if locked.status != made.status:
        raise _Stopped
    locked.report = report
    if reading:
        locked.status = Status.PREVIEW
        locked.save(update_fields=["status", "report"])
    else:
        imports.finish(locked, Status.DONE)


def _refused(made: VendorImport, refused: Refused) -> None:
    errors = refused.extra.get("errors", {}) if isinstance(refused, Invalid) else {}
    said = next((one for found in errors.values() for one in found), refused.message)
    with transaction.atomic():
        locked = _locked(made.pk)
        if locked.status == made.status:
            _end(locked, said)


def _end(locked: VendorImport, reason: str) -> None:
    """The step has come to nothing: a list that cannot be read is over, another waits again."""
    if locked.status == Status.READING:
        imports.finish(locked, Status.FAILED, reason)
    else:
        _back(locked, reason)


class _Watch:
    """Tells how far it has come, and raises _Stopped where nobody wants it any more."""

    def __init__(self, made: VendorImport) -> None:
        self._made, self._looked = made, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if done < total and time.monotonic() - self._looked < _PAUSE:
            return
        self._looked = time.monotonic()
        try:
            cache.set(progress_key(self._made), (done, total), timeout=600)
        except RedisError as error:
            log.warning("import.progress_not_told", reason=type(error).__name__)
        rows = VendorImport.objects.filter(pk=self._made.pk, status=self._made.status)
        if not rows.exists():
            raise _Stopped


def sweep() -> None:
    """Queue the lists that nobody works on."""
    waiting = VendorImport.objects.filter(
        status__in=VendorImport.UNDER_WAY, started_at__lt=clock.now() - PATIENCE
    )
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            free = _mine(pk)
        if free:
            _queue(pk)


def _queue(pk: UUID) -> None:
    try:
        current_app.send_task("vendors.import_list", args=[str(pk)], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("import.postponed", reason=str(error))
