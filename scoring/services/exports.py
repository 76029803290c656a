"""Exports: asked for, made in the background, handed out, stopped, erased."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.functional import lazy as later
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

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
from scoring.selectors.exports import may_still_read, needed
from scoring.services import export_files, jobs
from scoring.services.export_book import MOST_ROWS
from vendors.services.evidence_bytes import StorageUnavailable

log = structlog.get_logger(__name__)

#: How many a client may have under way, and how many files it may keep.
AT_ONCE: Final = 2
KEPT: Final = 20
#: How long the row of an export outlives its file.
FORGOTTEN: Final = timedelta(days=30)
#: Seconds between two looks at whether somebody has stopped it.
_PAUSE: Final = 0.5


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
    with jobs.claimed(WORK, export_id) as export:
        if export is None:
            return
        try:
            with export_files.temporary() as file:
                made = export_files.write(export, copy_of(export), file, _watch(export))
                key = export_files.store(_stored_as(export), file, made.stored_size)
        except jobs.Stopped:
            return
        except _TooLong:
            jobs.failed(WORK, export, _("A sheet does not hold so many rows. Take CSV or NDJSON."))
        except (StorageUnavailable, OSError) as error:
            log.error("export.not_stored", export=str(export.pk), reason=str(error))
            reason = _("The file could not be stored. Ask for another export later.")
            jobs.failed(WORK, export, reason)
        else:
            _done(export, made, key)


def _stored_as(export: Export) -> str:
    """The name under which the file of an export is stored."""
    return f"{export.pk.hex[-2:]}/{export.pk}"


def _is_wanted(export: Export) -> bool:
    """Whether its client is switched on and may still read all of it; read `client` afresh."""
    client = export.client
    return client.is_active and may_still_read(principal_for_client(client, client.scopes), export)


def _given_up() -> str:
    return _(
        "It was begun %(tries)s times and never came to its end; the log of the workers says why."
        " Ask for another export."
    ) % {"tries": jobs.TRIES}


def copy_of(export: Export) -> str:
    return copy_statement(export, rows_of(export, ids=ids_sql(export), today=clock.today()))


def _watch(export: Export) -> Callable[[int], None]:
    """Tells how far it has come, and raises Stopped where nobody wants it any more."""
    looked = time.monotonic()

    def watch(rows: int) -> None:
        nonlocal looked
        if export.format == Export.Format.XLSX and rows > MOST_ROWS:
            raise _TooLong
        if time.monotonic() - looked >= _PAUSE:
            looked = time.monotonic()
            jobs.note(WORK, export, rows)

    return watch


def _done(export: Export, made: export_files.Made, key: str) -> None:
    with transaction.atomic():
        ready = jobs.ready(WORK, export, key=key, **vars(made))
        if ready is not None:
            record(
                ExportMade(
                    aggregate_id=ready.pk,
                    unit_id=_unit(ready),
                    what=ready.what,
                    rows=made.rows,
                    size=made.size,
                    sha256=made.sha256,
                ),
                by=SYSTEM,
            )
    if ready is None:
        # Cancelled while it was being stored.
        export_files.discard(key)


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
    jobs.remove(WORK, export, by, reason)


def _told(export: Export, by: Principal) -> None:
    """Put on record that it is over."""
    record(
        ExportEnded(
            aggregate_id=export.pk,
            unit_id=_unit(export),
            what=export.what,
            status=export.status,
            reason=export.reason,
        ),
        by=by,
    )


def _clear(export: Export) -> None:
    """Erase the file of one that is over; where the storage is away, `sweep` does it later."""
    if export.key and export.status != Export.Status.READY and export_files.discard(export.key):
        Export.objects.filter(pk=export.pk).update(key="")


def follow_client(*, public_id: UUID) -> None:
    """Stop and erase what a client may not read any more: switched off, or with fewer rights."""
    alive = (*Export.UNFINISHED, Export.Status.READY)
    rows = Export.objects.filter(client__public_id=public_id, status__in=alive)
    jobs.drop_unwanted(WORK, rows.select_related("client"))


def sweep() -> None:
    """Queue what nobody works on, erase what has had its time, forget what was erased long ago."""
    jobs.sweep(WORK)
    long_ago = clock.now() - FORGOTTEN
    Export.objects.filter(status__in=Export.OVER, finished_at__lt=long_ago, key="").delete()


WORK: Final = jobs.Work(
    rows=lambda: Export.objects.select_related("client"),
    name="export",
    lock=7_308_631,
    task="scoring.continue_export",
    wanted=_is_wanted,
    given_up=later(_given_up, str)(),
    no_more=lazy("The client may not read this any more."),
    told=_told,
    tidy=lambda export: export_files.discard(_stored_as(export)),
    clear=_clear,
    uncleared=lambda: Export.objects.filter(key__gt="").exclude(status=Export.Status.READY),
    kept=lambda: timedelta(hours=settings.EXPORT_HOURS),
)
