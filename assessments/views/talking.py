"""All that was said about an assessment, thread by thread, and answering it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.doors import Request, page
from accounts.permissions import Permission
from assessments import workflow
from assessments.errors import InvalidMessage
from assessments.forms.review import SayForm
from assessments.models import Assessment, Message
from assessments.schema import Respondent
from assessments.selectors.assessments import schema_of
from assessments.selectors.threads import (
    seen_by_user,
    threads_of,
    unread_of_user,
    waiting_for_us,
)
from assessments.services import threads as service
from assessments.services.locking import roles_of
from assessments.views.parts import crumbs, found
from assessments.wording import language


def unread(request: Request, assessment: Assessment) -> int:
    """How many messages of others the reader has not read."""
    talk = threads_of(assessment, vendor_side=False)
    seen = seen_by_user(assessment, request.user.pk)
    return sum(map(len, unread_of_user(talk, seen, request.user.pk).values()))


@page(Permission.VIEW)
def threads(request: Request, pk: UUID) -> HttpResponse:
    """Every thread: those with something new first; POST writes into one."""
    assessment = found(request, pk)
    trouble: dict[str, Any] = {}
    if request.method == "POST":
        key, form = request.POST.get("question", ""), SayForm(request.POST)
        if key and key not in assessment.questions:
            raise Http404
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
            return redirect(f"{reverse('assessments:messages', args=[pk])}#t-{key}")
    talk = threads_of(assessment, vendor_side=False)
    new = unread_of_user(talk, seen_by_user(assessment, request.user.pk), request.user.pk)
    roles = roles_of(request.principal, assessment.unit_id)
    writes = workflow.Action.SAY in workflow.allowed_actions(assessment.status, roles)
    title = _("Messages")
    return render(
        request,
        "assessments/messages.html",
        {
            "assessment": assessment,
            "rows": _rows(assessment, talk, new),
            "unread": sum(map(len, new.values())),
            "writes": writes,
            "trouble": trouble,
            "problems": [(f"say-{trouble['key']}", trouble["message"])] if trouble else [],
            "has_errors": bool(trouble),
            "title": title,
            "crumbs": crumbs(assessment, title),
        },
        status=422 if trouble else 200,
    )


def _rows(
    assessment: Assessment,
    talk: Mapping[str, Sequence[Message]],
    new: Mapping[str, Sequence[Message]],
) -> list[dict[str, Any]]:
    content, waiting = schema_of(assessment), waiting_for_us(talk)
    rows = []
    for key, said in talk.items():
        question = content.by_key[key].question if key in content.by_key else None
        rows.append(
            {
                "key": key,
                "text": question.text.text_for(language()) if question else _("The assessment"),
                "is_vendors": question is None or question.respondent is Respondent.VENDOR,
                "said": said,
                "new": new.get(key, ()),
                "last": said[-1].pk,
                "waits": key in waiting,
            }
        )
    return sorted(rows, key=lambda row: (not row["new"], not row["waits"]))


@require_POST
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
    return redirect("assessments:messages", pk)
