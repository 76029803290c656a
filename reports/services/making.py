"""Making a report: read with the rights of whoever asked, put into both files, kept with hashes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date
from hashlib import sha256
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.principal import SYSTEM, Principal
from accounts.zones import zone
from audit import clock
from audit.record import record
from reports import book, paper
from reports.content import portfolio as of_portfolio
from reports.content import vendor as of_vendor
from reports.document import Document
from reports.events import ReportMade
from reports.models import Report, ReportFile
from reports.selectors import engagements_told, reader_in
from reports.services import notices
from reports.services.reports import WORK, reader_of, stored_as
from scoring import links
from scoring.selectors.portfolio import Portfolio
from scoring.services import export_files, jobs
from vendors.services.evidence_bytes import StorageUnavailable

log = structlog.get_logger(__name__)

#: Parts besides those of the content: the paper and the workbook.
_FILES: Final = 2


def make(*, report_id: UUID) -> None:
    """Make the files of a report. Harmless when it is called twice: the second has nothing to do.

    Where the storage cannot be written it has failed; what nobody expected is raised, and `sweep`
    has it tried again.
    """
    with jobs.claimed(WORK, report_id) as report:
        if report is None:
            return
        keys: list[str] = []
        try:
            as_of = links.filters_from(report.filters).day or clock.today()
            made = _made(report, as_of)
            files = [_stored(report, name, content, keys) for name, content in made.items()]
        except jobs.Stopped:
            return
        except (StorageUnavailable, OSError) as error:
            log.error("report.not_stored", report=str(report.pk), reason=str(error))
            _discard(keys)
            reason = _("The files could not be stored. Ask for another report later.")
            jobs.failed(WORK, report, reason)
        else:
            told = engagements_told(report, reader_in(reader_of(report), report.unit))
            if not _done(report, as_of, told, files):
                # Cancelled while it was being stored.
                _discard(keys)


def _made(report: Report, as_of: date) -> dict[str, bytes]:
    """Format -> content, in the language of whoever asked and their day."""
    reader = reader_in(reader_of(report), report.unit)
    watch = _Watch(report)
    days = zone(report.maker.time_zone) if report.maker else UTC
    with translation.override(report.language), timezone.override(days):
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
    """Tells how far it has come, and raises Stopped where nobody wants it any more."""

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
        jobs.note(WORK, self._report, (done, total))


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


def _done(report: Report, as_of: date, told: list[UUID], files: list[ReportFile]) -> bool:
    """Note that it is ready and tell whom it was made for; False where nobody wants it now."""
    with transaction.atomic():
        ready = jobs.ready(WORK, report, as_of=as_of, engagements=told)
        if ready is None:
            return False
        ReportFile.objects.bulk_create(files)
        record(
            ReportMade(
                aggregate_id=ready.pk,
                unit_id=ready.only_unit,
                kind=ready.kind,
                vendor_id=ready.vendor_id,
                files={file.format: file.sha256 for file in files},
            ),
            by=SYSTEM,
        )
        if ready.schedule_id is not None:
            notices.tell_readers(ready)
    return True
