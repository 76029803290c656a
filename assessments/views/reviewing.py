"""Review: judging the answers one by one, sending back, signing off, reopening."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.scoping import require
from accounts.templatetags.ui import EVIDENCE, EVIDENCE_BY_NUMBER
from assessments.errors import InvalidAnswers, ReasonNeeded, SecondPersonNeeded
from assessments.forms.assessments import AcceptSectionForm, ReasonForm, ReviewForm, SignOffForm
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import acceptable, answers_of, outstanding, schema_of
from assessments.services import assessments as service
from assessments.services import review as review_service
from assessments.sheet import EvidenceLevel, State
from assessments.views.parts import QuestionView, address, crumbs, found, shown_questions
from assessments.wording import PILLS, REVIEWERS, language


def _views() -> dict[str, tuple[str, Callable[[QuestionView], bool]]]:
    return {
        "all": (_("All"), lambda one: True),
        "open": (_("To review"), _is_open),
        "queried": (_("Queried"), lambda one: one.queried),
        "not-applicable": (_("Does not apply"), _is_not_applicable),
        "knock-outs": (_("Knock-outs"), lambda one: one.item.question.knock_out is not None),
        "blank": (_("Not answered"), lambda one: not one.said),
    }


def _is_open(one: QuestionView) -> bool:
    return bool(one.said) and (one.answer is None or one.answer.review == Answer.Review.OPEN)


def _is_not_applicable(one: QuestionView) -> bool:
    return one.answer is not None and one.answer.state in (State.NA_PENDING, State.NA_APPROVED)


@page(Permission.REVIEW)
def review(request: Request, pk: UUID) -> HttpResponse:
    """The answers of a section, or of a view over all sections, each with its judgement form."""
    assessment = found(request, pk)
    require(request.principal, Permission.REVIEW, assessment.unit_id)
    if assessment.status != Assessment.Status.IN_REVIEW:
        return redirect("assessments:assessment", pk)
    return _review_page(request, assessment)


def _review_page(
    request: Request, assessment: Assessment, *, refused: dict[str, str] | None = None
) -> HttpResponse:
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    lang = language()
    everything = shown_questions(assessment, questionnaire, answers)
    views = _views()
    show = request.GET.get("show", "")
    section_key = request.GET.get("section", "")
    sections = [one for one in questionnaire.sections if one.key in assessment.sections]
    if show not in views and section_key not in {one.key for one in sections}:
        waiting = next((one.item.section for one in everything if _is_open(one)), "")
        section_key, show = waiting or sections[0].key, "all"
    show = show if show in views else "all"
    test = views[show][1]
    shown = [
        one
        for one in everything
        if test(one) and (not section_key or one.item.section == section_key)
    ]
    here = reverse("assessments:review", args=[assessment.pk])
    titles = {one.key: one.title.text_for(lang) for one in sections}
    groups = [
        {
            "title": titles[one.key],
            "reviewer": REVIEWERS[one.reviewer],
            "rest": sum(
                _is_open(found) and not _is_not_applicable(found)
                for found in everything
                if found.item.section == one.key
            ),
            "accept_url": reverse("assessments:accept-section", args=[assessment.pk, one.key]),
            "questions": [found for found in shown if found.item.section == one.key],
        }
        for one in sections
    ]
    reviewed = sum(bool(one.said) and not _is_open(one) for one in everything)
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
                        _is_open(found) for found in everything if found.item.section == one.key
                    ),
                }
                for one in sections
            ],
            "groups": [group for group in groups if group["questions"]],
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
            "own": assessment.submitted_by_id == request.user.pk,
            "score_url": address("scoring:scorecard", assessment.pk),
            "crumbs": crumbs(assessment, _("Review")),
        },
        status=422 if refused else 200,
    )


@require_POST
@page(Permission.REVIEW)
def review_answer(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Judge one answer, then come back to the list where it was."""
    assessment = found(request, pk)
    if key not in assessment.questions:
        raise Http404
    form = ReviewForm(request.POST)
    try:
        if not form.is_valid():
            message = next(iter(form.errors.values()))[0]
            return _review_page(request, assessment, refused={key: str(message)})
        _judge(assessment, key, form.cleaned_data, request)
    except ReasonNeeded:
        message = _("Say in the note what is missing or wrong.")
        return _review_page(request, assessment, refused={key: message})
    except InvalidAnswers as error:
        return _review_page(request, assessment, refused=error.extra["errors"])
    where = reverse("assessments:review", args=[pk])
    return redirect(f"{where}?{request.GET.urlencode()}#q-{key}")


def _judge(assessment: Assessment, key: str, said: dict[str, Any], request: Request) -> None:
    if said["decision"] in ("approve", "refuse"):
        review_service.decide_not_applicable(
            assessment=assessment,
            question_key=key,
            approve=said["decision"] == "approve",
            note=said["note"],
            by=request.principal,
        )
        return
    level = said["evidence"]
    review_service.review_answer(
        assessment=assessment,
        question_key=key,
        verdict="accepted" if said["decision"] == "accept" else "queried",
        evidence=None if level is None else EvidenceLevel(level),
        evidence_until=said["evidence_until"],
        note=said["note"],
        by=request.principal,
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


@require_POST
@page(Permission.REVIEW)
def take(request: Request, pk: UUID) -> HttpResponse:
    """Take up the review."""
    service.take(assessment=found(request, pk), by=request.principal)
    return redirect("assessments:review", pk)


def _step(
    request: Request,
    pk: UUID,
    form: forms.Form,
    step: Callable[[Assessment, dict[str, Any]], object],
    words: dict[str, Any],
) -> HttpResponse:
    """A page that asks, and a step that follows."""
    assessment = found(request, pk)
    require(request.principal, Permission.REVIEW, assessment.unit_id)
    if request.method == "POST" and form.is_valid():
        try:
            step(assessment, form.cleaned_data)
        except SecondPersonNeeded as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, words["done"])
            return redirect("assessments:assessment", pk)
    context = {
        "form": form,
        "cancel_url": reverse("assessments:assessment", args=[pk]),
        "crumbs": crumbs(assessment, words["title"]),
        **words,
    }
    return render(request, "assessments/step.html", context)


@page(Permission.REVIEW)
def send_back(request: Request, pk: UUID) -> HttpResponse:
    """Send the answers back, with a reason; queried answers are named to those who fill in."""
    return _step(
        request,
        pk,
        ReasonForm(request.POST or None),
        lambda row, said: service.send_back(assessment=row, by=request.principal, **said),
        {
            "title": _("Send the answers back"),
            "question": _("Send the answers back for correction?"),
            "text": _("They can be changed again. The answers you queried stay marked."),
            "confirm_label": _("Send back"),
            "done": _("The answers have been sent back."),
        },
    )


@page(Permission.REVIEW)
def sign_off(request: Request, pk: UUID) -> HttpResponse:
    """Sign the answers off; says first what is still open."""
    left = outstanding(found(request, pk))
    lines = [
        _(
            "Your name and the time are recorded. "
            "An older assessment of the same engagement is replaced by this one."
        )
    ]
    if left.unreviewed:
        lines.append(_("Answers not reviewed: %(count)d.") % {"count": left.unreviewed})
    if left.queried:
        lines.append(_("Answers queried and not settled: %(count)d.") % {"count": left.queried})
    if left.undecided:
        lines.append(
            _("“Does not apply” without a decision: %(count)d. Each counts as unknown.")
            % {"count": left.undecided}
        )
    return _step(
        request,
        pk,
        SignOffForm(request.POST or None),
        lambda row, said: service.sign_off(assessment=row, by=request.principal, **said),
        {
            "title": _("Sign off"),
            "question": _("Sign off these answers as reviewed?"),
            "text": "\n".join(lines),
            "confirm_label": _("Sign off"),
            "done": _("The assessment is signed off."),
        },
    )


@page(Permission.REVIEW)
def reopen(request: Request, pk: UUID) -> HttpResponse:
    """Take a sign-off back."""
    return _step(
        request,
        pk,
        ReasonForm(request.POST or None),
        lambda row, said: service.reopen(assessment=row, by=request.principal, **said),
        {
            "title": _("Reopen the review"),
            "question": _("Take the sign-off back?"),
            "text": _("The assessment is in review again until somebody signs it off."),
            "confirm_label": _("Reopen"),
            "done": _("The assessment is in review again."),
        },
    )
