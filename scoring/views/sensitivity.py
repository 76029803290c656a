"""How firm a score is under other weights: asked for by a button, kept with the score."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from assessments.models import Assessment
from assessments.selectors.assessments import visible_to
from audit import csv_file
from scoring import robustness
from scoring.engine.sensitivity import DRAWS, Sensitivity
from scoring.links import address
from scoring.models import CurrentScore, Score
from scoring.selectors import methods, scores
from scoring.selectors import sensitivity as reading
from scoring.services import sensitivity as service


@page(Permission.READ_SCORES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_score(request: Request, pk: UUID) -> HttpResponse:
    """A score that stands under other weights: what was kept, or the button that works it out."""
    score = get_object_or_404(scores.on_record(request.principal), pk=pk)
    if request.method == "POST":
        service.run(score=score, by=request.principal)
        return HttpResponseRedirect(address("scoring:sensitivity", pk))
    kept = reading.kept_of(score)
    context = _context(score.assessment, score)
    if kept is not None:
        csv_url = address("scoring:sensitivity_csv", pk)
        context |= _found(reading.from_data(kept.result), score, csv_url)
        context["kept"] = kept
    return render(request, "scoring/sensitivity.html", context)


@page(Permission.READ_SCORES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_assessment(request: Request, pk: UUID) -> HttpResponse:
    """The same for the score of today: the one on record, or that of a draft, which is not kept."""
    assessment = _visible(request, pk)
    current = scores.current_of(pk)
    if current is not None and current.score_id is not None:
        return HttpResponseRedirect(address("scoring:sensitivity", current.score_id))
    context = _context(assessment, current)
    if request.method == "POST" and current is not None:
        found = _tried(current)
        if found is not None:
            context |= _found(found, current, address("scoring:draft_sensitivity_csv", pk))
    return render(request, "scoring/sensitivity.html", context)


@page(Permission.READ_SCORES)
@require_safe
def csv(request: Request, pk: UUID) -> HttpResponseBase:
    """What was kept with a score, as a file; only its heading where nothing was."""
    score = get_object_or_404(scores.on_record(request.principal), pk=pk)
    kept = reading.kept_of(score)
    found = reading.from_data(kept.result) if kept is not None else None
    return _file(f"sensitivity-{score.pk}.csv", found)


@page(Permission.READ_SCORES)
@require_safe
def draft_csv(request: Request, pk: UUID) -> HttpResponseBase:
    """The same for the score of today where it is not on record: worked out, and not kept."""
    current = scores.current_of(_visible(request, pk).pk)
    if current is not None and current.score_id is not None:
        return HttpResponseRedirect(address("scoring:sensitivity_csv", current.score_id))
    return _file(f"sensitivity-{pk}.csv", _tried(current) if current is not None else None)


def _visible(request: Request, pk: UUID) -> Assessment:
    rows = visible_to(request.principal, Permission.READ_SCORES)
    rows = rows.select_related("vendor", "engagement", "unit", "questionnaire")
    return get_object_or_404(rows, pk=pk)


def _tried(current: CurrentScore) -> Sensitivity | None:
    try:
        return reading.computed_draft(current)
    except scores.NotReproducible:
        return None


def _file(name: str, found: Sensitivity | None) -> HttpResponseBase:
    head = [_("What"), _("Of"), _("Value"), _("And")]
    return csv_file.stream(name, head, list(robustness.lines(found)) if found else [])


def _context(assessment: Assessment, score: Score | CurrentScore | None) -> dict[str, Any]:
    vendor, now = assessment.vendor, address("scoring:scorecard", assessment.pk)
    on_record = isinstance(score, Score)
    return {
        "crumbs": [
            (_("Vendors"), address("scoring:vendors")),
            (vendor.name, address("scoring:vendor", vendor.pk)),
            (_("Score"), now),
            (_("Other weights"), ""),
        ],
        "assessment": assessment,
        "score": score,
        "on_record": on_record,
        "draws": robustness.whole(DRAWS),
        "card_url": address("scoring:score", score.pk) if isinstance(score, Score) else now,
    }


def _found(found: Sensitivity, score: Score | CurrentScore, csv_url: str) -> dict[str, Any]:
    method = methods.parameters(score.methodology_id)
    return {
        "found": found,
        "cuts": method.band_cuts_milli,
        "holds": robustness.holds(found),
        "sentences": robustness.sentences(found),
        "bands": robustness.bands(found, csv_url),
        "tornado": robustness.tornado(found, csv_url),
        "orders": robustness.orders(found, method.p),
    }
