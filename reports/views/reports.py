"""Reports: the list, asking for one, one of them while it is made and after, its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import long_work
from accounts.api_files import file_answer
from accounts.doors import Request, page, posted
from accounts.long_work import Work
from accounts.models import BusinessUnit
from accounts.units import ALL, unit_of_address, working_unit
from audit import paging
from audit.errors import Refused
from reports import words
from reports.forms import ReportForm
from reports.models import Report, ReportFile
from reports.selectors import (
    READ,
    files_of,
    may_remove,
    owner_in,
    progress,
    reports_visible_to,
)
from reports.services import reports
from reports.views.selecting import filters_in, selected, vendor_of
from scoring import links
from scoring.models import PortfolioView
from scoring.selectors.portfolio.views import views_of
from scoring.views.portfolio import MENU
from vendors.models import Vendor
from vendors.selectors import links_of


def found(request: Request, pk: UUID) -> Report:
    """The report of the address; 404 where they may not see all that is in it."""
    return get_object_or_404(reports_visible_to(request.principal), pk=pk)


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the list."""
    return [(_("Reports"), reverse("reports:reports") if more else ""), *more]


def removable(request: Request, pk: UUID) -> Report:
    """The same for those who may stop or erase it; 403 for others who read it."""
    report = found(request, pk)
    reports.require_removing(report=report, by=request.principal)
    return report


def units_with(request: Request, vendor: Vendor) -> list[BusinessUnit]:
    """The reader's units that work with the vendor."""
    return [link.unit for link in links_of(vendor, request.principal, READ)]


def chosen_of(request: Request, units: Sequence[BusinessUnit]) -> str:
    """Which of them is chosen at first: the one that they work in, else all, or the only one."""
    if len(units) == 1:
        return str(units[0].pk)
    unit = working_unit(request)
    return str(unit.pk) if unit and unit in units else ALL


@page(READ)
@require_safe
@never_cache
def index(request: Request) -> HttpResponse:
    """The reports that they may read, or those on a vendor and on the records merged into it, the
    newest first."""
    asked = request.GET.get("vendor", "")
    vendor = vendor_of(request, asked) if asked else None
    rows = reports_visible_to(request.principal)
    shown = paging.page(
        rows.filter(Q(vendor=vendor) | Q(vendor__merged_into=vendor)) if vendor else rows,
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    lines = [
        (one, words.title(one), words.scope(one), words.PILLS[one.status]) for one in shown.rows
    ]
    return render(request, "reports/list.html", {"rows": lines, "page": shown, "vendor": vendor})


@page(READ)
@never_cache
def new_on_vendor(request: Request, vendor: UUID) -> HttpResponse:
    """Ask for a report on a vendor."""
    about = vendor_of(request, vendor)
    units = units_with(request, about)
    form = ReportForm(
        posted(request),
        principal=request.principal,
        units=units,
        initial={"unit": chosen_of(request, units)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = reports.ask(vendor=about, by=request.principal, **form.values())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("reports:report", made.pk)
    title = _("Report on %(vendor)s") % {"vendor": about.name}
    context = {"form": form, "vendor": about, "title": title, "crumbs": crumbs((title, ""))}
    return render(request, "reports/new.html", context)


@page(READ)
@never_cache
def new_on_portfolio(request: Request) -> HttpResponse:
    """Ask for a report on the vendors that the filters select, as the dashboard's address does."""
    unit_of_address(request)
    sent = posted(request)
    named = request.GET if sent is None else sent
    form, unit = filters_in(request, named)
    if sent is not None and form.is_valid():
        wanted = selected(request, named, form, unit)
        try:
            made = reports.ask(vendor=None, by=request.principal, **wanted.values())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("reports:report", made.pk)
    title = _("Portfolio report")
    context = {
        "form": form,
        "title": title,
        "view": named.get("view", ""),
        "views": [(one, _from_view(one)) for one in views_of(request.principal)[:MENU]],
        "crumbs": crumbs((title, "")),
    }
    return render(request, "reports/new.html", context, status=200 if form.is_valid() else 422)


@page(READ)
@require_safe
@never_cache
def show(request: Request, pk: UUID) -> HttpResponse:
    """One report. Asked by htmx, the part that moves; once it has ended, the result."""
    report = found(request, pk)
    running = report.is_unfinished
    far = progress(report)
    context: dict[str, Any] = {
        "report": report,
        "title": words.title(report),
        "scope": words.scope(report),
        "chosen": list(words.chosen(report.filters, owner_in(report.filters))),
        "pill": words.PILLS[report.status],
        "files": files_of(report) if report.status == Report.Status.READY else [],
        "may_remove": may_remove(request.principal, report),
        "again": _again(request, report),
        "by_calendar": _by_calendar(request, report),
    }
    work = Work(_("Parts made"), far.done, far.total, far.rate)
    return long_work.show(
        request,
        work,
        page="reports/report.html",
        part=f"reports/{'_progress' if running else '_result'}.html",
        running=running,
        context={**context, "crumbs": crumbs((words.title(report), ""))},
    )


def _from_view(view: PortfolioView) -> str:
    """Where a report of what a view selects is asked for."""
    name = "reports:new_on_portfolio"
    return links.kept_page(name, view.unit_id, view.filters, view=str(view.pk))


def _again(request: Request, report: Report) -> str:
    """Where the same is asked for once more."""
    if report.vendor_id:
        return reverse("reports:new_on_vendor", args=[report.vendor_id])
    return _kept_page(request, "reports:new_on_portfolio", report)


def _kept_page(request: Request, name: str, report: Report) -> str:
    """A page with what a report has selected, by the view it was made of while that is there."""
    same = {"name": report.view_name, "unit": report.unit_id, "filters": report.filters}
    view = views_of(request.principal).filter(**same).first() if report.view_name else None
    return links.kept_page(name, report.unit_id, report.filters, view=str(view.pk) if view else "")


def _by_calendar(request: Request, report: Report) -> str:
    """Where the same is set up to be made again and again; "" for a past day."""
    if report.vendor_id:
        return reverse("reports:schedule_vendor", args=[report.vendor_id])
    if "day" in report.filters:
        return ""
    return _kept_page(request, "reports:schedule_portfolio", report)


@page(READ)
def remove(request: Request, pk: UUID) -> HttpResponse:
    """Stop a report that is being made, or erase its files, after asking."""
    report = removable(request, pk)
    if request.method == "POST":
        reports.remove(report=report, by=request.principal)
        messages.success(
            request,
            _("The report was cancelled.") if report.is_unfinished else _("The files were erased."),
        )
        return redirect("reports:report", pk)
    title = _("Cancel the report") if report.is_unfinished else _("Erase the files")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "question": _("%(do)s: “%(report)s”?") % {"do": title, "report": words.title(report)},
            "text": _("Nothing is kept of what was made so far.")
            if report.is_unfinished
            else _(
                "Nobody will be able to download them. The log keeps the hashes, and that the "
                "report was made."
            ),
            "confirm_label": title,
            "danger": True,
            "cancel_url": reverse("reports:report", args=[pk]),
            "crumbs": crumbs(
                (words.title(report), reverse("reports:report", args=[pk])), (title, "")
            ),
        },
    )


@page(READ)
@require_safe
@never_cache
def pdf(request: Request, pk: UUID) -> HttpResponseBase:
    """The paper."""
    return _file(request, pk, ReportFile.Format.PDF)


@page(READ)
@require_safe
@never_cache
def xlsx(request: Request, pk: UUID) -> HttpResponseBase:
    """The workbook."""
    return _file(request, pk, ReportFile.Format.XLSX)


def _file(request: Request, pk: UUID, file_format: ReportFile.Format) -> HttpResponseBase:
    report = found(request, pk)
    got = reports.deliver(report=report, file_format=file_format, by=request.principal)
    return file_answer(
        got.pieces,
        name=words.file_name(report, file_format),
        content_type=words.TYPES[file_format],
        size=got.file.size,
        sha256=got.file.sha256,
        **{"X-Content-SHA256": got.file.sha256},
    )
