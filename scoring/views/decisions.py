"""Deciding on an engagement, what was decided before, and where a decision is due."""

from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.permissions import Permission
from accounts.proof import proved
from accounts.units import working_unit
from audit import clock, csv_file, paging
from audit.errors import Invalid, OutOfDate
from scoring import decision_words, words
from scoring.charts import decimal
from scoring.forms.decisions import MORE, DecideForm, DueFilter
from scoring.links import address
from scoring.reasons import TENTH
from scoring.selectors import methods
from scoring.selectors import scorecard as read_scorecard
from scoring.selectors.decisions import (
    Known,
    current,
    current_of_many,
    followed_up,
    history,
    needs_another,
)
from scoring.selectors.decisions_due import due
from scoring.services.decisions import decide as service
from scoring.services.decisions import suggested_expiry
from scoring.verdicts import State
from vendors.models import Engagement
from vendors.selectors import engagements_visible_to
from vendors.selectors.findings import open_findings_of
from vendors.selectors.matches import standing_matches_of

#: Lines of what is known, beside the decision.
MOST: Final = 8
MOST_ROWS: Final = 20_000


def _found(request: Request, pk: UUID, permission: Permission) -> Engagement:
    return get_object_or_404(engagements_visible_to(request.principal, permission), pk=pk)


def _crumbs(engagement: Engagement, title: str) -> list[tuple[str, str]]:
    vendor = engagement.vendor
    return [
        (_("Vendors"), reverse("scoring:vendors")),
        (vendor.name, reverse("scoring:vendor", args=[vendor.pk])),
        (title, ""),
    ]


@page(Permission.READ_SCORES)
@require_safe
@never_cache
def of_engagement(request: Request, pk: UUID) -> HttpResponse:
    """What holds for an engagement, and all that was decided on it."""
    engagement = _found(request, pk, Permission.READ_SCORES)
    known = current(engagement)
    return render(
        request,
        "scoring/decisions/engagement.html",
        {
            "engagement": engagement,
            "shown": decision_words.shown(known, request.principal),
            "clearance": decision_words.cleared(known),
            "score": known.score,
            "card_url": _card(known),
            "conditions": (
                followed_up(known.decision, request.principal) if known.decision else []
            ),
            "history": history(engagement),
            "crumbs": _crumbs(engagement, _("Decisions")),
        },
    )


@page(Permission.DECIDE)
@never_cache
@proved(unless=lambda request: MORE in request.POST)
def decide(request: Request, pk: UUID) -> HttpResponse:
    """Decide, with all that is known on the same page."""
    engagement = _found(request, pk, Permission.DECIDE)
    known = current(engagement)
    data = posted(request)
    until = suggested_expiry(engagement.tier, clock.today())
    more = data is not None and MORE in data
    if data is not None and more:
        data = _with_lines(data)
    form = DecideForm(data, known=known, until=until)
    stale = False
    if more:
        # Only more lines were asked for: nothing is checked yet.
        form.errors.clear()
    elif data is not None and form.is_valid():
        said = form.cleaned_data
        try:
            service(
                engagement=engagement,
                verdict=said["verdict"],
                reason=said["reason"],
                conditions=form.conditions(),
                expires_on=said["expires_on"],
                despite=said.get("despite", ""),
                after=said["after"],
                seen=said["seen"],
                by=request.principal,
            )
        except Invalid as refused:
            form.take(refused.extra["errors"])
        except OutOfDate as refused:
            stale = True
            known = current(engagement)
            form = DecideForm(_as_of(known, data), known=known, until=until)
            form.is_valid()
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Your decision is on record."))
            return redirect("scoring:decisions_of", engagement.pk)
    return render(
        request,
        "scoring/decisions/decide.html",
        {
            "engagement": engagement,
            "form": form,
            "more": MORE,
            "shown": decision_words.shown(known, request.principal),
            "over": known.state is State.ENDED,
            "caveats": [decision_words.CAVEATS[one] for one in known.caveats],
            "second_person": needs_another(known, request.principal),
            "cancel_url": reverse("scoring:decisions_of", args=[engagement.pk]),
            "crumbs": _crumbs(engagement, _("Decide")),
            **_what_is_known(request, known),
        },
        status=409 if stale else 200,
    )


def _with_lines(data: QueryDict) -> QueryDict:
    """The same data with two more empty conditions."""
    longer = data.copy()
    sent = sum(1 for name in data if name.startswith("text_"))
    for at in range(sent, sent + 2):
        longer[f"text_{at}"] = ""
    return longer


def _as_of(known: Known, data: QueryDict) -> QueryDict:
    """What was typed, for what is known by now."""
    renewed = data.copy()
    renewed["after"], renewed["seen"] = str(known.number), known.seen
    return renewed


def _card(known: Known) -> str:
    return address("scoring:scorecard", known.assessment.pk) if known.assessment else ""


def _what_is_known(request: Request, known: Known) -> dict[str, Any]:
    """Score, knock-outs, missing proof, open findings, matches: what the decision rests on."""
    engagement, score = known.engagement, known.score
    card = read_scorecard(known.assessment, request.principal) if known.assessment else None
    findings = open_findings_of(request.principal, engagement.vendor, engagement.unit)
    matches = standing_matches_of(engagement.vendor).select_related("watch_list", "owner", "vendor")
    missing = [one for one in card.missing if one.points >= TENTH][:MOST] if card else []
    unproved = {one.key for one in missing}
    return {
        "score": score,
        "card": card,
        "card_url": _card(known),
        "method": score.methodology.version if score else "",
        "cuts": methods.parameters(score.methodology_id).band_cuts_milli if score else (),
        "tier": words.tier(engagement.tier),
        "missing": missing,
        "gaps": [one for one in card.gaps[:MOST] if one.key not in unproved] if card else [],
        "findings": list(findings[:MOST]),
        "findings_url": f"{reverse('vendors:findings')}?vendor={engagement.vendor_id}",
        "matches": list(matches[:MOST]),
        "screening_url": reverse("vendors:screening", args=[engagement.vendor_id]),
    }


@page(Permission.READ_SCORES)
@require_safe
def index(request: Request) -> HttpResponse:
    """Engagements on which somebody has to decide."""
    form = DueFilter(request.GET)
    state = form.cleaned_data.get("state", "") if form.is_valid() else ""
    found = paging.page(
        due(request.principal, working_unit(request), state),
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    return render(
        request,
        "scoring/decisions/due.html",
        {
            "filter": form,
            "filtered": bool(state),
            "rows": _rows(request, found.rows),
            "page": found,
            "csv_url": f"{reverse('scoring:decisions_csv')}?{query.urlencode()}",
            "crumbs": [(_("Decisions due"), "")],
        },
    )


def _rows(
    request: Request, engagements: Iterable[Engagement]
) -> list[decision_words.ShownDecision]:
    wanted = list(engagements)
    known = current_of_many(wanted)
    return [decision_words.shown(known[one.pk], request.principal) for one in wanted]


@page(Permission.READ_SCORES)
@require_safe
def csv(request: Request) -> HttpResponseBase:
    """The same list as a file."""
    form = DueFilter(request.GET)
    state = form.cleaned_data.get("state", "") if form.is_valid() else ""
    rows = due(request.principal, working_unit(request), state).order_by("-id")[:MOST_ROWS]
    head = [
        _("Vendor"),
        _("Engagement"),
        _("Business unit"),
        _("Tier"),
        _("State"),
        _("Decision"),
        _("Valid until"),
        _("Band"),
        _("Points"),
    ]
    return csv_file.stream("decisions-due.csv", head, _cells(_rows(request, rows)))


def _cells(rows: Iterable[decision_words.ShownDecision]) -> Iterator[list[Any]]:
    for one in rows:
        engagement, decision, score = one.known.engagement, one.decision, one.known.score
        yield [
            engagement.vendor.name,
            engagement.title,
            engagement.unit.name,
            words.tier(engagement.tier),
            one.word,
            decision.get_verdict_display() if decision else "",
            decision.expires_on.isoformat() if decision and decision.expires_on else "",
            score.get_band_display() if score else "",
            decimal(score.points) if score else "",
        ]
