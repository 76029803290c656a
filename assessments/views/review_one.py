"""Review one by one: an answer with all that stands beside it, judged by button or key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.scoping import require
from accounts.templatetags.ui import EVIDENCE, EVIDENCE_BY_NUMBER
from assessments.errors import InvalidAnswers, InvalidMessage, ReasonNeeded, ReviewConflict
from assessments.forms.review import OverrideForm, ReviewForm, SayForm
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of, schema_of
from assessments.selectors.certificates import awaiting
from assessments.selectors.rework import changed_since
from assessments.selectors.threads import threads_of
from assessments.services import overrides, threads
from assessments.services import review as review_service
from assessments.sheet import EvidenceLevel
from assessments.views.parts import QuestionView, address, crumbs, found, shown_questions
from assessments.views.proof import with_evidence
from assessments.views.review_items import is_open, review_items, second_person
from assessments.views.reviewing import list_page
from assessments.wording import language
from assessments.workflow import Status


@dataclass(frozen=True)
class Trouble:
    """Why a judgement was not taken, and where it is said. `conflict`: what somebody else did."""

    message: str
    at: str = "judge"
    status: int = 422
    conflict: dict[str, Any] = field(default_factory=dict)


@page(Permission.REVIEW)
def one(request: Request, pk: UUID) -> HttpResponse:
    """One answer: the one that is named, else where the reader was, else the first to review."""
    assessment = found(request, pk)
    require(request.principal, Permission.REVIEW, assessment.unit_id)
    if assessment.status != Status.IN_REVIEW:
        return redirect("assessments:assessment", pk)
    return _one_page(request, assessment, request.GET.get("q", ""))


def _place(
    request: Request, assessment: Assessment, key: str, asked: Sequence[QuestionView]
) -> int:
    """The number of the answer to show, and remember it."""
    keys, kept = [one.key for one in asked], f"review:{assessment.pk}"
    wanted = key or request.session.get(kept, "")
    if wanted in keys:
        at = keys.index(wanted)
    else:
        at = next((number for number, one in enumerate(asked) if is_open(one)), 0)
    if request.session.get(kept) != keys[at]:
        request.session[kept] = keys[at]
    return at


def _one_page(
    request: Request, assessment: Assessment, key: str, trouble: Trouble | None = None
) -> HttpResponse:
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    asked = shown_questions(assessment, questionnaire, answers)
    at = _place(request, assessment, key, asked)
    [view] = with_evidence(request, assessment, asked[at : at + 1], back="review")
    waiting = [number for number, one in enumerate(asked) if is_open(one)]
    talk = threads_of(assessment, vendor_side=False)
    [item] = review_items([view], talk, changed_since(assessment, answers), awaiting(assessment))
    overriding = trouble is not None and trouble.at == "override"
    form = OverrideForm(view.item.question, view.answer, request.POST if overriding else None)
    here = reverse("assessments:review-one", args=[assessment.pk])
    section = next(one for one in questionnaire.sections if one.key == view.item.section)
    return render(
        request,
        "assessments/review_one.html",
        {
            "assessment": assessment,
            "item": item,
            "question": view,
            "section": section.title.text_for(language()),
            "number": at + 1,
            "total": len(asked),
            "answered": sum(bool(one.said) for one in asked),
            "reviewed": sum(bool(one.said) and not is_open(one) for one in asked),
            "queried": sum(one.queried for one in asked),
            "previous": _to(here, asked, at - 1 if at else None),
            "next": _to(here, asked, at + 1 if at + 1 < len(asked) else None),
            "next_open": _to(here, asked, _beyond(waiting, at)),
            "previous_open": _to(here, asked, _before(waiting, at)),
            "left": len(waiting),
            "levels": [
                (number, str(EVIDENCE[name].word)) for number, name in enumerate(EVIDENCE_BY_NUMBER)
            ],
            "override": form,
            "trouble": trouble,
            "typed": request.POST if trouble and trouble.at == "judge" else {},
            "said": request.POST if trouble and trouble.at == "say" else {},
            "has_errors": bool(trouble),
            "own": second_person(request, assessment, answers),
            "list_url": reverse("assessments:review", args=[assessment.pk])
            + f"?{urlencode({'section': view.item.section})}#q-{view.key}",
            "score_url": address("scoring:scorecard", assessment.pk),
            "crumbs": crumbs(assessment, _("Review")),
        },
        status=trouble.status if trouble else 200,
    )


def _to(here: str, asked: Sequence[QuestionView], at: int | None) -> str:
    return "" if at is None else f"{here}?{urlencode({'q': asked[at].key})}"


def _beyond(waiting: Sequence[int], at: int) -> int | None:
    """The next one to review; after the last comes the first again."""
    others = [one for one in waiting if one != at]
    return next((one for one in others if one > at), others[0] if others else None)


def _before(waiting: Sequence[int], at: int) -> int | None:
    others = [one for one in waiting if one != at]
    return next((one for one in reversed(others) if one < at), others[-1] if others else None)


@post_only
@page(Permission.REVIEW)
def review_answer(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Judge one answer, then go on: to the next one, or back to the list where it was."""
    assessment = _asking(request, pk, key)
    in_list = "from" not in request.POST
    form = ReviewForm(request.POST)
    try:
        if not form.is_valid():
            raise InvalidAnswers({key: str(next(iter(form.errors.values()))[0])})
        _judge(assessment, key, form.cleaned_data, request)
    except ReviewConflict as error:
        return _one_page(request, assessment, key, _conflict(error))
    except ReasonNeeded:
        message = _("Say in the note what is missing or wrong.")
        return _refused(request, assessment, key, message, in_list=in_list)
    except InvalidAnswers as error:
        message = error.extra["errors"][key]
        return _refused(request, assessment, key, message, in_list=in_list)
    if not in_list:
        return _onwards(request, assessment, key)
    where = reverse("assessments:review", args=[pk])
    return redirect(f"{where}?{request.GET.urlencode()}#q-{key}")


def _asking(request: Request, pk: UUID, key: str) -> Assessment:
    assessment = found(request, pk)
    if key not in assessment.questions:
        raise Http404
    return assessment


def _refused(
    request: Request, assessment: Assessment, key: str, message: str, *, in_list: bool
) -> HttpResponse:
    if in_list:
        return list_page(request, assessment, refused={key: message})
    return _one_page(request, assessment, key, Trouble(message))


def _conflict(error: ReviewConflict, at: str = "judge") -> Trouble:
    return Trouble(error.message, at, error.status, error.extra)


def _onwards(request: Request, assessment: Assessment, key: str) -> HttpResponse:
    """To the next answer that nobody has judged; to the same one when none is left."""
    asked = shown_questions(assessment, schema_of(assessment), answers_of(assessment))
    keys = [one.key for one in asked]
    at = keys.index(key) if key in keys else 0
    beyond = _beyond([number for number, one in enumerate(asked) if is_open(one)], at)
    here = reverse("assessments:review-one", args=[assessment.pk])
    return redirect(_to(here, asked, at if beyond is None else beyond))


def _judge(assessment: Assessment, key: str, said: dict[str, Any], request: Request) -> None:
    common: dict[str, Any] = {
        "assessment": assessment,
        "question_key": key,
        "note": said["note"],
        "internal_note": said["internal_note"],
        "version": said["version"],
        "by": request.principal,
    }
    if said["decision"] in ("approve", "refuse"):
        approve = said["decision"] == "approve"
        review_service.decide_not_applicable(approve=approve, **common)
        return
    level = said["evidence"]
    review_service.review_answer(
        verdict="accepted" if said["decision"] == "accept" else "queried",
        evidence=None if level is None else EvidenceLevel(level),
        evidence_until=said["evidence_until"],
        **common,
    )


@post_only
@page(Permission.REVIEW)
def override(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Say what the answer is instead, with a reason, and go on to the next one."""
    assessment = _asking(request, pk, key)
    question = schema_of(assessment).by_key[key].question
    form = OverrideForm(question, None, request.POST)
    try:
        if not form.is_valid():
            raise InvalidAnswers({key: str(next(iter(form.errors.values()))[0])})
        overrides.override_answer(
            assessment=assessment, question_key=key, by=request.principal, **form.said()
        )
    except ReviewConflict as error:
        return _one_page(request, assessment, key, _conflict(error, "override"))
    except ReasonNeeded as error:
        return _one_page(request, assessment, key, Trouble(error.message, "override"))
    except InvalidAnswers as error:
        trouble = Trouble(error.extra["errors"][key], "override")
        return _one_page(request, assessment, key, trouble)
    return _onwards(request, assessment, key)


@post_only
@page(Permission.REVIEW)
def undo_override(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Let what was said count again."""
    assessment = _asking(request, pk, key)
    overrides.undo_override(assessment=assessment, question_key=key, by=request.principal)
    messages.success(request, _("The override is undone. The answer is to be reviewed again."))
    return redirect(f"{reverse('assessments:review-one', args=[pk])}?{urlencode({'q': key})}")


@post_only
@page(Permission.VIEW)
def say(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Write a message beside a question."""
    assessment = _asking(request, pk, key)
    form = SayForm(request.POST)
    try:
        if not form.is_valid():
            words = str(next(iter(form.errors.values()))[0])
            raise InvalidMessage({"body": [words]})
        threads.say(
            assessment=assessment, question_key=key, by=request.principal, **form.cleaned_data
        )
    except InvalidMessage as error:
        require(request.principal, Permission.REVIEW, assessment.unit_id)
        return _one_page(request, assessment, key, Trouble(error.message, "say"))
    if not request.principal.can(Permission.REVIEW, assessment.unit_id):
        return redirect(f"{reverse('assessments:answers', args=[pk])}#q-{key}")
    return redirect(f"{reverse('assessments:review-one', args=[pk])}?{urlencode({'q': key})}")
