"""The review queue of matches, one match, and looking a name up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.units import working_unit
from audit import paging
from audit.errors import Invalid, Refused
from vendors import screening_words
from vendors.country_names import country_name
from vendors.forms.screening import DecisionForm, LookUpForm, QueueFilter, ReopenForm
from vendors.models import Match
from vendors.selectors import listed, matches
from vendors.selectors.looking_up import looked_up
from vendors.selectors.matches import Filters, matches_visible_to, unit_for
from vendors.services import matches as service

DECIDE = Permission.DECIDE_FACTS
#: Matches on a page of the queue: each takes room, and some thought.
SIZE: Final = 20
#: Kind of the pill of each status.
PILLS: Final = {
    "open": "attention",
    "confirmed": "stopped",
    "dismissed": "done",
    "closed": "waiting",
}


def card(match: Match) -> dict[str, Any]:
    """A match as pages show it: both sides with their differences, and why."""
    owner = match.owner
    side = owner or match.vendor
    return {
        "match": match,
        "pill": PILLS[match.status],
        "points": round(match.score / 100),
        "ours": screening_words.pieces(match.our_name, match.why, ours=True),
        "theirs": screening_words.pieces(match.listed_name, match.why, ours=False),
        "why": screening_words.sentences(match.why),
        "our_country": country_name(str(side.country)),
        "our_number": side.registration_number,
        "our_lei": side.lei,
        "countries": [country_name(code) for code in match.entry.countries],
    }


def _filters(form: QueueFilter) -> Filters:
    asked = form.cleaned_data if form.is_valid() else {}
    return Filters(
        state=asked.get("state") or "open",
        watch_list=asked.get("watch_list") or "",
        kind=asked.get("kind") or "",
        side=asked.get("side") or "",
        q=asked.get("q") or "",
    )


@page(Permission.VIEW)
def queue(request: Request) -> HttpResponse:
    """Matches to be decided, the likeliest first; POST decides those that were judged."""
    if request.method == "POST":
        return _decide_many(request)
    form = QueueFilter(request.GET)
    filters = _filters(form)
    unit = working_unit(request)
    found = paging.page(
        matches.queue(request.principal, unit, filters),
        keys=("score", "id"),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        size=SIZE,
    )
    rows = _rows(request, found.rows)
    return render(
        request,
        "vendors/screening/queue.html",
        {
            "filter": form,
            "filtered": filters != Filters(),
            "rows": rows,
            "may_decide": any("form" in row for row in rows),
            "looks_only": not request.principal.can(DECIDE),
            "page": found,
            "waiting": matches.waiting(request.principal, unit),
            "back": request.get_full_path(),
            "lists_there": bool(listed.latest_versions()),
        },
    )


def _rows(
    request: Request, rows: Iterable[Match], forms: dict[UUID, DecisionForm] | None = None
) -> list[dict[str, Any]]:
    """Cards, each with its form where the person may decide it."""
    rows = list(rows)
    mine = matches_visible_to(request.principal, DECIDE).filter(pk__in=[row.pk for row in rows])
    deciding = set(mine.values_list("pk", flat=True))
    shown = []
    for match in rows:
        found = card(match)
        if match.status == Match.Status.OPEN and match.pk in deciding:
            found["form"] = (forms or {}).get(match.pk) or DecisionForm(
                prefix=str(match.pk), initial={"version": match.version}
            )
        shown.append(found)
    return shown


def _may_decide(request: Request, match: Match) -> bool:
    if request.principal.units(DECIDE) is None:
        return True
    return unit_for(request.principal, match.vendor_id, DECIDE) is not None


def _decide_many(request: Request) -> HttpResponse:
    """Each match that was judged, with its own reason; what is refused stays as it was typed."""
    ids = [pk for pk in request.POST.getlist("match") if _is_uuid(pk)][:SIZE]
    rows = list(matches_visible_to(request.principal, DECIDE).filter(pk__in=ids))
    refused: dict[UUID, DecisionForm] = {}
    done = 0
    for match in rows:
        form = DecisionForm(request.POST, prefix=str(match.pk))
        if not form.is_valid():
            refused[match.pk] = form
        elif form.cleaned_data["verdict"] or form.cleaned_data["reason"].strip():
            if _decide(request, match, form):
                done += 1
            else:
                refused[match.pk] = form
    if done:
        messages.success(
            request,
            ngettext("%(count)d match was decided.", "%(count)d matches were decided.", done)
            % {"count": done},
        )
    back = _back(request)
    if not refused:
        if not done:
            messages.warning(
                request, _("Nothing was decided: choose yes or no at a match, and say why.")
            )
        return redirect(back)
    left = [match for match in rows if match.pk in refused]
    return render(
        request,
        "vendors/screening/queue.html",
        {
            "rows": _rows(request, left, refused),
            "may_decide": True,
            "refused": list(refused.values()),
            "has_errors": True,
            "back": back,
            "crumbs": [(_("Screening"), reverse("vendors:screening_queue")), (_("Refused"), "")],
        },
        status=422,
    )


def _decide(request: Request, match: Match, form: DecisionForm) -> bool:
    try:
        service.decide(
            match=match,
            version=form.cleaned_data["version"],
            verdict=form.cleaned_data["verdict"],
            reason=form.cleaned_data["reason"],
            by=request.principal,
        )
    except Invalid as refused:
        take_refusal(form, refused.extra["errors"])
    except Refused as refused:
        form.add_error(None, refused.message)
    else:
        return True
    return False


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _back(request: Request) -> str:
    """The page of the queue from which the decisions came."""
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return back if safe else reverse("vendors:screening_queue")


@page(Permission.VIEW)
def match(request: Request, pk: UUID) -> HttpResponse:
    """One match with its history; POST decides it, or opens it again."""
    found = get_object_or_404(matches_visible_to(request.principal), pk=pk)
    decided = found.status in {Match.Status.CONFIRMED, Match.Status.DISMISSED}
    may_decide = _may_decide(request, found)
    if request.method == "POST" and not may_decide:
        raise PermissionDenied
    status = 200
    form: Any = ReopenForm if decided else DecisionForm
    bound = form(
        request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    if request.method == "POST" and bound.is_valid():
        if decided:
            bound.cleaned_data["verdict"] = "open"
        if _decide(request, found, bound):
            messages.success(request, _("Decided. The reason stays on record."))
            return redirect("vendors:match", pk)
        status = 422
    return render(
        request,
        "vendors/screening/match.html",
        {
            **card(found),
            "form": bound,
            "decided": decided,
            "may_decide": may_decide and found.status != Match.Status.CLOSED,
            "steps": [
                {
                    "at": step.at,
                    "title": step.get_action_display(),
                    "who": step.user.name if step.user else "Surety",
                    "text": screening_words.reason_words(step.reason),
                    "name": _STEP_ICONS[step.action],
                }
                for step in matches.steps_of(found)
            ],
            "crumbs": [
                (_("Screening"), reverse("vendors:screening_queue")),
                (found.our_name, ""),
            ],
        },
        status=status,
    )


_STEP_ICONS: Final = {
    "found": "search",
    "changed": "arrow-repeat",
    "reopened": "arrow-counterclockwise",
    "confirmed": "exclamation-octagon-fill",
    "dismissed": "check-circle-fill",
    "closed": "slash-circle",
    "delisted": "dash-circle-dotted",
}


@require_safe
@page(Permission.VIEW)
def look_up(request: Request) -> HttpResponse:
    """Who listed may be this one? Nothing is written."""
    asked = "name" in request.GET
    form = LookUpForm(request.GET if asked else None)
    rows = None
    if asked and form.is_valid():
        values = form.cleaned_data
        rows = [
            {
                "found": one,
                "points": round(one.score / 100),
                "ours": screening_words.pieces(one.our_name, one.why, ours=True),
                "theirs": screening_words.pieces(one.listed_name, one.why, ours=False),
                "why": screening_words.sentences(one.why),
                "countries": [country_name(code) for code in one.entry.countries],
            }
            for one in looked_up(
                name=values["name"], country=values["country"], number=values["number"]
            )
        ]
    return render(
        request,
        "vendors/screening/look_up.html",
        {
            "form": form,
            "rows": rows,
            "versions": list(listed.latest_versions()),
            "crumbs": [(_("Screening"), reverse("vendors:screening_queue")), (_("Look up"), "")],
        },
    )
