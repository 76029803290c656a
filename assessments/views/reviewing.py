"""Review as a list: the answers of a section, or of a view over all sections."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.scoping import require
from accounts.templatetags.ui import EVIDENCE, EVIDENCE_BY_NUMBER
from assessments.forms.assessments import AcceptSectionForm
from assessments.models import Assessment
from assessments.selectors.assessments import acceptable, answers_of, schema_of
from assessments.selectors.certificates import awaiting
from assessments.selectors.rework import changed_since
from assessments.selectors.threads import threads_of
from assessments.services import review as review_service
from assessments.sheet import EvidenceLevel, State
from assessments.views.parts import QuestionView, address, crumbs, found, shown_questions
from assessments.views.proof import with_evidence
from assessments.views.review_items import (
    is_not_applicable,
    is_open,
    review_items,
    second_person,
)
from assessments.wording import PILLS, REVIEWERS, language


def _views() -> dict[str, tuple[str, Callable[[QuestionView], bool]]]:
    return {
        "all": (_("All"), lambda one: True),
        "open": (_("To review"), is_open),
        "queried": (_("Queried"), lambda one: one.queried),
        "not-applicable": (_("Does not apply"), is_not_applicable),
        "knock-outs": (_("Knock-outs"), lambda one: one.item.question.knock_out is not None),
        "blank": (_("Not answered"), lambda one: not one.said),
        "overridden": (_("Overridden"), lambda one: bool(one.counted)),
    }


@page(Permission.REVIEW)
def review(request: Request, pk: UUID) -> HttpResponse:
    """The answers of a section, or of a view over all sections, each with its judgement form."""
    assessment = found(request, pk)
    require(request.principal, Permission.REVIEW, assessment.unit_id)
    if assessment.status != Assessment.Status.IN_REVIEW:
        return redirect("assessments:assessment", pk)
    return list_page(request, assessment)


def list_page(
    request: Request, assessment: Assessment, *, refused: dict[str, str] | None = None
) -> HttpResponse:
    """The list; `refused` are sentences to be shown at questions, with what was typed."""
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    lang = language()
    everything = shown_questions(assessment, questionnaire, answers)
    changed = changed_since(assessment, answers)
    views = _views()
    show = request.GET.get("show", "")
    if assessment.round:
        views["changed"] = (_("Changed since last time"), lambda one: one.key in changed)
    section_key = request.GET.get("section", "")
    sections = [one for one in questionnaire.sections if one.key in assessment.sections]
    if show not in views and section_key not in {one.key for one in sections}:
        waiting = next((one.item.section for one in everything if is_open(one)), "")
        section_key, show = waiting or sections[0].key, "all"
    show = show if show in views else "all"
    test = views[show][1]
    shown = [
        one
        for one in everything
        if test(one) and (not section_key or one.item.section == section_key)
    ]
    shown = with_evidence(request, assessment, shown, back="review")
    here = reverse("assessments:review", args=[assessment.pk])
    titles = {one.key: one.title.text_for(lang) for one in sections}
    talk = threads_of(assessment, vendor_side=False)
    items = review_items(shown, talk, changed, awaiting(assessment))
    groups = [
        {
            "title": titles[one.key],
            "reviewer": REVIEWERS[one.reviewer],
            "rest": sum(
                is_open(found) and not is_not_applicable(found)
                for found in everything
                if found.item.section == one.key
            ),
            "accept_url": reverse("assessments:accept-section", args=[assessment.pk, one.key]),
            "items": [beside for beside in items if beside.question.item.section == one.key],
        }
        for one in sections
    ]
    reviewed = sum(bool(one.said) and not is_open(one) for one in everything)
    return render(
        request,
        "assessments/review.html",
        {
            "assessment": assessment,
            "pill": PILLS[assessment.status],
            "tabs": [
                {
                    "label": label,
                    "url": f"{here}?{urlencode({'show': key})}",
                    "active": key == show and not section_key,
                    "count": sum(map(test_of, everything)),
                }
                for key, (label, test_of) in views.items()
            ],
            "index": [
                {
                    "title": titles[one.key],
                    "url": f"{here}?{urlencode({'section': one.key})}",
                    "here": one.key == section_key,
                    "left": sum(
                        is_open(found) for found in everything if found.item.section == one.key
                    ),
                }
                for one in sections
            ],
            "groups": [group for group in groups if group["items"]],
            "back": request.GET.urlencode() or f"section={section_key}",
            "levels": [
                (number, str(EVIDENCE[name].word)) for number, name in enumerate(EVIDENCE_BY_NUMBER)
            ],
            "reviewed": reviewed,
            "answered": sum(bool(one.said) for one in everything),
            "queried": sum(one.queried for one in everything),
            "pending": sum(
                one.answer is not None and one.answer.state == State.NA_PENDING
                for one in everything
            ),
            "refused": refused or {},
            "typed": request.POST,
            "problems": [(f"q-{key}", message) for key, message in (refused or {}).items()],
            "has_errors": bool(refused),
            "own": second_person(request, assessment, answers),
            "one_url": reverse("assessments:review-one", args=[assessment.pk]),
            "score_url": address("scoring:scorecard", assessment.pk),
            "crumbs": crumbs(assessment, _("Review")),
        },
        status=422 if refused else 200,
    )


@page(Permission.REVIEW)
def accept_section(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Accept what is left of a section at once, after asking with which level of proof."""
    assessment = found(request, pk)
    require(request.principal, Permission.REVIEW, assessment.unit_id)
    section = next((one for one in schema_of(assessment).sections if one.key == key), None)
    if section is None or key not in assessment.sections:
        raise Http404
    here = f"{reverse('assessments:review', args=[pk])}?{urlencode({'section': key})}"
    form = AcceptSectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accepted = review_service.accept_section(
            assessment=assessment,
            section=key,
            evidence=EvidenceLevel(form.cleaned_data["evidence"]),
            by=request.principal,
        )
        count = len(accepted)
        said = ngettext("%(count)d answer accepted.", "%(count)d answers accepted.", count)
        messages.success(request, said % {"count": count})
        return redirect(here)
    count = len(acceptable(assessment, answers_of(assessment), key))
    asked = ngettext(
        "Accept %(count)d answer of “%(section)s”?",
        "Accept %(count)d answers of “%(section)s”?",
        count,
    )
    title = _("Accept the rest of a section")
    context = {
        "form": form,
        "title": title,
        "question": asked % {"count": count, "section": section.title.text_for(language())},
        "text": _(
            "Only answers that nobody has judged yet. Queried ones stay queried, and what is said "
            "not to apply is still to be decided."
        ),
        "confirm_label": _("Accept"),
        "cancel_url": here,
        "crumbs": crumbs(assessment, title),
    }
    return render(request, "assessments/step.html", context)
