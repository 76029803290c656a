"""Reports by the calendar: the list, setting one up, changing, switching, leaving it."""

from __future__ import annotations

from typing import Any, Final
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
from accounts.units import ALL, choices, may_see_all
from audit import paging
from audit.errors import Invalid, OutOfDate, Refused
from reports import words
from reports.forms import KEPT, PortfolioScheduleForm, ScheduleForm
from reports.models import Schedule
from reports.selection import Selection
from reports.selectors import READ, may_manage, people_to_offer, schedules_visible_to
from reports.services import schedules
from reports.views.reports import chosen_of, units_with
from reports.views.reports import crumbs as reports_crumbs
from reports.views.selecting import filters_in, selected, vendor_of
from scoring.selectors.portfolio.views import views_of
from vendors.models import Vendor

#: People that are offered as readers besides those who were chosen.
OFFERED: Final = 20


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
    here = (_("Scheduled"), reverse("reports:schedules") if more else "")
    return reports_crumbs(here, *more)


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
    about = vendor_of(request, vendor)
    units = units_with(request, about)
    title = _("Scheduled report on %(vendor)s") % {"vendor": about.name}
    return _new(request, title, about, {"unit": chosen_of(request, units)})


@page(READ)
@never_cache
def new_on_portfolio(request: Request) -> HttpResponse:
    """The same on the vendors of a unit, of all units, of a view, or those of the address."""
    form, unit = filters_in(request, request.GET)
    kept = selected(request, request.GET, form, unit) if form.is_valid() else None
    kept = kept if kept and kept.filters else None
    first = KEPT if kept else str(unit.pk) if unit else ALL
    return _new(request, _("Scheduled portfolio report"), None, {"unit": first}, kept)


def _new(
    request: Request,
    title: str,
    vendor: Vendor | None,
    initial: dict[str, Any],
    kept: Selection | None = None,
) -> HttpResponse:
    form = _form(request, vendor, {**initial, "readers": [str(request.user.pk)]}, kept)
    if form.is_bound and form.is_valid():
        try:
            made = schedules.add(vendor=vendor, by=request.principal, **form.values())
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:schedule", made.pk)
    context = {"form": form, "title": title, "may": True, "crumbs": crumbs((title, ""))}
    return render(request, "reports/schedule.html", context)


def _stored(schedule: Schedule) -> str:
    readers = ", ".join(str(one) for one in schedule.readers.all())
    return " · ".join(
        [schedule.get_rhythm_display(), words.title(schedule), words.scope(schedule), readers]
    )


def _form(
    request: Request,
    vendor: Vendor | None,
    initial: dict[str, Any],
    kept: Selection | None = None,
    data: QueryDict | None = None,
) -> ScheduleForm:
    """`data`: in place of what was sent. Whoever looks for other people loses nothing typed."""
    data = data or posted(request)
    units = units_with(request, vendor) if vendor else choices(request)
    readers, find = list(initial["readers"]), ""
    if data is not None:
        readers += data.getlist("readers")
        find = data.get("find", "").replace("\0", " ").strip()
        if "look" in data:
            lists = {"readers": data.getlist("readers"), "with_strict": "with_strict" in data}
            initial = {**initial, **data.dict(), **lists}
            data = None
    people, more = people_to_offer([one.pk for one in units], readers, find, OFFERED)
    offered: dict[str, Any] = {
        "principal": request.principal,
        "units": units,
        "all_units": vendor is not None or may_see_all(request),
        "people": people,
        "more": more,
        "initial": initial,
    }
    if vendor is not None:
        return ScheduleForm(data, **offered)
    views = list(views_of(request.principal))
    return PortfolioScheduleForm(data, views=views, kept=kept, **offered)


def _kept(schedule: Schedule) -> Selection | None:
    """What of a portfolio it has selected, if not the whole."""
    if not schedule.filters:
        return None
    return Selection(schedule.unit, schedule.filters, schedule.view_name)


@never_cache
@page(READ)
def show(request: Request, pk: UUID) -> HttpResponse:
    """One of them; its owner changes it here. Of two who do so at once, the later is told."""
    schedule = managed(request, pk) if request.method == "POST" else found(request, pk)
    may = may_manage(request.principal, schedule)
    kept = _kept(schedule)
    initial: dict[str, Any] = {
        "unit": KEPT if kept else str(schedule.unit_id) if schedule.unit_id else ALL,
        "rhythm": schedule.rhythm,
        "readers": [str(one.pk) for one in schedule.readers.all()],
        "with_strict": schedule.with_strict,
        "version": schedule.version,
    }
    form = _form(request, schedule.vendor, initial, kept)
    status = 200
    if form.is_bound and form.is_valid():
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
            form = _form(request, schedule.vendor, initial, kept, newer)
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
        "reads": request.principal.id in initial["readers"],
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
        messages.success(request, _("You will not be told of it any more."))
        return redirect("reports:schedules")
    return _ask(
        request,
        schedule,
        title=_("Stop telling me"),
        question=_("Stop being told of “%(report)s”?") % {"report": words.title(schedule)},
        text=_("The report is still made for the others.")
        if schedule.readers.exclude(pk=request.principal.id).exists()
        else _("You are the last reader, so it will be switched off."),
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
