"""The scorecard: one score, why it is what it is, and what would lower it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from assessments.models import Assessment
from assessments.selectors.assessments import schema_of, visible_to
from scoring import charts, decision_words, links, reasons, robustness, statement, words
from scoring.compile import indicator_of
from scoring.links import address
from scoring.memo import memo
from scoring.models import CurrentScore, Score
from scoring.selectors import methods, scores, sensitivity
from scoring.selectors import scorecard as read_scorecard
from scoring.selectors.decisions import current as decided
from scoring.selectors.moves import Moved, step_to
from scoring.selectors.scorecard import Lowering, Scorecard, scorecard_on_record
from scoring.selectors.worth import ranked
from scoring.tries import try_url

#: Changes named at once under "what would lower it most".
LOWERING: Final = 5


def _found(request: Request, pk: UUID) -> Assessment:
    rows = visible_to(request.principal, Permission.READ_SCORES)
    rows = rows.select_related("questionnaire", "vendor", "engagement", "unit", "signed_off_by")
    return get_object_or_404(rows, pk=pk)


def _is_behind(assessment: Assessment, current: CurrentScore | Score | None) -> bool:
    """Whether something was changed that the score does not have in it yet."""
    return current is None or current.inputs_version < assessment.inputs_version


@page(Permission.READ_SCORES)
@require_safe
@never_cache
def scorecard(request: Request, pk: UUID) -> HttpResponse:
    """The score of an assessment. Asked by htmx, it only tells whether it is ready by now."""
    assessment = _found(request, pk)
    if request.htmx:
        current = CurrentScore.objects.only("inputs_version").filter(pk=pk).first()
        # 204: still busy, ask again. Otherwise the page is read afresh, as a whole.
        if _is_behind(assessment, current):
            return HttpResponse(status=204)
        return HttpResponse(headers={"HX-Refresh": "true"})
    card = read_scorecard(assessment, request.principal)
    vendor = assessment.vendor
    context: dict[str, Any] = {
        "crumbs": [
            (_("Vendors"), address("scoring:vendors")),
            (vendor.name, address("scoring:vendor", vendor.pk)),
            (_("Score"), ""),
        ],
        "assessment": assessment,
        "calculating": _is_behind(assessment, card.current if card else None),
        "tasks_url": address("assessments:assessment", assessment.pk),
        "card": card,
        "decision": decision_words.shown(decided(assessment.engagement), request.principal),
    }
    if card is not None:
        context |= _explained(assessment, card)
        if isinstance(card.current, CurrentScore):
            context["worths"] = ranked(assessment, card.current)
    return render(request, "scoring/scorecard.html", context)


@page(Permission.READ_SCORES)
@require_safe
def on_record(request: Request, pk: UUID) -> HttpResponse:
    """A score of the past: the same explanation, from the inputs that were stored with it."""
    score = get_object_or_404(scores.on_record(request.principal), pk=pk)
    assessment = score.assessment
    card = scorecard_on_record(score, assessment)
    vendor = assessment.vendor
    now = address("scoring:scorecard", assessment.pk)
    before, after = scores.neighbours(score)
    context: dict[str, Any] = {
        "crumbs": [
            (_("Vendors"), address("scoring:vendors")),
            (vendor.name, address("scoring:vendor", vendor.pk)),
            (_("Score"), now),
            (_("On record"), ""),
        ],
        "assessment": assessment,
        "card": card,
        "now_url": now,
        "before_url": address("scoring:score", before.pk) if before else "",
        "after_url": address("scoring:score", after.pk) if after else "",
        "cause": words.cause(score.cause),
        **_explained(assessment, card, on_record=True),
    }
    step = step_to(score, assessment)
    if step is not None:
        context |= {
            "step": step,
            "step_url": address("scoring:score", step.before.pk),
            "difference": _between(step.before, score),
            "aged": [(one, words.aged(one), _answer(assessment, one)) for one in step.aged],
            "changed": [
                (one, words.MOVE_WORDS[one.kind], _answer(assessment, one)) for one in step.changed
            ],
        }
    return render(request, "scoring/score.html", context)


def _files(assessment: Assessment, current: CurrentScore | Score) -> tuple[str, str]:
    """Where all parts of a score are a file, and where its dimensions are."""
    if isinstance(current, Score):
        pk, parts, dimensions = current.pk, "record_csv", "record_dimensions_csv"
    else:
        pk, parts, dimensions = assessment.pk, "score_csv", "score_dimensions_csv"
    return address(f"scoring:{parts}", pk), address(f"scoring:{dimensions}", pk)


def _weights_url(assessment: Assessment, current: CurrentScore | Score) -> str:
    """The page on which the score is tried under other weights."""
    if isinstance(current, Score):
        return address("scoring:sensitivity", current.pk)
    return address("scoring:draft_sensitivity", assessment.pk)


def _weights(current: CurrentScore | Score) -> str:
    """What came of it, where it was done before; otherwise ""."""
    score = current if isinstance(current, Score) else current.score
    kept = sensitivity.kept_of(score) if score is not None else None
    return robustness.holds(sensitivity.from_data(kept.result)) if kept is not None else ""


def _between(before: Score, score: Score) -> int | None:
    if before.points is None or score.points is None:
        return None
    return score.points - before.points


def _answer(assessment: Assessment, moved: Moved) -> str:
    indicator = indicator_of(moved.key)
    if indicator is not None:
        return links.facts(assessment.vendor_id, indicator)
    return links.question(assessment.pk, moved.section, moved.key)


def _explained(
    assessment: Assessment, card: Scorecard, *, on_record: bool = False
) -> dict[str, Any]:
    current = card.current
    method = methods.parameters(current.methodology_id)
    question = statement.question_url(assessment, card)
    asked = schema_of(assessment).by_key

    def lowering(one: Lowering) -> tuple[Lowering, str, str]:
        # A score of the past cannot be tried: a scenario starts from the score of today.
        if on_record or one.key not in asked:
            return one, question(one.key), ""
        tried = try_url(assessment.pk, asked[one.key].question, one, current.as_of)
        return one, question(one.key), tried

    # What shows as 0.0 points is no advice, unless there is no better.
    largest = [one for one in card.lowering if one.points >= reasons.TENTH] or card.lowering
    parts_url, dimensions_url = _files(assessment, current)
    return {
        "score": current,
        "method": current.methodology.version,
        "method_url": address("scoring:method", current.methodology_id),
        "needs": method.coverage,
        "cuts": method.band_cuts_milli,
        "tier": words.tier(current.tier),
        "firmness": statement.firmness(card),
        "wanted": [] if on_record else statement.wanted(assessment, card),
        "memo": memo(assessment, card, on_record=on_record),
        "drivers": reasons.drivers(card) if card.complete else [],
        "largest": [(part, question(part.key or "")) for part in card.parts[:5] if part.points],
        "waterfall": charts.waterfall(card, parts_url),
        "dimensions": charts.dimensions(current, dimensions_url),
        "tree": statement.tree(card, question),
        "lowering": [lowering(one) for one in largest[:LOWERING]],
        "lowering_by_kind": [
            (heading, [lowering(one) for one in found]) for heading, found in reasons.by_kind(card)
        ],
        "weights_url": _weights_url(assessment, current),
        "weights": _weights(current),
        "try_url": "" if on_record else links.what_if(assessment.pk),
        "spread": reasons.spread(card),
        "facts": [(one, links.facts(assessment.vendor_id, one.shown.key)) for one in card.facts],
        "gaps": [
            (
                one,
                reasons.MISSING_WORDS[one.missing],
                reasons.at_best(one),
                reasons.at_worst(one),
                question(one.key),
            )
            for one in card.gaps
        ],
        "missing": [(one, words.GAP_WORDS[one.reason], question(one.key)) for one in card.missing],
        "history": [(row, words.cause(row.cause)) for row in card.history],
        "provenance": statement.provenance(assessment, current),
    }


@page(Permission.READ_SCORES)
@require_safe
@never_cache
def panel(request: Request, pk: UUID) -> HttpResponse:
    """A small score for pages of other floors; it looks again while the score is being computed."""
    assessment = _found(request, pk)
    current = scores.current_of(pk)
    context = {
        "assessment": assessment,
        "score": current,
        "calculating": _is_behind(assessment, current),
        "firmness": statement.counted(current) if current else "",
        "worst": words.dimension(current.worst_dimension) if current else "",
        "cuts": methods.parameters(current.methodology_id).band_cuts_milli if current else (),
    }
    return render(request, "scoring/_score_panel.html", context)
