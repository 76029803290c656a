"""Reports: asked for, handed out, stopped, erased.

What is queued may be lost, so nothing depends on it: `sweep` queues what nobody works on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.core.cache import cache
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import NotAllowed, require, require_everywhere
from audit import clock
from audit.errors import Refused
from audit.record import record
from reports.events import ReportAsked, ReportDownloaded, ReportEnded
from reports.models import Kind, Report, ReportFile, Schedule
from reports.selectors import READ, may_remove, stop_key, units_of
from scoring.services import export_files
from scoring.services.locks import held
from vendors.models import Vendor

log = structlog.get_logger(__name__)

#: How many somebody may have under way.
AT_ONCE: Final = 5
#: How long one may wait in the queue before it is queued again.
PATIENCE: Final = timedelta(seconds=10)
#: First half of the advisory lock that whoever makes a report holds.
LOCK: Final = 7_308_641


class TooManyReports(Refused):
    """Somebody has as many under way as they may have."""

    code = "too_many_reports"


class NotReady(Refused):
    """There are no files yet."""

    code = "report_not_ready"


class ReportGone(Refused):
    """There is no file any more, or never was."""

    status = 410
    code = "report_gone"


@dataclass(frozen=True)
class Download:
    """A file that may be handed out."""

    file: ReportFile
    pieces: Iterator[bytes]


@transaction.atomic
def ask(
    *,
    vendor: Vendor | None,
    unit: BusinessUnit | None,
    filters: Mapping[str, str] | None = None,
    view_name: str = "",
    with_strict: bool = False,
    schedule: Schedule | None = None,
    by: Principal,
) -> Report:
    """A new report on a vendor, or on the portfolio without one; a worker makes its files.

    It holds what `by`, a person, may read in `unit`, or in all of theirs; the portfolio of several
    units together is for those who see all. `vendor` was found among those visible. `filters` of a
    portfolio: as `scoring.links.filters_but_unit` gives them; `view_name`: what the view is called
    that holds them. Its words are in the language that is active. Raises NotAllowed,
    TooManyReports.
    """
    if by.kind != "user":
        raise NotAllowed(_("Reports are made for people."))
    if unit is None and vendor is None:
        require_everywhere(by, READ)
    require(by, READ, unit.pk if unit else None)
    units = units_of(by, unit)
    if with_strict and not by.covers(Permission.VIEW_CONFIDENTIAL, units):
        raise NotAllowed(_("You may not open what is strictly confidential."))
    # The lock makes two that come at once stand in line.
    maker = User.objects.select_for_update().get(pk=by.id)
    under_way = Report.objects.filter(maker=maker, status__in=Report.UNFINISHED).count()
    if schedule is None and under_way >= AT_ONCE:
        raise TooManyReports(
            _("%(most)s reports are under way. Wait for one of them, or cancel one.")
            % {"most": AT_ONCE}
        )
    report = Report.objects.create(
        kind=Kind.VENDOR if vendor else Kind.PORTFOLIO,
        vendor=vendor,
        unit=unit,
        units=units,
        filters=dict(filters or {}),
        view_name=view_name,
        with_strict=with_strict,
        maker=maker,
        language=get_language() or maker.language,
        schedule=schedule,
        created_at=clock.now(),
    )
    record(
        ReportAsked(
            aggregate_id=report.pk,
            unit_id=report.only_unit,
            kind=report.kind,
            vendor_id=report.vendor_id,
            schedule_id=schedule.pk if schedule else None,
            with_strict=with_strict,
            filters=sorted(report.filters),
        ),
        by=by,
    )
    return report


def deliver(*, report: Report, file_format: str, by: Principal) -> Download:
    """Hand a file out to `by`, who was let through to the report; noted in the record.

    Raises NotReady, ReportGone, StorageUnavailable.
    """
    if report.is_unfinished:
        raise NotReady(_("The report is still being made."))
    file = ReportFile.objects.filter(report=report, format=file_format).first()
    if report.status != Report.Status.READY or file is None:
        raise ReportGone(report.reason or _("The files of this report were erased."))
    try:
        pieces = export_files.read_stored(file.key)
    except export_files.Gone as error:
        raise ReportGone(_("The files of this report were erased.")) from error
    with transaction.atomic():
        record(
            ReportDownloaded(
                aggregate_id=report.pk,
                unit_id=report.only_unit,
                kind=report.kind,
                vendor_id=report.vendor_id,
                format=file.format,
                sha256=file.sha256,
            ),
            by=by,
        )
    return Download(file, pieces)


def remove(*, report: Report, by: Principal) -> None:
    """Stop a report that is under way, or erase the files of one that is ready.

    Of one that is over, nothing is left to be done. Raises NotAllowed.
    """
    require_removing(report=report, by=by)
    _remove(report, by, "")


def require_removing(*, report: Report, by: Principal) -> None:
    """Raise NotAllowed for those who only read it."""
    if not may_remove(by, report):
        raise NotAllowed(_("Only whoever had the report made, or an administrator, may do this."))


def _remove(report: Report, by: Principal, reason: str | Promise) -> None:
    with transaction.atomic():
        locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        stopped = locked.is_unfinished
        if stopped:
            end(locked, Report.Status.CANCELLED, reason, by)
            transaction.on_commit(lambda: _tell_worker(locked.pk))
        elif locked.status == Report.Status.READY:
            end(locked, Report.Status.ERASED, reason, by)
    if stopped:
        discard_begun(locked)
    _clear(locked)


def end(report: Report, status: Report.Status, reason: str | Promise, by: Principal) -> None:
    """It is over, for a `reason` kept in its language; the caller's transaction locks the row."""
    with translation.override(report.language):
        report.status, report.reason = status, str(reason)
    report.finished_at = report.finished_at or clock.now()
    report.save(update_fields=["status", "reason", "finished_at"])
    record(
        ReportEnded(
            aggregate_id=report.pk,
            unit_id=report.only_unit,
            kind=report.kind,
            vendor_id=report.vendor_id,
            status=status.value,
            reason=report.reason,
        ),
        by=by,
    )


def _tell_worker(report_id: UUID) -> None:
    try:
        cache.set(stop_key(report_id), 1, timeout=3600)
    except RedisError as error:
        # The worker finds it cancelled when it is through.
        log.warning("report.not_told", reason=type(error).__name__)


def stored_as(report: Report, file_format: str) -> str:
    """The name under which a file of a report is stored."""
    return f"reports/{report.pk.hex[-2:]}/{report.pk}.{file_format}"


def discard_begun(report: Report) -> None:
    """Erase what a worker that never came to the end may have stored: no row names it."""
    for file_format in ReportFile.Format.values:
        export_files.discard(stored_as(report, file_format))


def _clear(report: Report) -> None:
    """Erase the files of one that is over; where the storage is away, `sweep` does it later."""
    for file in ReportFile.objects.filter(report=report).exclude(report__status="ready"):
        if export_files.discard(file.key):
            file.delete()


def sweep() -> None:
    """Queue what nobody works on, erase files that have had their time; the rows stay."""
    now = clock.now()
    waiting = Report.objects.filter(status__in=Report.UNFINISHED, created_at__lt=now - PATIENCE)
    for pk in waiting.values_list("pk", flat=True):
        with held(LOCK, pk.int) as free:
            pass
        if free:
            _queue(pk)
    for report in Report.objects.filter(status=Report.Status.READY, expires_at__lte=now):
        _remove(report, SYSTEM, gettext_lazy("Its time was over."))
    over = (Report.Status.FAILED, Report.Status.CANCELLED, Report.Status.ERASED)
    for report in Report.objects.filter(status__in=over, files__isnull=False).distinct():
        _clear(report)


def _queue(report_id: UUID) -> None:
    try:
        current_app.send_task("reports.continue", args=[str(report_id)], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("report.postponed", reason=str(error))
