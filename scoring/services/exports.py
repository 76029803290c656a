"""Exports: asked for, made in the background, handed out, stopped, erased.

What is queued may be lost, so nothing depends on it: `sweep` queues what nobody works on.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts.models import ApiClient
from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import require
from accounts.selectors import principal_for_client
from audit import clock
from audit.errors import Refused
from audit.record import record
from scoring.events import ExportAsked, ExportDownloaded, ExportEnded, ExportMade
from scoring.models import Export
from scoring.selectors.export_layout import copy_statement, ids_sql
from scoring.selectors.export_rows import rows_of
from scoring.selectors.exports import may_still_read, needed, progress_key, stop_key
from scoring.services import export_files
from scoring.services.export_book import MOST_ROWS
from scoring.services.locks import held
from vendors.services.evidence_bytes import StorageUnavailable

log = structlog.get_logger(__name__)

#: How many a client may have under way, and how many files it may keep.
AT_ONCE: Final = 2
KEPT: Final = 20
#: How often one is begun before it has failed.
TRIES: Final = 3
#: How long one may wait in the queue before it is queued again.
PATIENCE: Final = timedelta(seconds=10)
#: How long the row of an export outlives its file.
FORGOTTEN: Final = timedelta(days=30)
#: Seconds between two looks at whether somebody has stopped it.
_PAUSE: Final = 0.5
#: First half of the advisory lock that whoever makes an export holds.
_LOCK: Final = 7_308_631


class TooManyExports(Refused):
    """The client has as many under way, or as many files, as it may have."""

    code = "too_many_exports"


class NotReady(Refused):
    """There is no file yet."""

    code = "export_not_ready"


class ExportGone(Refused):
    """There is no file any more, or never was."""

    status = 410
    code = "export_gone"


class _Stopped(Exception):
    """Nobody wants it any more."""


class _TooLong(Exception):
    """More rows than a sheet holds."""


@dataclass(frozen=True)
class Download:
    """A file that may be handed out; `packed`: in gzip."""

    export: Export
    packed: bool
    pieces: Iterator[bytes]


@transaction.atomic
def ask(
    *, what: str, file_format: str, filters: Mapping[str, Any], unit_id: UUID | None, by: Principal
) -> Export:
    """A new export of what `by`, a client of the API, may read; a worker makes its file.

    `filters`: band, tier, country, status, and "as_of" as YYYY-MM-DD. `unit_id`: that unit alone.
    Raises NotAllowed, TooManyExports.
    """
    permission = needed(what)
    require(by, permission, unit_id)
    # The lock makes two that come at once stand in line.
    client = ApiClient.objects.select_for_update().get(public_id=by.id)
    mine = Export.objects.filter(client=client)
    if mine.filter(status__in=Export.UNFINISHED).count() >= AT_ONCE:
        raise TooManyExports(
            _("%(most)s exports are under way. Wait for one of them, or delete one.")
            % {"most": AT_ONCE}
        )
    if mine.filter(status=Export.Status.READY).count() >= KEPT:
        raise TooManyExports(
            _("%(most)s exports are kept. Delete those that you have fetched.") % {"most": KEPT}
        )
    units = by.units(permission) if unit_id is None else {unit_id}
    export = Export.objects.create(
        client=client,
        what=what,
        format=file_format,
        filters={**filters, **({"unit": str(unit_id)} if unit_id else {})},
        units=None if units is None else sorted(units),
        with_ratings=by.can(Permission.READ_SCORES),
        created_at=clock.now(),
    )
    record(
        ExportAsked(
            aggregate_id=export.pk,
            unit_id=_unit(export),
            what=what,
            format=file_format,
            filters=export.filters,
        ),
        by=by,
    )
    return export


def _unit(export: Export) -> UUID | None:
    """The unit that an event about it belongs to: its only one, or none in particular."""
    return export.units[0] if export.units and len(export.units) == 1 else None


# --- making one ----------------------------------------------------------------------------------


def make(*, export_id: UUID) -> None:
    """Write the file of an export. Harmless when it is called twice: the second has nothing to do.

    Where the storage cannot be written it has failed; what nobody expected is raised, and `sweep`
    has it tried again.
    """
    with held(_LOCK, export_id.int) as mine:
        export = _begun(export_id) if mine else None
        if export is None:
            return
        try:
            with export_files.temporary() as file:
                made = export_files.write(export, copy_of(export), file, _watch(export))
                name = f"{export.pk.hex[-2:]}/{export.pk}"
                if export.tries > 1:
                    # Whoever began it before may have come so far, and no further.
                    export_files.discard(name)
                key = export_files.store(name, file, made.stored_size)
        except _Stopped:
            return
        except _TooLong:
            _failed(export, _("A sheet does not hold so many rows. Take CSV or NDJSON."))
        except (StorageUnavailable, OSError) as error:
            log.error("export.not_stored", export=str(export.pk), reason=str(error))
            _failed(export, _("The file could not be stored. Ask for another export later."))
        else:
            _done(export, made, key)


def _begun(export_id: UUID) -> Export | None:
    """The export, now running; None where nothing is left to be done."""
    with transaction.atomic():
        rows = Export.objects.select_for_update(of=("self",)).select_related("client")
        export = rows.filter(pk=export_id, status__in=Export.UNFINISHED).first()
        if export is None:
            return None
        if export.tries >= TRIES:
            _end(export, Export.Status.FAILED, _given_up(), SYSTEM)
            return None
        if not _is_wanted(export):
            _end(export, Export.Status.CANCELLED, _no_more(), SYSTEM)
            return None
        export.status, export.started_at = Export.Status.RUNNING, clock.now()
        export.tries += 1
        export.save(update_fields=["status", "started_at", "tries"])
    return export


def _is_wanted(export: Export) -> bool:
    """Whether its client is switched on and may still read all of it; read `client` afresh."""
    client = export.client
    return client.is_active and may_still_read(principal_for_client(client, client.scopes), export)


def _given_up() -> str:
    return _(
        "It was begun %(tries)s times and never came to its end; the log of the workers says why."
        " Ask for another export."
    ) % {"tries": TRIES}


def _no_more() -> str:
    return _("The client may not read this any more.")


def copy_of(export: Export) -> str:
    return copy_statement(export, rows_of(export, ids=ids_sql(export), today=clock.today()))


def _watch(export: Export) -> Any:
    """Tells how far it has come, and raises _Stopped where nobody wants it any more."""
    looked = time.monotonic()

    def watch(rows: int) -> None:
        nonlocal looked
        if export.format == Export.Format.XLSX and rows > MOST_ROWS:
            raise _TooLong
        if time.monotonic() - looked < _PAUSE:
            return
        looked = time.monotonic()
        try:
            cache.set(progress_key(export.pk), rows, timeout=600)
            stopped = cache.get(stop_key(export.pk))
        except RedisError:
            return
        if stopped:
            raise _Stopped

    return watch


def _done(export: Export, made: export_files.Made, key: str) -> None:
    with transaction.atomic():
        rows = Export.objects.select_for_update(of=("self",)).select_related("client")
        locked = rows.filter(pk=export.pk, status=Export.Status.RUNNING).first()
        if locked is not None:
            now = clock.now()
            locked.status, locked.key = Export.Status.READY, key
            locked.finished_at = now
            locked.expires_at = now + timedelta(hours=settings.EXPORT_HOURS)
            for name, value in vars(made).items():
                setattr(locked, name, value)
            locked.save()
            record(
                ExportMade(
                    aggregate_id=locked.pk,
                    unit_id=_unit(locked),
                    what=locked.what,
                    rows=made.rows,
                    size=made.size,
                    sha256=made.sha256,
                ),
                by=SYSTEM,
            )
    if locked is None:
        # Cancelled while it was being stored.
        export_files.discard(key)


def _failed(export: Export, reason: str) -> None:
    with transaction.atomic():
        locked = Export.objects.select_for_update(of=("self",)).get(pk=export.pk)
        if locked.status in Export.UNFINISHED:
            _end(locked, Export.Status.FAILED, reason, SYSTEM)


def _end(export: Export, status: Export.Status, reason: str, by: Principal) -> None:
    """It is over; the row is locked. Its file, if there is one, is erased by `_clear`."""
    export.status, export.reason = status, reason
    export.finished_at = export.finished_at or clock.now()
    export.save(update_fields=["status", "reason", "finished_at"])
    record(
        ExportEnded(
            aggregate_id=export.pk,
            unit_id=_unit(export),
            what=export.what,
            status=status.value,
            reason=reason,
        ),
        by=by,
    )


# --- afterwards ----------------------------------------------------------------------------------


def deliver(*, export: Export, packed: bool, by: Principal) -> Download:
    """Hand the file out to `by`, whose export it is; noted in the record.

    `packed`: in gzip, if it is stored so. Raises NotReady, ExportGone, StorageUnavailable.
    """
    if export.status in Export.UNFINISHED:
        raise NotReady(_("The export is still being made. Ask again in a few seconds."))
    if export.status != Export.Status.READY:
        raise ExportGone(export.reason or _("The file of this export was erased."))
    try:
        pieces = export_files.read(export, packed=packed)
    except export_files.Gone as error:
        raise ExportGone(_("The file of this export was erased.")) from error
    with transaction.atomic():
        record(
            ExportDownloaded(
                aggregate_id=export.pk,
                unit_id=_unit(export),
                what=export.what,
                rows=export.rows or 0,
                sha256=export.sha256,
            ),
            by=by,
        )
    return Download(export, packed and export.format != Export.Format.XLSX, pieces)


def remove(*, export: Export, by: Principal, reason: str = "") -> None:
    """Stop an export that is under way, or erase the file of one that is ready.

    Of one that is over, nothing is left to be done.
    """
    with transaction.atomic():
        locked = Export.objects.select_for_update(of=("self",)).get(pk=export.pk)
        if locked.status in Export.UNFINISHED:
            _end(locked, Export.Status.CANCELLED, reason, by)
            transaction.on_commit(lambda: _tell_worker(locked.pk))
        elif locked.status == Export.Status.READY:
            _end(locked, Export.Status.ERASED, reason, by)
    _clear(locked)


def _tell_worker(export_id: UUID) -> None:
    try:
        cache.set(stop_key(export_id), 1, timeout=3600)
    except RedisError as error:
        # The worker finds it cancelled when it is through.
        log.warning("export.not_told", reason=type(error).__name__)


def _clear(export: Export) -> None:
    """Erase the file of one that is over; where the storage is away, `sweep` does it later."""
    if export.key and export.status != Export.Status.READY and export_files.discard(export.key):
        Export.objects.filter(pk=export.pk).update(key="")


def follow_client(*, public_id: UUID) -> None:
    """Stop and erase what a client may not read any more: switched off, or with fewer rights."""
    alive = (*Export.UNFINISHED, Export.Status.READY)
    rows = Export.objects.filter(client__public_id=public_id, status__in=alive)
    for export in rows.select_related("client"):
        if not _is_wanted(export):
            remove(export=export, by=SYSTEM, reason=_no_more())


def sweep() -> None:
    """Queue what nobody works on, erase what has had its time, forget what was erased long ago."""
    now = clock.now()
    waiting = Export.objects.filter(status__in=Export.UNFINISHED, created_at__lt=now - PATIENCE)
    for pk in waiting.values_list("pk", flat=True):
        with held(_LOCK, pk.int) as free:
            pass
        if free:
            _queue(pk)
    for export in Export.objects.filter(status=Export.Status.READY, expires_at__lte=now):
        remove(export=export, by=SYSTEM, reason=_("Its time was over."))
    for export in Export.objects.filter(key__gt="").exclude(status=Export.Status.READY):
        _clear(export)
    over = (Export.Status.FAILED, Export.Status.CANCELLED, Export.Status.ERASED)
    Export.objects.filter(status__in=over, finished_at__lt=now - FORGOTTEN, key="").delete()


def _queue(export_id: UUID) -> None:
    try:
        current_app.send_task("scoring.continue_export", args=[str(export_id)], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("export.postponed", reason=str(error))
