"""Reports by the calendar: the list, setting one up, changing, switching, leaving it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.models import BusinessUnit, User
from accounts.units import choices, may_see_all, working_unit
from audit import paging
from audit.errors import Invalid, OutOfDate, Refused
from reports import words
from reports.forms import ALL, ScheduleForm
from reports.models import Schedule
from reports.selectors import READ, may_manage, people_to_tell, schedules_visible_to
from reports.services import schedules
from reports.views.reports import crumbs as reports_crumbs
from vendors.models import Vendor
from vendors.selectors import vendors_visible_to


def found(request: Request, pk: UUID) -> Schedule:
    """The one of the address; 404 where they neither own it nor read what it makes."""
    return get_object_or_404(schedules_visible_to(request.principal), pk=pk)


def managed(request: Request, pk: UUID) -> Schedule:
    """The same for those who may change it; 403 for those who only read what it makes."""
    schedule = found(request, pk)
    schedules.require_managing(schedule=schedule, by=request.principal)
    return schedule


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the list."""
    here = (_("By the calendar"), reverse("reports:schedules") if more else "")
    return reports_crumbs(here, *more)


def _people(units: list[BusinessUnit]) -> list[User]:
    """Whoever may be a reader in one of these units; the service sees to which."""
    named = {one.pk: one for unit in [None, *units] for one in people_to_tell(unit)}
    return sorted(named.values(), key=lambda one: (str(one).casefold(), str(one.pk)))


@page(READ)
@require_safe
@never_cache
def index(request: Request) -> HttpResponse:
    """Those that they own or read, the newest first."""
    shown = paging.page(
        schedules_visible_to(request.principal),
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    rows = [(one, words.title(one), words.scope(one)) for one in shown.rows]
    context = {"rows": rows, "page": shown, "sees_all": may_see_all(request), "crumbs": crumbs()}
    return render(request, "reports/schedules.html", context)


@page(READ)
@never_cache
def new_on_vendor(request: Request, vendor: UUID) -> HttpResponse:
    """Have a report on a vendor made every week or month."""
    rows = vendors_visible_to(request.principal, READ)
    return _new(request, get_object_or_404(rows, pk=vendor))


@page(READ)
@never_cache
def new_on_portfolio(request: Request) -> HttpResponse:
    """The same on the portfolio of a unit, or of all of them."""
    return _new(request, None)


def _new(request: Request, vendor: Vendor | None) -> HttpResponse:
    unit = working_unit(request)
    form = _form(
        request,
        vendor,
        {"unit": str(unit.pk) if unit else ALL, "readers": [str(request.user.pk)]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = schedules.add(vendor=vendor, by=request.principal, **form.values())
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:schedule", made.pk)
    title = (
        _("Report on %(vendor)s by the calendar") % {"vendor": vendor.name}
        if vendor
        else _("Portfolio report by the calendar")
    )
    context = {"form": form, "title": title, "may": True, "crumbs": crumbs((title, ""))}
    return render(request, "reports/schedule.html", context)


def _stored(schedule: Schedule) -> str:
    readers = ", ".join(str(one) for one in schedule.readers.all())
    return " · ".join([schedule.get_rhythm_display(), words.scope(schedule), readers])


def _form(
    request: Request,
    vendor: Vendor | None,
    initial: dict[str, Any],
    data: QueryDict | None = None,
) -> ScheduleForm:
    """`data`: in place of what was sent."""
    units = choices(request)
    return ScheduleForm(
        data or posted(request),
        principal=request.principal,
        units=units,
        all_units=vendor is not None or may_see_all(request),
        strict=vendor is not None,
        people=_people(units),
        initial=initial,
    )


@never_cache
@page(READ)
def show(request: Request, pk: UUID) -> HttpResponse:
    """One of them; its owner changes it here. Of two who do so at once, the later is told."""
    schedule = managed(request, pk) if request.method == "POST" else found(request, pk)
    may = may_manage(request.principal, schedule)
    initial = {
        "unit": str(schedule.unit_id) if schedule.unit_id else ALL,
        "rhythm": schedule.rhythm,
        "readers": [str(one.pk) for one in schedule.readers.all()],
        "with_strict": schedule.with_strict,
        "version": schedule.version,
    }
    form = _form(request, schedule.vendor, initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            schedules.change(
                schedule=schedule,
                version=form.cleaned_data["version"] or 0,
                by=request.principal,
                **form.values(),
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as late:
            # What was typed, to be saved over what is stored now, or left.
            newer = request.POST.copy()
            newer["version"] = str(late.extra["current"]["version"])
            form = _form(request, schedule.vendor, initial, newer)
            form.add_error(None, late.message)
            form.add_error(None, _("Stored now: %(values)s") % {"values": _stored(schedule)})
            status = 409
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:schedule", pk)
    title = words.title(schedule)
    context = {
        "form": form,
        "schedule": schedule,
        "title": title,
        "scope": words.scope(schedule),
        "may": may,
        "reads": any(str(one.pk) == request.principal.id for one in schedule.readers.all()),
        "made": schedule.reports.order_by("-pk")[:5] if may else [],
        "crumbs": crumbs((title, "")),
    }
    return render(request, "reports/schedule.html", context, status=status)


@page(READ)
def switch(request: Request, pk: UUID) -> HttpResponse:
    """Switch it off, or on again, after asking."""
    schedule = managed(request, pk)
    on = not schedule.is_active
    if request.method == "POST":
        schedules.switch(
            schedule=schedule, on=request.POST.get("on") == "yes", by=request.principal
        )
        messages.success(request, _("Saved."))
        return redirect("reports:schedule", pk)
    return _ask(
        request,
        schedule,
        title=_("Switch on") if on else _("Switch off"),
        question=_("Make “%(report)s” again?") % {"report": words.title(schedule)}
        if on
        else _("Stop making “%(report)s”?") % {"report": words.title(schedule)},
        text=_("It is made again on the next day of its rhythm.")
        if on
        else _("Reports that were made stay where they are."),
        confirm_label=_("Switch on") if on else _("Switch off"),
        hidden_values=[("on", "yes" if on else "no")],
    )


@page(READ)
def leave(request: Request, pk: UUID) -> HttpResponse:
    """Be told of it no more, after asking."""
    schedule = found(request, pk)
    if request.method == "POST":
        schedules.leave(schedule=schedule, by=request.principal)
        messages.success(request, _("You are told of it no more."))
        return redirect("reports:schedules")
    return _ask(
        request,
        schedule,
        title=_("Stop telling me"),
        question=_("Be told of “%(report)s” no more?") % {"report": words.title(schedule)},
        text=_("The report is still made for the others.")
        if schedule.readers.exclude(pk=request.principal.id).exists()
        else _("You are its last reader: it is switched off then."),
        confirm_label=_("Stop telling me"),
    )


def _ask(request: Request, schedule: Schedule, *, title: str, **context: Any) -> HttpResponse:
    back = reverse("reports:schedule", args=[schedule.pk])
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "cancel_url": back,
            "crumbs": crumbs((words.title(schedule), back), (title, "")),
            **context,
        },
    )
