"""Watch-lists: which are kept, their versions and their entries."""

from __future__ import annotations

import csv as csv_module
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import long_work
from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.long_work import Work, rate_since
from accounts.permissions import Permission
from audit import paging
from audit.errors import Invalid, OutOfDate
from vendors.country_names import country_name
from vendors.forms.screening import WatchListEditForm, WatchListForm
from vendors.imports.list_columns import TEMPLATE
from vendors.merging import merge
from vendors.models import ListVersion, ScreeningRun, WatchList
from vendors.selectors import watch_lists as reading
from vendors.services import list_runs
from vendors.services import watch_lists as service
from vendors.services.watch_lists import FIELDS
from vendors.views.vendors import clash_rows

MANAGE = Permission.MANAGE_REFERENCE
RUN_PILLS: Final = {
    "waiting": "waiting",
    "running": "active",
    "paused": "stopped",
    "done": "done",
}


def crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about a watch-list."""
    return [
        (_("Screening"), reverse("vendors:screening_queue")),
        (_("Watch-lists"), reverse("vendors:watch_lists") if rest else ""),
        *rest,
    ]


def _may_manage(request: Request) -> bool:
    """Lists are one for all units: whoever holds it in some of them changes none."""
    return request.principal.units(MANAGE) is None


def found_list(pk: UUID) -> WatchList:
    """A watch-list; 404 where there is none."""
    return get_object_or_404(reading.watch_lists(), pk=pk)


@require_safe
@page(Permission.VIEW)
def index(request: Request) -> HttpResponse:
    """Every list with its version in force."""
    return render(
        request,
        "vendors/screening/lists.html",
        {
            "rows": [
                (one, RUN_PILLS[one.run.status] if one.run else "")
                for one in reading.kept(request.principal)
            ],
            "may_manage": _may_manage(request),
            "crumbs": crumbs(),
        },
    )


@page(MANAGE, everywhere=True)
def add(request: Request) -> HttpResponse:
    """A list to be kept."""
    form = WatchListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = service.add(**form.cleaned_data, by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The list was added. Next: import its first file."))
            return redirect("vendors:list_import", made.pk)
    return render(
        request,
        "vendors/screening/list_form.html",
        {
            "form": form,
            "title": _("Add a watch-list"),
            "cancel_url": reverse("vendors:watch_lists"),
            "crumbs": crumbs((_("Add"), "")),
        },
    )


@page(MANAGE, everywhere=True)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Another title, publisher or kind. Where two people change the same, both are shown."""
    found = found_list(pk)
    form = WatchListEditForm(request.POST or None, initial=_initial(found))
    clashes: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            clashes, form = _save(found, form, request)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            if not clashes:
                messages.success(request, _("Saved."))
                return redirect("vendors:watch_list", pk)
    return render(
        request,
        "vendors/screening/list_form.html",
        {
            "form": form,
            "clashes": clashes,
            "title": _("Edit the list"),
            "cancel_url": reverse("vendors:watch_list", args=[pk]),
            "crumbs": crumbs(
                (found.title, reverse("vendors:watch_list", args=[pk])), (_("Edit"), "")
            ),
        },
        status=409 if clashes else 200,
    )


def _values(found: WatchList) -> dict[str, str]:
    return {name: getattr(found, name) for name in FIELDS}


def _initial(found: WatchList) -> dict[str, str]:
    values = _values(found)
    return {**values, "base": WatchListEditForm.pack(found.version, values)}


def _save(
    found: WatchList, form: WatchListEditForm, request: Request
) -> tuple[list[dict[str, Any]], WatchListEditForm]:
    version, base = form.opened()
    mine = {name: form.cleaned_data[name] for name in FIELDS}
    touched = {name: value for name, value in mine.items() if value != base.get(name)}
    try:
        service.change(watch_list=found, version=version, values=touched, by=request.principal)
    except OutOfDate as error:
        theirs = error.extra["current"]
        merged = merge(base, mine, theirs)
        if not merged.clashes:
            service.change(
                watch_list=found,
                version=error.extra["version"],
                values=merged.values,
                by=request.principal,
            )
            return [], form
        again = WatchListEditForm(
            initial={
                **merged.values,
                "base": WatchListEditForm.pack(error.extra["version"], theirs),
            }
        )
        return clash_rows(again, merged.clashes, merged.values, theirs), again
    return [], form


@require_safe
@page(Permission.VIEW)
@never_cache
def show(request: Request, pk: UUID) -> HttpResponse:
    """One list: its versions, how far comparing has come, and who is on it. Asked by htmx: that."""
    found = found_list(pk)
    versions = list(reading.versions_of(found)[:100])
    run = versions[0].run if versions else None
    running = run is not None and run.status in ScreeningRun.OPEN
    context: dict[str, Any] = {
        "watch_list": found,
        "run": run,
        "pill": RUN_PILLS[run.status] if run else "",
        "held": reading.held_runs(found),
        "may_manage": _may_manage(request),
    }
    if not request.htmx:
        context |= _around(request, found, versions)
    return long_work.show(
        request,
        _work(run),
        page="vendors/screening/list.html",
        part="vendors/screening/_run.html",
        running=running,
        context=context,
    )


def _work(run: ScreeningRun | None) -> Work:
    """How far comparing has come; there is none for a list without a version."""
    label = _("Vendors compared")
    if run is None:
        return Work(label, 0, None)
    rate = rate_since(run.started_at, run.done, run.finished_at)
    return Work(label, run.done, run.total or None, rate)


def _around(request: Request, found: WatchList, versions: list[ListVersion]) -> dict[str, Any]:
    """What the page of a list has besides how far comparing has come."""
    q = request.GET.get("q", "").strip()[:100]
    entries = paging.page(
        reading.entries_of(found, q),
        keys=("name", "id"),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return {
        "versions": versions,
        "unsettled": reading.unsettled(found) if _may_manage(request) else [],
        "entries": [(row, _places(row.countries)) for row in entries.rows],
        "page": entries,
        "q": q,
        "crumbs": crumbs((found.title, "")),
    }


def _places(codes: list[str]) -> str:
    return ", ".join(country_name(code) for code in codes)


@page(MANAGE, everywhere=True)
def hold(request: Request, pk: UUID, number: int) -> HttpResponse:
    """Hold comparing with a version, or let it go on, after asking."""
    found = found_list(pk)
    row = get_object_or_404(reading.versions_of(found), number=number).run
    here = reverse("vendors:watch_list", args=[pk])
    held = row.status == ScreeningRun.Status.PAUSED
    if request.method == "POST":
        on = request.POST.get("on") == "yes"
        (list_runs.resume if on else list_runs.pause)(run=row, by=request.principal)
        messages.success(request, _("It goes on.") if on else _("It is held."))
        return redirect(here)
    title = _("Go on comparing") if held else _("Hold comparing")
    context = {
        "title": title,
        "question": _("Compare the vendors that are left with version %(number)d?")
        % {"number": number}
        if held
        else _("Hold comparing vendors with version %(number)d?") % {"number": number},
        "text": ""
        if held
        else _(
            "Vendors that are left are not compared with what is new in it until somebody lets it "
            "go on. What was found stays."
        ),
        "confirm_label": title,
        "hidden_values": [("on", "yes" if held else "no")],
        "danger": not held,
        "cancel_url": here,
        "crumbs": crumbs((found.title, here), (title, "")),
    }
    return render(request, "_components/confirm_page.html", context)


@require_safe
@page(Permission.VIEW)
def version(request: Request, pk: UUID, number: int) -> HttpResponse:
    """One version: what it brought beside the one before, and what comparing found."""
    found = found_list(pk)
    row = get_object_or_404(reading.versions_of(found), number=number)
    return render(
        request,
        "vendors/screening/version.html",
        {
            "watch_list": found,
            "version": row,
            "run": reading.run_of(row),
            "brought": reading.brought_by(row),
            "found": reading.matches_from(row),
            "crumbs": crumbs(
                (found.title, reverse("vendors:watch_list", args=[pk])),
                (_("Version %(number)d") % {"number": number}, ""),
            ),
        },
    )


@require_safe
@page(Permission.VIEW)
def template(request: Request) -> HttpResponse:
    """An empty list to be filled in, with two rows that show how."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="watch-list.csv"'
    # The mark at the start is what makes spreadsheet programs read it as UTF-8.
    response.write("\ufeff")
    writer = csv_module.writer(response)
    writer.writerow(TEMPLATE)
    shown = ("1", "Example Copies Ltd", "organisation", "Example Replicas|EXC", "CN|HK", "")
    writer.writerow((*shown, "91330000", "Counterfeit housings, 2025", "Remove these two rows"))
    writer.writerow(["2", "Doe, Jane", "person", "", "GB", "", "", "", ""])
    return response
