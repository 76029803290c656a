"""Making a report: read with the rights of whoever asked, put into both files, kept with hashes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from accounts.principal import SYSTEM, Principal
from accounts.selectors import principal_for_user
from accounts.zones import zone
from audit import clock
from audit.record import record
from reports import book, paper
from reports.content import portfolio as of_portfolio
from reports.content import vendor as of_vendor
from reports.document import Document
from reports.events import ReportMade
from reports.models import Report, ReportFile
from reports.selectors import may_still_read, progress_key, reader_in, stop_key, units_of
from reports.services import notices
from reports.services.reports import LOCK, discard_begun, end, stored_as
from scoring import links
from scoring.selectors.portfolio import Portfolio
from scoring.services import export_files
from scoring.services.locks import held
from vendors.services.evidence_bytes import StorageUnavailable

log = structlog.get_logger(__name__)

#: How often one is begun before it has failed.
TRIES: Final = 3
#: Parts besides those of the content: the paper and the workbook.
_FILES: Final = 2


class _Stopped(Exception):
    """Nobody wants it any more."""


def make(*, report_id: UUID) -> None:
    """Make the files of a report. Harmless when it is called twice: the second has nothing to do.

    Where the storage cannot be written it has failed; what nobody expected is raised, and `sweep`
    has it tried again.
    """
    with held(LOCK, report_id.int) as mine:
        begun = _begun(report_id) if mine else None
        if begun is None:
            return
        report, maker = begun
        keys: list[str] = []
        try:
            as_of = links.filters_from(report.filters).day or clock.today()
            made = _made(report, maker, as_of)
            files = [_stored(report, name, content, keys) for name, content in made.items()]
        except _Stopped:
            return
        except (StorageUnavailable, OSError) as error:
            log.error("report.not_stored", report=str(report.pk), reason=str(error))
            _discard(keys)
            _failed(report, _("The files could not be stored. Ask for another report later."))
        else:
            if not _done(report, as_of, files):
                # Cancelled while it was being stored.
                _discard(keys)


def _begun(report_id: UUID) -> tuple[Report, Principal] | None:
    """The report, now running, and with whose rights it is read; None: nothing is to be done."""
    with transaction.atomic():
        rows = Report.objects.select_for_update(of=("self",)).select_related(
            "maker", "vendor", "unit", "schedule"
        )
        report = rows.filter(pk=report_id, status__in=Report.UNFINISHED).first()
        if report is None:
            return None
        if report.tries:
            discard_begun(report)
        if report.tries >= TRIES:
            end(report, Report.Status.FAILED, _("It could not be made."), SYSTEM)
            return None
        maker = principal_for_user(report.maker)
        if not report.maker.is_active or not _still_read(report, maker):
            reason = _("Whoever asked for it may not read this any more.")
            end(report, Report.Status.CANCELLED, reason, SYSTEM)
            return None
        report.status, report.started_at = Report.Status.RUNNING, clock.now()
        report.tries += 1
        report.save(update_fields=["status", "started_at", "tries"])
    return report, maker


def _still_read(report: Report, maker: Principal) -> bool:
    """Whether its maker may read it, as it was asked for and with the units they have gained."""
    if not may_still_read(maker, report):
        return False
    report.units = units_of(maker, report.unit)
    report.save(update_fields=["units"])
    return may_still_read(maker, report)


def _made(report: Report, maker: Principal, as_of: date) -> dict[str, bytes]:
    """Format -> content, in the language of whoever asked and their day."""
    reader = reader_in(maker, report.unit)
    watch = _Watch(report)
    with translation.override(report.language), timezone.override(zone(report.maker.time_zone)):
        said = _document(report, reader, watch.chapters)
        pdf = paper.render(said, as_of)
        watch.file()
        sheets = book.render(said, as_of)
        watch.file()
    return {ReportFile.Format.PDF: pdf, ReportFile.Format.XLSX: sheets}


def _document(report: Report, reader: Principal, watch: Callable[[int, int], None]) -> Document:
    if report.vendor is None:
        of = Portfolio(reader, report.unit, links.filters_from(report.filters))
        return of_portfolio.document(of, report.view_name, watch=watch)
    return of_vendor.document(
        report.vendor, reader, report.unit, with_strict=report.with_strict, watch=watch
    )


class _Watch:
    """Tells how far it has come, and raises _Stopped where nobody wants it any more."""

    def __init__(self, report: Report) -> None:
        self._report, self._done, self._total = report, 0, 0

    def chapters(self, done: int, total: int) -> None:
        """So many chapters of all are written."""
        self._told(done, total + _FILES)

    def file(self) -> None:
        """One more file is there."""
        self._told(self._done + 1, self._total)

    def _told(self, done: int, total: int) -> None:
        self._done, self._total = done, total
        try:
            cache.set(progress_key(self._report.pk), (done, total), timeout=600)
            stopped = cache.get(stop_key(self._report.pk))
        except RedisError:
            return
        if stopped:
            raise _Stopped


def _stored(report: Report, name: str, content: bytes, keys: list[str]) -> ReportFile:
    key = export_files.store(stored_as(report, name), io.BytesIO(content), len(content))
    keys.append(key)
    return ReportFile(
        report=report,
        format=name,
        key=key,
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )


def _discard(keys: list[str]) -> None:
    for key in keys:
        export_files.discard(key)


def _done(report: Report, as_of: date, files: list[ReportFile]) -> bool:
    """Note that it is ready and tell whom it was made for; False where nobody wants it now."""
    with transaction.atomic():
        rows = Report.objects.select_for_update(of=("self",))
        locked = rows.filter(pk=report.pk, status=Report.Status.RUNNING).first()
        if locked is None:
            return False
        ReportFile.objects.bulk_create(files)
        now = clock.now()
        locked.status, locked.as_of, locked.finished_at = Report.Status.READY, as_of, now
        locked.expires_at = now + timedelta(days=settings.REPORT_DAYS)
        locked.save()
        record(
            ReportMade(
                aggregate_id=locked.pk,
                unit_id=locked.only_unit,
                kind=locked.kind,
                vendor_id=locked.vendor_id,
                files={file.format: file.sha256 for file in files},
            ),
            by=SYSTEM,
        )
        if locked.schedule_id is not None:
            notices.tell_readers(locked)
    return True


def _failed(report: Report, reason: str | Promise) -> None:
    with transaction.atomic():
        locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if locked.is_unfinished:
            end(locked, Report.Status.FAILED, reason, SYSTEM)
