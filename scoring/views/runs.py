"""Runs over the portfolio: the list, one of them while it runs and after, its vendors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import long_work
from accounts.doors import Request, page
from accounts.long_work import Work
from accounts.permissions import Permission
from accounts.templatetags.ui import band_word
from audit import csv_file, paging
from scoring import charts, words
from scoring.models import Run
from scoring.selectors import runs as reading
from scoring.selectors.runs import ALL_BANDS, DEFAULT_SORT, SORTS
from scoring.services import runs
from scoring.views.methods import MANAGE, may_manage

#: Kind of the pill of each status.
PILLS: Final = {"waiting": "waiting", "running": "active", "done": "done", "cancelled": "stopped"}
#: Vendors on a page.
SIZE: Final = 50
_CHUNK: Final = 1_000


def _found(pk: UUID) -> Run:
    return get_object_or_404(reading.runs(), pk=pk)


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Scoring method"), reverse("scoring:methods")),
        (_("Runs"), reverse("scoring:runs") if rest else ""),
        *rest,
    ]


def title(run: Run) -> str:
    """What a run is called."""
    if run.kind == Run.Kind.PREVIEW:
        return _("Preview of %(method)s") % {"method": run.methodology}
    if run.kind == Run.Kind.PUBLICATION:
        return _("Scoring by %(method)s") % {"method": run.methodology}
    return str(run.get_kind_display())


@page(Permission.VIEW, everywhere=True)
@require_safe
def index(request: Request) -> HttpResponse:
    """Every run, the newest first."""
    found = paging.page(
        reading.runs(),
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    rows = [(run, title(run), PILLS[run.status], reading.progress(run)) for run in found.rows]
    return render(
        request, "scoring/methods/runs.html", {"rows": rows, "page": found, "crumbs": _crumbs()}
    )


@page(Permission.VIEW, everywhere=True)
@require_safe
@never_cache
def show(request: Request, pk: UUID) -> HttpResponse:
    """One run. Asked by htmx, the part that moves; once it has ended, the result."""
    run = _found(pk)
    running = reading.is_running(run)
    far = reading.progress(run)
    context: dict[str, Any] = {
        "run": run,
        "title": title(run),
        "pill": PILLS[run.status],
        "far": far,
        "may_manage": may_manage(request.principal),
        "stale": reading.is_stale(run),
    }
    if not running:
        context |= _result(run)
    work = Work(_("Assessments scored"), far.done, far.total if running else far.done, far.rate)
    return long_work.show(
        request,
        work,
        page="scoring/methods/run.html",
        part=f"scoring/methods/{'_run_progress' if running else '_run_ended'}.html",
        running=running,
        context={**context, "crumbs": _crumbs((title(run), ""))},
    )


def _result(run: Run) -> dict[str, Any]:
    found = reading.result(run)
    seconds = None
    if run.started_at and run.finished_at:
        seconds = round((run.finished_at - run.started_at).total_seconds())
    context: dict[str, Any] = {
        "result": found,
        "matrix": _matrix(found.bands),
        "columns": [_name(band) for band in ALL_BANDS[:-1]],
        "seconds": seconds,
        "is_preview": run.kind == Run.Kind.PREVIEW,
    }
    if run.kind == Run.Kind.PREVIEW and reading.is_latest(run):
        firm = reading.firmness(run)
        context |= {
            "firm": firm,
            "statuses": [
                (_status(was), _status(now), many)
                for (was, now), many in sorted(firm.statuses.items(), key=lambda one: -one[1])
                if was != now
            ],
        }
    return context


def _name(band: str) -> str:
    return band_word(band) if band else _("No score yet")


def _status(key: str) -> str:
    return str(words.STATUS_WORDS[key]) if key else _("No score yet")


def _matrix(bands: Any) -> Iterator[tuple[str, list[tuple[int, str, str]]]]:
    """Per band before: its name, and per band after the count, its look and the band's name."""
    for was in ALL_BANDS:
        cells = []
        for now in ALL_BANDS[:-1]:
            look = "same"
            if was != now and was:
                look = "worse" if ALL_BANDS.index(now) > ALL_BANDS.index(was) else "better"
            if "not_rated" in {was, now} and was != now:
                look = "other"
            cells.append((bands.get((was, now), 0), look, _name(now)))
        if was or any(many for many, _look, _band in cells):
            yield _name(was), cells


@page(MANAGE, everywhere=True)
def cancel(request: Request, pk: UUID) -> HttpResponse:
    """Stop a run, after asking."""
    run = _found(pk)
    if request.method == "POST":
        runs.cancel(run=run, by=request.principal)
        messages.success(request, _("The run was cancelled."))
        return redirect("scoring:run", pk)
    preview = run.kind == Run.Kind.PREVIEW
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Cancel the run"),
            "question": _("Stop “%(run)s”?") % {"run": title(run)},
            "text": _("No score was changed by it. It can be resumed.")
            if preview
            else _(
                "What was scored so far stays. The other assessments keep the score they have, by "
                "the version before, until something in them changes or the run is resumed."
            ),
            "confirm_label": _("Cancel the run"),
            "stay_label": _("Let it go on"),
            "danger": True,
            "cancel_url": reverse("scoring:run", args=[pk]),
            "crumbs": _crumbs(
                (title(run), reverse("scoring:run", args=[pk])), (_("Cancel the run"), "")
            ),
        },
    )


@page(MANAGE, everywhere=True)
def resume(request: Request, pk: UUID) -> HttpResponse:
    """Let a cancelled run go on, after asking."""
    run = _found(pk)
    if request.method == "POST":
        runs.resume(run=run, by=request.principal)
        messages.success(request, _("The run goes on."))
        return redirect("scoring:run", pk)
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Resume the run"),
            "question": _("Go on with “%(run)s”?") % {"run": title(run)},
            "text": _("It goes on where it stopped."),
            "confirm_label": _("Resume the run"),
            "cancel_url": reverse("scoring:run", args=[pk]),
            "crumbs": _crumbs(
                (title(run), reverse("scoring:run", args=[pk])), (_("Resume the run"), "")
            ),
        },
    )


def _asked(request: Request) -> tuple[bool, str]:
    sort = request.GET.get("sort", DEFAULT_SORT)
    return request.GET.get("band") == "changed", sort if sort in SORTS else DEFAULT_SORT


@page(Permission.VIEW, everywhere=True)
@require_safe
def vendors(request: Request, pk: UUID) -> HttpResponse:
    """The vendors of a preview, before and after."""
    run = _found(pk)
    changed, sort = _asked(request)
    found = reading.vendors(run, changed=changed, sort=sort)
    start = _start(request, found.size)
    shown = found.slice(start, min(start + SIZE, found.size))
    end = start + shown.size
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    return render(
        request,
        "scoring/methods/run_vendors.html",
        {
            "run": run,
            "rows": list(_lines(shown)),
            "changed": changed,
            "default_sort": DEFAULT_SORT,
            "first": start + 1,
            "last": end,
            "total": found.size,
            "next": str(end) if end < found.size else None,
            "previous": str(start) if start else None,
            "stale": reading.is_stale(run),
            "latest": reading.is_latest(run),
            "csv_url": f"{reverse('scoring:run_csv', args=[pk])}?{query.urlencode()}",
            "crumbs": _crumbs(
                (title(run), reverse("scoring:run", args=[pk])), (_("Before and after"), "")
            ),
        },
    )


def _start(request: Request, size: int) -> int:
    """The place of the first vendor of the page; one that makes no sense is the first."""
    for name, step in (("after", 0), ("before", -SIZE)):
        text = request.GET.get(name, "")
        if text.isdecimal() and len(text) < 10:
            return max(min(int(text), size) + step, 0)
    return 0


def _lines(shown: reading.Vendors) -> Iterator[dict[str, Any]]:
    ids = shown.uuids()
    names = reading.names_of(ids)
    for at, vendor in enumerate(ids):
        before, after = (
            {
                "points": int(shown.points[at, end]) if shown.points[at, end] >= 0 else None,
                "lo": int(shown.lo[at, end]),
                "hi": int(shown.hi[at, end]),
                "band": ALL_BANDS[int(shown.band[at, end])],
            }
            for end in (0, 1)
        )
        known = before["points"] is not None and after["points"] is not None
        yield {
            "vendor": vendor,
            "name": names.get(vendor, ""),
            "before": before,
            "after": after,
            "change": int(shown.change[at]) if known else None,
            "changed": bool(shown.changed[at]),
        }


@page(Permission.VIEW, everywhere=True)
@require_safe
def csv(request: Request, pk: UUID) -> HttpResponseBase:
    """The vendors of a preview as a file, all of them."""
    run = _found(pk)
    changed, sort = _asked(request)
    found = reading.vendors(run, changed=changed, sort=sort)
    head = [
        _("Vendor"), _("Vendor id"), _("Band before"), _("Points before"), _("From before"),
        _("To before"), _("Band after"), _("Points after"), _("From after"), _("To after"),
        _("Change"),
    ]  # fmt: skip
    return csv_file.stream(f"preview-{run.pk}.csv", head, _file_lines(found))


def _file_lines(found: reading.Vendors) -> Iterator[list[Any]]:
    for start in range(0, found.size, _CHUNK):
        for line in _lines(found.slice(start, min(start + _CHUNK, found.size))):
            yield [
                line["name"],
                line["vendor"],
                *_cells(line["before"]),
                *_cells(line["after"]),
                "" if line["change"] is None else f"{line['change'] / 1000:.3f}",
            ]


def _cells(side: dict[str, Any]) -> list[str]:
    rated = side["points"] is not None
    return [
        _name(side["band"]),
        *(charts.decimal(side[name]) if rated else "" for name in ("points", "lo", "hi")),
    ]
