"""The score by a questionnaire's own rule, as pages show it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import answers_of, schema_of
from assessments.selectors.files import filled_workbooks_of
from assessments.selectors.own_rule import own_score as score_of
from assessments.services.filled_workbooks import titles
from assessments.views.parts import crumbs, found, score_links
from assessments.wording import language


def shown(score: Mapping[str, Any] | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    """A score as `own_rule.Score.as_json` gives it, for the templates; names: section -> title."""
    if not score:
        return None
    return {
        **score,
        "shares": score["measure"] == "shares",
        "counts": score["counts"],
        "rows": [{"title": names.get(key, key), **part} for key, part in score["parts"].items()],
    }


def of_assessment(assessment: Assessment, answers: Mapping[str, Answer]) -> dict[str, Any] | None:
    """What the pages of an assessment show: by what counts, and as it was said where that differs.

    None where the questionnaire has no rule of its own.
    """
    counted = score_of(assessment, answers)
    if counted is None:
        return None
    said = score_of(assessment, answers, as_said=True)
    names = titles(schema_of(assessment), language())
    own = shown(counted.as_json(), names)
    differs = said is not None and said.whole != counted.whole
    return {
        "now": own,
        "said": shown(said.as_json(), names) if said is not None and differs else None,
        "url": reverse("assessments:own-score", args=[assessment.pk]),
    }


@page(Permission.VIEW)
@require_safe
def own_score(request: Request, pk: UUID) -> HttpResponse:
    """The score by the questionnaire's own rule, by section, with what it was worked out from."""
    assessment = found(request, pk)
    title = _("Score by its own rule")
    return render(
        request,
        "assessments/files/own_score.html",
        {
            "assessment": assessment,
            "own": of_assessment(assessment, answers_of(assessment)),
            "workbooks": filled_workbooks_of(assessment),
            "hash": assessment.questionnaire.content_hash,
            "title": title,
            **score_links(request, assessment),
            "crumbs": crumbs(assessment, title),
        },
    )
