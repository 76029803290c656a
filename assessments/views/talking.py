"""All that was said about an assessment, thread by thread, and answering it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.posting import post_only
from assessments import workflow
from assessments.errors import InvalidMessage
from assessments.forms.review import SayForm
from assessments.models import Assessment, Message
from assessments.schema import Respondent
from assessments.selectors.assessments import schema_of
from assessments.selectors.threads import (
    counts_of,
    seen_by_user,
    threads_of,
    unread_of_user,
    waiting_for_us,
)
from assessments.services import threads as service
from assessments.services.locking import roles_of
from assessments.views import way_back
from assessments.views.parts import QuestionView, Talk, crumbs, found
from assessments.wording import language
from assessments.workflow import Role


def unread(request: Request, assessment: Assessment) -> int:
    """How many messages of others the reader has not read."""
    talk = threads_of(assessment, vendor_side=False)
    seen = seen_by_user(assessment, request.user.pk)
    return sum(map(len, unread_of_user(talk, seen, request.user.pk).values()))


def with_talk(
    request: Request, assessment: Assessment, views: Sequence[QuestionView], *, back: str = ""
) -> list[QuestionView]:
    """The same questions, each with the way to its messages; one query. `back`: of `way_back`."""
    counts, writes = counts_of(assessment), _may_write(request, assessment)
    return [
        replace(one, talk=Talk(address_of(assessment, one.key, back), counts.get(one.key, 0)))
        if writes or one.key in counts
        else one
        for one in views
    ]


def address_of(assessment: Assessment, key: str, back: str = "") -> str:
    """The page of messages, at those beside one question. `back`: a word of `way_back`."""
    query = {"question": key} | ({"back": back} if back else {})
    return f"{_here(assessment.pk)}?{urlencode(query)}#t-{key}"


def _here(pk: UUID) -> str:
    return reverse("assessments:messages", args=[pk])


def _way(request: Request, assessment: Assessment) -> str:
    """What goes along in addresses so that the way back is not lost; "" where there is none."""
    key, back = request.GET.get("question", ""), way_back.asked(request)
    if not back or key not in assessment.questions:
        return ""
    return f"?{urlencode({'question': key, 'back': back})}"


def _may_answer(assessment: Assessment) -> bool:
    """Whether the vendor's people can write back: who cannot is not written to."""
    return workflow.Action.SAY in workflow.allowed_actions(assessment.status, {Role.CONTACT})


def _may_write(request: Request, assessment: Assessment) -> bool:
    roles = roles_of(request.principal, assessment.unit_id)
    return workflow.Action.SAY in workflow.allowed_actions(assessment.status, roles)


@page(Permission.VIEW)
def threads(request: Request, pk: UUID) -> HttpResponse:
    """Every thread: those with something new first; `question` names one to begin. POST writes."""
    assessment = found(request, pk)
    key = (request.POST if request.method == "POST" else request.GET).get("question", "")
    if key and key not in assessment.questions:
        raise Http404
    trouble: dict[str, Any] = {}
    if request.method == "POST":
        form = SayForm(request.POST)
        try:
            if not form.is_valid():
                words = str(next(iter(form.errors.values()))[0])
                raise InvalidMessage({"body": [words]})
            service.say(
                assessment=assessment, question_key=key, by=request.principal, **form.cleaned_data
            )
        except InvalidMessage as refused:
            trouble = {
                "key": key,
                "message": refused.message,
                "body": request.POST.get("body", ""),
            }
        else:
            return redirect(f"{_here(pk)}{_way(request, assessment)}#t-{key}")
    talk = threads_of(assessment, vendor_side=False)
    new = unread_of_user(talk, seen_by_user(assessment, request.user.pk), request.user.pk)
    writes = _may_write(request, assessment)
    rows = _rows(assessment, talk, new)
    if writes:
        rows = _with_new(assessment, rows, key)
    title, way = _("Messages"), _way(request, assessment)
    return render(
        request,
        "assessments/messages.html",
        {
            "assessment": assessment,
            "rows": rows,
            "said": bool(talk),
            "unread": sum(map(len, new.values())),
            "writes": writes,
            "sent": _may_answer(assessment),
            "trouble": trouble,
            "problems": [(f"say-{trouble['key']}", trouble["message"])] if trouble else [],
            "has_errors": bool(trouble),
            "title": title,
            "way": way,
            "back_url": way
            and way_back.address(assessment, request.GET["question"], way_back.asked(request)),
            "crumbs": crumbs(assessment, title),
        },
        status=422 if trouble else 200,
    )


def _rows(
    assessment: Assessment,
    talk: Mapping[str, Sequence[Message]],
    new: Mapping[str, Sequence[Message]],
) -> list[dict[str, Any]]:
    waiting = waiting_for_us(talk)
    rows = [
        _row(assessment, key)
        | {
            "said": said,
            "new": new.get(key, ()),
            "last": said[-1].pk,
            "waits": key in waiting,
        }
        for key, said in talk.items()
    ]
    return sorted(rows, key=lambda row: (not row["new"], not row["waits"]))


def _with_new(
    assessment: Assessment, rows: Sequence[dict[str, Any]], key: str
) -> list[dict[str, Any]]:
    """And those that can be begun: the question asked for first, the assessment as a whole last."""
    there = {row["key"] for row in rows}
    first = [_row(assessment, key)] if key and key not in there else []
    last = [_row(assessment, "")] if "" not in there else []
    return [*first, *rows, *last]


def _row(assessment: Assessment, key: str) -> dict[str, Any]:
    """What a thread is about. `key` "": the assessment as a whole."""
    item = schema_of(assessment).by_key.get(key)
    answers = reverse("assessments:answers", args=[assessment.pk])
    return {
        "key": key,
        "text": item.question.text.text_for(language()) if item else _("The assessment"),
        "url": f"{answers}#q-{key}" if item else "",
        "is_vendors": item is None or item.question.respondent is Respondent.VENDOR,
    }


@post_only
@page(Permission.VIEW)
def seen(request: Request, pk: UUID) -> HttpResponse:
    """The reader has read these threads, each as far as the message that was on the page."""
    assessment = found(request, pk)
    for told in request.POST.getlist("seen"):
        last, _colon, key = told.partition(":")
        try:
            message = UUID(last)
        except ValueError:
            raise Http404 from None
        service.note_seen(
            assessment=assessment,
            question_key=key,
            last=message,
            contact=None,
            by=request.principal,
        )
    return redirect(_here(pk) + _way(request, assessment))
