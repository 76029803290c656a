"""The steps around a review: taking it up, handing it over, sending back, signing off."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.scoping import require
from assessments.errors import NotAReviewer, ReasonNeeded, SecondPersonNeeded, StillOpen
from assessments.forms.assessments import ReasonForm
from assessments.forms.review import ReviewerForm, SendBackForm, SignOffForm, WidenForm
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of, outstanding, schema_of, visible_questions
from assessments.selectors.rework import changeable_keys, queried_keys
from assessments.services import assessments as service
from assessments.services import handover, rework
from assessments.views.parts import crumbs, found
from assessments.views.review_items import second_person
from assessments.wording import answer_words, language


@post_only
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
    *,
    permission: Permission = Permission.REVIEW,
) -> HttpResponse:
    """A page that asks, and a step that follows."""
    assessment = found(request, pk)
    require(request.principal, permission, assessment.unit_id)
    if request.method == "POST" and form.is_valid():
        try:
            step(assessment, form.cleaned_data)
        except (SecondPersonNeeded, StillOpen) as error:
            form.add_error(None, error.message)
        except (ReasonNeeded, NotAReviewer) as error:
            form.add_error(next(iter(form.fields)), error.message)
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
    """Send back the questions that need work, each with what is asked about it."""
    assessment = found(request, pk)
    require(request.principal, Permission.REVIEW, assessment.unit_id)
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    asked = visible_questions(questionnaire, assessment, answers)
    items = [questionnaire.by_key[key] for key in asked]
    queried = queried_keys(assessment, answers)
    form = SendBackForm(items, answers, queried, request.POST or None)
    if request.method == "POST" and form.is_valid():
        service.send_back(assessment=assessment, by=request.principal, **form.said())
        messages.success(request, _("The answers have been sent back."))
        return redirect("assessments:assessment", pk)
    rows = [form.row(one, answer_words(one.question, answers.get(one.key))) for one in items]
    title = _("Send the answers back")
    sections = [
        {
            "title": one.title.text_for(language()),
            "rows": [
                row for row in rows if row.item.section == one.key and row.item.key not in queried
            ],
        }
        for one in questionnaire.sections
    ]
    return render(
        request,
        "assessments/send_back.html",
        {
            "assessment": assessment,
            "form": form,
            "queried": [row for row in rows if row.item.key in queried],
            "sections": [one for one in sections if one["rows"]],
            "title": title,
            "cancel_url": reverse("assessments:review", args=[pk]),
            "crumbs": crumbs(assessment, title),
        },
    )


@page(Permission.REVIEW)
def sign_off(request: Request, pk: UUID) -> HttpResponse:
    """Sign the answers off; says first what is still open, and who may not do it alone."""
    assessment = found(request, pk)
    left = outstanding(assessment)
    lines = [
        _(
            "Your name and the time are recorded. "
            "An older assessment of the same engagement is replaced by this one."
        )
    ]
    if own := second_person(request, assessment, answers_of(assessment)):
        lines.append(own)
    still = []
    if left.unreviewed:
        still.append(_("Answers not reviewed: %(count)d.") % {"count": left.unreviewed})
    if left.queried:
        still.append(_("Answers queried and not settled: %(count)d.") % {"count": left.queried})
    if left.undecided:
        still.append(
            _("“Does not apply” without a decision: %(count)d. Each counts as unknown.")
            % {"count": left.undecided}
        )
    left_open = bool(left.queried or left.undecided)
    return _step(
        request,
        pk,
        SignOffForm(request.POST if request.method == "POST" else None, left_open=left_open),
        lambda row, said: service.sign_off(assessment=row, by=request.principal, **said),
        {
            "title": _("Sign off"),
            "question": _("Sign off these answers as reviewed?"),
            "text": "\n".join(lines),
            "warning": "\n".join(still),
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


@page(Permission.VIEW)
def hand_over(request: Request, pk: UUID) -> HttpResponse:
    """Say who reviews it: for reviewers and administrators."""
    assessment = found(request, pk)
    form = ReviewerForm(
        request.POST if request.method == "POST" else None,
        unit_id=assessment.unit_id,
        initial={"reviewer": assessment.reviewer_id},
    )
    reviews = request.principal.can(Permission.REVIEW, assessment.unit_id)
    return _step(
        request,
        pk,
        form,
        lambda row, said: handover.choose_reviewer(assessment=row, by=request.principal, **said),
        {
            "title": _("Who reviews this"),
            "text": _("They find it in the list under “Reviewed by: me”."),
            "confirm_label": _("Save"),
            "done": _("Saved."),
        },
        permission=Permission.REVIEW if reviews else Permission.MANAGE_MEMBERS,
    )


@page(Permission.VIEW)
def put_back(request: Request, pk: UUID) -> HttpResponse:
    """Give a review up, so that another can take it."""
    reviews = request.principal.can(Permission.REVIEW, found(request, pk).unit_id)
    return _step(
        request,
        pk,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda row, _said: handover.put_back(assessment=row, by=request.principal),
        {
            "title": _("Put the review back"),
            "question": _("Leave this review to somebody else?"),
            "text": _("What you have judged stays. The review waits until somebody takes it up."),
            "confirm_label": _("Put it back"),
            "done": _("The review waits for another reviewer."),
        },
        permission=Permission.REVIEW if reviews else Permission.MANAGE_MEMBERS,
    )


@page(Permission.OPEN_ASSESSMENTS)
def take_back(request: Request, pk: UUID) -> HttpResponse:
    """Take it back from the vendor, or from the reviewers before they begin."""
    sent = found(request, pk).status == Assessment.Status.SENT
    text = _("The answers can be changed again, and have to be submitted anew.")
    if sent:
        text = _("It is a draft again: the vendor's people cannot change it any more.")
    return _step(
        request,
        pk,
        ReasonForm(request.POST or None),
        lambda row, said: handover.take_back(assessment=row, by=request.principal, **said),
        {
            "title": _("Take it back"),
            "question": _("Take it back from the vendor?") if sent else _("Take it back?"),
            "text": text,
            "confirm_label": _("Take it back"),
            "done": _("The assessment is taken back."),
        },
        permission=Permission.OPEN_ASSESSMENTS,
    )


@page(Permission.REVIEW)
def widen(request: Request, pk: UUID) -> HttpResponse:
    """Let more questions be changed while it is sent back."""
    assessment = found(request, pk)
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    open_now = changeable_keys(assessment, answers)
    choices = [
        (key, questionnaire.by_key[key].question.text.text_for(language()))
        for key in visible_questions(questionnaire, assessment, answers)
        if key not in open_now
    ]
    return _step(
        request,
        pk,
        WidenForm(choices, request.POST if request.method == "POST" else None),
        lambda row, said: rework.widen(
            assessment=row, keys=() if said["everything"] else said["keys"], by=request.principal
        ),
        {
            "title": _("Open more questions"),
            "question": _("Which answers may be changed as well?"),
            "text": _("Everything else stays as it was submitted."),
            "confirm_label": _("Open them"),
            "done": _("More questions can be changed now."),
        },
    )
