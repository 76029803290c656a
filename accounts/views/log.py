"""The log: what happened, by whom, and whether it is sealed."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from accounts import log
from accounts.doors import Request, page
from accounts.forms import LogFilter
from accounts.permissions import Permission
from accounts.services import the_record
from audit import csv_file, paging
from audit.models import Event
from audit.verify import digest_of

_CHUNK = 500


def _wanted(request: Request) -> tuple[LogFilter, QuerySet[Event]]:
    form = LogFilter(request.GET, types=log.types())
    events = log.visible_to(request.principal)
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        events = log.matching(events, event_type=chosen.pop("type"), **chosen)
    return form, events


@require_safe
@page(Permission.VIEW_LOG)
def index(request: Request) -> HttpResponse:
    """The newest events first; the filter lives in the address."""
    form, events = _wanted(request)
    found = paging.page(
        events,
        keys=("position",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return render(
        request,
        "accounts/log.html",
        {
            "form": form,
            "page": found,
            "lines": list(log.lines(found.rows, request.principal)),
            "filtered": form.is_valid() and any(form.cleaned_data.values()),
            "csv_url": f"{reverse('accounts:log_csv')}?{request.GET.urlencode()}",
            "may_export": request.principal.covers(Permission.VIEW_LOG, None),
        },
    )


@require_safe
@page(Permission.VIEW_LOG)
def csv_file_of(request: Request) -> HttpResponseBase:
    """All events that the filter lets through, as a file, oldest first."""
    _form, events = _wanted(request)

    def rows() -> Iterator[list[Any]]:
        stored = events.order_by("position").iterator(chunk_size=_CHUNK)
        while chunk := list(islice(stored, _CHUNK)):
            for line in log.lines(chunk, request.principal):
                yield _row(line)

    head = ["sequence", "time_utc", "event", "type", "who", "actor_kind", "actor_id", "about"]
    head += ["about_id", "unit_id", "data", "detail", "digest", "event_id"]
    return csv_file.stream("surety-log.csv", head, rows())


def _row(line: log.Line) -> list[Any]:
    event = line.event
    return [
        line.sequence,
        event.occurred_at.isoformat(),
        line.sentence,
        event.type,
        line.who,
        event.actor_kind,
        event.actor_id,
        line.subject,
        event.aggregate_id,
        event.unit_id,
        json.dumps(line.data, ensure_ascii=False),
        json.dumps(line.detail, ensure_ascii=False) if line.detail is not None else "",
        bytes(event.digest).hex(),
        event.id,
    ]


@require_GET
@page(Permission.VIEW_LOG)
def bundle_of(request: Request) -> HttpResponseBase:
    """The whole sealed record as a file that can be proved elsewhere, without private details."""
    lines = the_record.exported(by=request.principal)
    return StreamingHttpResponse(
        lines,
        content_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="surety-record.jsonl"'},
    )


@require_safe
@page(Permission.VIEW_LOG)
def event(request: Request, pk: UUID) -> HttpResponse:
    """One event whole, with its digest recomputed."""
    found = get_object_or_404(log.visible_to(request.principal), id=pk)
    line = next(log.lines([found], request.principal))
    whole = {
        "id": str(found.id),
        "type": found.type,
        "occurred_at": found.occurred_at.isoformat(),
        "recorded_at": found.recorded_at.isoformat(),
        "actor": {"kind": found.actor_kind, "id": found.actor_id},
        "aggregate": {"type": found.aggregate_type, "id": str(found.aggregate_id)},
        "unit": str(found.unit_id) if found.unit_id else None,
        "data": found.data,
    }
    return render(
        request,
        "accounts/event.html",
        {
            "line": line,
            "whole": json.dumps(whole, indent=2, ensure_ascii=False),
            "detail": json.dumps(line.detail, indent=2, ensure_ascii=False)
            if line.detail is not None
            else "",
            "digest": bytes(found.digest).hex(),
            "digest_holds": digest_of(found) == bytes(found.digest),
            "crumbs": [(_("Audit log"), reverse("accounts:log")), (line.sentence, "")],
        },
    )
