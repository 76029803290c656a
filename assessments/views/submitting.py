"""Checking the answers, handing them in, the receipt, and reading them afterwards."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.scoping import require
from assessments import schema
from assessments.beside import Beside
from assessments.errors import Incomplete
from assessments.forms.assessments import ReasonForm
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import (
    answers_of,
    missing_mandatory,
    schema_of,
    visible_questions,
)
from assessments.services import assessments as service
from assessments.views.beside import with_all_beside
from assessments.views.parts import address, crumbs, found, may_fill_in, shown_questions
from assessments.views.proof import shown_beside
from assessments.wording import PILLS, RESPONDENTS, answer_words, language


@page(Permission.VIEW)
def check(request: Request, pk: UUID) -> HttpResponse:
    """All answers in one list with links that change them and come back, then submit."""
    assessment = found(request, pk)
    if not may_fill_in(request, assessment):
        return redirect("assessments:answers", pk)
    return _check_page(request, assessment)


def _check_page(request: Request, assessment: Assessment, status: int = 200) -> HttpResponse:
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    visible = visible_questions(questionnaire, assessment, answers)
    missing = missing_mandatory(questionnaire, visible, answers)
    beside = shown_beside(request, assessment, visible, back="check")
    lang = language()
    problems = [
        (
            f"row-{key}",
            _("Answer “%(question)s”")
            % {"question": questionnaire.by_key[key].question.text.text_for(lang)},
        )
        for key in missing
    ]
    title = _("Check your answers")
    return render(
        request,
        "assessments/check.html",
        {
            "assessment": assessment,
            "sections": _sections(assessment, questionnaire, answers, beside, missing),
            "unproved": sum(one.missing for one in beside.values()),
            "missing": len(missing),
            "blank": assessment.applicable - assessment.answered,
            "problems": problems if status != 200 else [],
            "has_errors": status != 200,
            "crumbs": crumbs(assessment, title),
        },
        status=status,
    )


def _sections(
    assessment: Assessment,
    questionnaire: schema.Questionnaire,
    answers: Mapping[str, Answer],
    beside: Mapping[str, Beside],
    missing: list[str],
) -> list[dict[str, Any]]:
    lang = language()
    found_sections = []
    for one in questionnaire.sections:
        keys = [key for key in beside if questionnaire.by_key[key].section == one.key]
        if not keys:
            continue
        base = reverse("assessments:section", args=[assessment.pk, one.key])
        rows = []
        for key in keys:
            question, answer = questionnaire.by_key[key].question, answers.get(key)
            words = answer_words(question, answer)
            rows.append(
                {
                    "key": key,
                    "question": question.text.text_for(lang),
                    "words": words,
                    "respondent": RESPONDENTS[question.respondent],
                    "note": answer.note if answer else "",
                    "needed": key in missing,
                    "queried": answer is not None and answer.review == Answer.Review.QUERIED,
                    "asked": answer.review_note if answer else "",
                    "evidence": beside[key],
                    "change_url": f"{base}?then=check#q-{key}",
                }
            )
        found_sections.append({"title": one.title.text_for(lang), "rows": rows})
    return found_sections


@page(Permission.ANSWER)
def submit(request: Request, pk: UUID) -> HttpResponse:
    """Hand the answers in, after a question whether to."""
    assessment = found(request, pk)
    require(request.principal, Permission.ANSWER, assessment.unit_id)
    if not may_fill_in(request, assessment):
        messages.info(request, _("This assessment has been submitted."))
        return redirect("assessments:assessment", pk)
    if request.method == "POST":
        try:
            service.submit(assessment=assessment, by=request.principal)
        except Incomplete:
            return _check_page(request, assessment, status=Incomplete.status)
        return redirect("assessments:receipt", pk)
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    visible = visible_questions(questionnaire, assessment, answers)
    if missing_mandatory(questionnaire, visible, answers):
        return _check_page(request, assessment, status=Incomplete.status)
    title = _("Submit the answers")
    blank = assessment.applicable - assessment.answered
    text = _("A reviewer reads them next. They cannot be changed unless they are sent back.")
    if blank:
        text += "\n" + ngettext(
            "%(count)d question is not answered. It counts as if the answer were the worst one.",
            "%(count)d questions are not answered. They count as if each answer were the worst.",
            blank,
        ) % {"count": blank}
    return render(
        request,
        "assessments/step.html",
        {
            "title": title,
            "question": _("Submit %(answered)d of %(applicable)d answers?")
            % {"answered": assessment.answered, "applicable": assessment.applicable},
            "text": text,
            "confirm_label": _("Submit"),
            "cancel_url": reverse("assessments:check", args=[pk]),
            "crumbs": crumbs(assessment, title),
        },
    )


@page(Permission.VIEW)
def receipt(request: Request, pk: UUID) -> HttpResponse:
    """What was handed in, when, by whom, and what happens next."""
    assessment = found(request, pk)
    if assessment.submitted_at is None:
        return redirect("assessments:assessment", pk)
    return render(
        request,
        "assessments/receipt.html",
        {
            "assessment": assessment,
            "score_url": address("scoring:scorecard", assessment.pk),
            "crumbs": crumbs(assessment, _("Submitted")),
        },
    )


@page(Permission.VIEW)
def answers_page(request: Request, pk: UUID) -> HttpResponse:
    """All answers to read: for auditors, reviewers, and everyone once they are frozen."""
    assessment = found(request, pk)
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    shown, lang = shown_questions(assessment, questionnaire, answers), language()
    shown = with_all_beside(request, assessment, shown)
    sections = []
    for one in questionnaire.sections:
        questions = [view for view in shown if view.item.section == one.key]
        if questions:
            sections.append(
                {"key": one.key, "title": one.title.text_for(lang), "questions": questions}
            )
    return render(
        request,
        "assessments/answers.html",
        {
            "assessment": assessment,
            "pill": PILLS[assessment.status],
            "sections": sections,
            "fills": may_fill_in(request, assessment),
            "score_url": address("scoring:scorecard", assessment.pk),
            "crumbs": crumbs(assessment, _("Answers")),
        },
    )


@page(Permission.OPEN_ASSESSMENTS)
def cancel(request: Request, pk: UUID) -> HttpResponse:
    """Give an assessment up, with a reason."""
    assessment = found(request, pk)
    require(request.principal, Permission.OPEN_ASSESSMENTS, assessment.unit_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        service.cancel(assessment=assessment, by=request.principal, **form.cleaned_data)
        messages.success(request, _("The assessment is cancelled. Its answers can still be read."))
        return redirect("assessments:assessment", pk)
    title = _("Cancel this assessment")
    return render(
        request,
        "assessments/step.html",
        {
            "title": title,
            "question": _("Cancel it for good?"),
            "text": _("It cannot be taken up again; a new one can be opened instead."),
            "form": form,
            "danger": True,
            "confirm_label": _("Cancel the assessment"),
            "stay_label": _("Let it go on"),
            "cancel_url": reverse("assessments:assessment", args=[pk]),
            "crumbs": crumbs(assessment, title),
        },
    )
