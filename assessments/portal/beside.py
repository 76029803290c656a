"""What stands beside a question: messages with those who asked, and files that prove the answer."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import posted
from accounts.forms import take_refusal
from accounts.posting import post_only
from assessments import workflow
from assessments.forms.portal import MessageForm, ProofForm
from assessments.models import Message
from assessments.portal.doors import Visit, is_over, reason_of, show, visited
from assessments.portal.questions import VendorQuestion, desk, item_of, said, view
from assessments.selectors.proof import reusable_by_contact
from assessments.selectors.threads import seen_by_contact, thread, unread_of_contact
from assessments.services import proof, threads
from assessments.workflow import Action, Role
from audit.errors import Invalid, Refused
from vendors.models import Contact, Evidence
from vendors.selectors.evidence import files_of_contact
from vendors.services import evidence as documents
from vendors.services.evidence import SameFile

#: Documents that the page offers to be used again.
_OFFERED = 50


def _question(visit: Visit, key: str) -> VendorQuestion:
    item = item_of(visit.assessment, visit, key)
    if item is None or visit.contact is None:
        raise Http404
    return view(desk(visit), item)


def _contact(visit: Visit) -> Contact:
    if visit.contact is None:
        raise Http404
    return visit.contact


@visited
def messages(request: HttpRequest, visit: Visit, key: str) -> HttpResponseBase:
    """The thread of a question; POST writes into it."""
    question = _question(visit, key)
    back = f"{visit.url('section', question.item.section)}#q-{key}"
    return _talk(request, visit, key, question.thread, {"question": question, "back_url": back})


@visited
def talk(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The thread about all of it, for those who hold all of it; POST writes into it."""
    if not visit.whole:
        raise Http404
    said_so_far = thread(visit.assessment, "", vendor_side=True)
    whole = {
        "text": visit.assessment.engagement.title,
        "thread": said_so_far,
        "messages": [said(one, visit.house) for one in said_so_far],
    }
    back = visit.url("start")
    return _talk(request, visit, "", said_so_far, {"question": whole, "back_url": back})


def _talk(
    request: HttpRequest,
    visit: Visit,
    key: str,
    said_so_far: Sequence[Message],
    about: Mapping[str, Any],
) -> HttpResponseBase:
    """A thread; `key` "" is that about all of it."""
    if request.method == "POST" and "seen" in request.POST:
        return _seen(request, visit, key)
    may_write = Action.SAY in workflow.allowed_actions(visit.assessment.status, {Role.CONTACT})
    form = MessageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            threads.say(
                assessment=visit.assessment,
                question_key=key,
                body=form.cleaned_data["body"],
                internal=False,
                contact=_contact(visit),
                by=visit.principal,
            )
        except Refused as refused:
            if is_over(visit):
                raise
            form.add_error("body", reason_of(refused))
        else:
            return redirect(_address(visit, key))
    seen = seen_by_contact(visit.assessment, _contact(visit).pk)
    return show(
        request,
        "messages",
        {
            **about,
            "form": form,
            "may_write": may_write,
            "unread": unread_of_contact({key: said_so_far}, seen).get(key, []),
        },
        visit=visit,
        status=422 if form.errors else 200,
    )


def _address(visit: Visit, key: str) -> str:
    return visit.url("messages", key) if key else visit.url("talk")


def _seen(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """They have read the thread; a script says so by itself, where there is one."""
    try:
        last = UUID(request.POST["seen"])
    except ValueError:
        raise Http404 from None
    threads.note_seen(
        assessment=visit.assessment,
        question_key=key,
        last=last,
        contact=_contact(visit),
        by=visit.principal,
    )
    if request.headers.get("HX-Request"):
        return HttpResponse()
    return redirect(_address(visit, key))


@visited
def evidence(request: HttpRequest, visit: Visit, key: str) -> HttpResponseBase:
    """The files beside an answer; POST adds one, or takes one that is on record already."""
    question = _question(visit, key)
    if request.method == "POST" and request.POST.get("use"):
        return _use(request, visit, key)
    form = ProofForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        added = _added(visit, key, form)
        if added:
            one = _("The file is beside the answer now.")
            several = _("%(count)d files are beside the answer now.") % {"count": added}
            notes.success(request, one if added == 1 else several)
        if not form.errors:
            return redirect(visit.url("evidence", key))
        question = _question(visit, key)
    here = {one.pk for one in question.evidence}
    reusable = reusable_by_contact(visit.assessment, _contact(visit))
    return show(
        request,
        "evidence",
        {
            "question": question,
            "form": form,
            "reusable": [one for one in reusable[:_OFFERED] if one.pk not in here],
            "back_url": f"{visit.url('section', question.item.section)}#q-{key}",
        },
        visit=visit,
        status=422 if form.errors else 200,
    )


def recorded(visit: Visit, form: ProofForm) -> list[Evidence]:
    """The documents that were sent, put on record, those that were there already included.

    What was refused is left out: the form says why, with the name of the file.
    """
    found = [_recorded(visit, form, file, title) for file, title in form.given()]
    return [one for one in found if one is not None]


def _recorded(visit: Visit, form: ProofForm, file: Any, title: str) -> Evidence | None:
    assessment, values = visit.assessment, form.cleaned_data
    try:
        return documents.add(
            vendor=assessment.vendor,
            unit=assessment.unit,
            file=file,
            title=title,
            kind=values["kind"],
            expires_on=values["expires_on"],
            contact=_contact(visit),
            by=visit.principal,
        )
    except SameFile as same:
        there = _known(visit, same.extra.get("evidence_id"))
        if there is None:
            form.add_error("file", f"{file.name}: {same.message}")
        return there
    except Invalid as refused:
        errors = dict(refused.extra.get("errors", {}))
        for said in errors.pop("file", [] if errors else [refused.message]):
            form.add_error("file", f"{file.name}: {said}")
        take_refusal(form, errors)
    except Refused as refused:
        # The disk is full, the scanner is away, or it has found something.
        form.add_error("file", f"{file.name}: {reason_of(refused)}")
    return None


def _added(visit: Visit, key: str, form: ProofForm) -> int:
    """How many of the files stand beside the answer; the form says why others do not."""
    found = recorded(visit, form)
    for number, one in enumerate(found):
        try:
            proof.attach(
                assessment=visit.assessment,
                question_key=key,
                evidence=one,
                contact=_contact(visit),
                by=visit.principal,
            )
        except Refused as refused:
            form.add_error("file", reason_of(refused))
            return number
    return len(found)


def _known(visit: Visit, pk: Any) -> Evidence | None:
    return reusable_by_contact(visit.assessment, _contact(visit)).filter(pk=pk).first()


def _use(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    try:
        found = _known(visit, UUID(request.POST["use"]))
    except ValueError:
        found = None
    if found is None:
        raise Http404
    proof.attach(
        assessment=visit.assessment,
        question_key=key,
        evidence=found,
        contact=_contact(visit),
        by=visit.principal,
    )
    notes.success(request, _("The file is beside the answer now."))
    return redirect(visit.url("evidence", key))


@post_only
@visited
def detach(request: HttpRequest, visit: Visit, key: str, evidence: UUID) -> HttpResponseBase:
    """Take a file away from an answer; it stays on record and can be used again."""
    question = _question(visit, key)
    found = next((one for one in question.evidence if one.pk == evidence), None)
    if found is None:
        raise Http404
    proof.detach(
        assessment=visit.assessment,
        question_key=key,
        evidence=found,
        contact=_contact(visit),
        by=visit.principal,
    )
    notes.success(request, _("The file was taken away from this answer."))
    return redirect(visit.url("evidence", key))


@require_safe
@visited
def download(request: HttpRequest, visit: Visit, file: UUID) -> HttpResponseBase:
    """A file that the vendor itself has given, handed out again; noted in the record."""
    rows = files_of_contact(_contact(visit), visit.assessment.unit)
    found = rows.filter(pk=file).first()
    if found is None:
        raise Http404
    given = documents.deliver(file=found, by=visit.principal)
    response = StreamingHttpResponse(given.pieces, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = _attachment(found.name)
    response["Content-Length"] = str(found.size)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _attachment(name: str) -> str:
    found: str = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return found
