"""Reports: asked for, handed out, stopped, erased."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import ApiClient, BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require, require_everywhere
from accounts.selectors import principal_for_client, principal_for_user
from audit import clock
from audit.errors import Refused
from audit.record import record
from reports.events import ReportAsked, ReportDownloaded, ReportEnded
from reports.models import Kind, Report, ReportFile, Schedule
from reports.selectors import NEEDED, READ, may_remove, may_still_read, units_of
from scoring.services import export_files, jobs
from vendors.models import Vendor

#: How many somebody may have under way, and how many reports a client may keep.
AT_ONCE: Final = 5
KEPT: Final = 100


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

    It holds what `by`, a person or a client, may read in `unit`, or in all of theirs; the portfolio
    of several units together is for those who see all. `vendor` was found among those visible.
    `filters` of a portfolio: as `scoring.links.filters_but_unit` gives them; `view_name`: what the
    view is called that holds them. Its words are in the language that is active. Raises
    NotAllowed, TooManyReports.
    """
    if unit is None and vendor is None:
        require_everywhere(by, READ)
    for permission in NEEDED:
        require(by, permission, unit.pk if unit else None)
    units = units_of(by, unit)
    if with_strict and not by.covers(Permission.VIEW_CONFIDENTIAL, units):
        raise NotAllowed(_("You may not open what is strictly confidential."))
    maker, client = _in_line(by, scheduled=schedule is not None)
    report = Report.objects.create(
        kind=Kind.VENDOR if vendor else Kind.PORTFOLIO,
        vendor=vendor,
        unit=unit,
        units=units,
        filters=dict(filters or {}),
        view_name=view_name,
        with_strict=with_strict,
        maker=maker,
        client=client,
        language=get_language() or settings.LANGUAGE_CODE,
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


def _in_line(by: Principal, *, scheduled: bool) -> tuple[User | None, ApiClient | None]:
    """Whoever asks, a person or a client, behind a lock: two that come at once stand in line."""
    maker, client = None, None
    if by.kind == "user":
        maker = User.objects.select_for_update().get(pk=by.id)
    elif by.kind == "client":
        client = ApiClient.objects.select_for_update().get(public_id=by.id)
    else:
        raise NotAllowed(_("Reports are made for people and clients."))
    mine = Report.objects.filter(maker=maker, client=client)
    if not scheduled and mine.filter(status__in=Report.UNFINISHED).count() >= AT_ONCE:
        raise TooManyReports(
            _("%(most)s reports are under way. Wait for one of them, or cancel one.")
            % {"most": AT_ONCE}
        )
    if client and mine.filter(status=Report.Status.READY).count() >= KEPT:
        raise TooManyReports(
            _("%(most)s reports are kept. Delete those that you have fetched.") % {"most": KEPT}
        )
    return maker, client


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
    jobs.remove(WORK, report, by)


def require_removing(*, report: Report, by: Principal) -> None:
    """Raise NotAllowed for those who only read it."""
    if not may_remove(by, report):
        raise NotAllowed(_("Only whoever had the report made, or an administrator, may do this."))


def reader_of(report: Report) -> Principal:
    """Whoever asked, with the rights that they hold today."""
    one = report.asked_by
    if isinstance(one, ApiClient):
        return principal_for_client(one, one.scopes)
    return principal_for_user(one)


def _is_wanted(report: Report) -> bool:
    """Whether whoever asked may read it today.

    One that is still to be made holds the units that they have gained as well.
    """
    reader = reader_of(report)
    if not report.asked_by.is_active or not may_still_read(reader, report):
        return False
    if report.is_unfinished:
        report.units = units_of(reader, report.unit)
        report.save(update_fields=["units"])
        return may_still_read(reader, report)
    return True


def _told(report: Report, by: Principal) -> None:
    """Put on record that it is over."""
    record(
        ReportEnded(
            aggregate_id=report.pk,
            unit_id=report.only_unit,
            kind=report.kind,
            vendor_id=report.vendor_id,
            status=report.status,
            reason=report.reason,
        ),
        by=by,
    )


def stored_as(report: Report, file_format: str) -> str:
    """The name under which a file of a report is stored."""
    return f"reports/{report.pk.hex[-2:]}/{report.pk}.{file_format}"


def _discard_begun(report: Report) -> None:
    """Erase what a worker that never came to the end may have stored: no row names it."""
    for file_format in ReportFile.Format.values:
        export_files.discard(stored_as(report, file_format))


def _clear(report: Report) -> None:
    """Erase the files of one that is over; where the storage is away, `sweep` does it later."""
    for file in ReportFile.objects.filter(report=report).exclude(report__status="ready"):
        if export_files.discard(file.key):
            file.delete()


def follow_client(*, public_id: UUID) -> None:
    """Stop and erase what a client may not read any more: switched off, or with fewer rights."""
    alive = (*Report.UNFINISHED, Report.Status.READY)
    jobs.drop_unwanted(WORK, _rows().filter(client__public_id=public_id, status__in=alive))


def sweep() -> None:
    """Queue what nobody works on, erase files that have had their time; the rows stay."""
    jobs.sweep(WORK)


def _rows() -> QuerySet[Report]:
    return Report.objects.select_related("maker", "client", "vendor", "unit", "schedule")


WORK: Final = jobs.Work(
    rows=_rows,
    name="report",
    lock=7_308_641,
    task="reports.continue",
    wanted=_is_wanted,
    given_up=gettext_lazy("It could not be made."),
    no_more=gettext_lazy("Whoever asked for it may not read this any more."),
    told=_told,
    tidy=_discard_begun,
    clear=_clear,
    uncleared=lambda: Report.objects.filter(status__in=Report.OVER, files__isnull=False).distinct(),
    kept=lambda: timedelta(days=settings.REPORT_DAYS),
    words=lambda report: translation.override(report.language),
)
