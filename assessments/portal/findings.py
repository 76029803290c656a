"""What was found about the vendor: reading it, answering it, saying that it is not so."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.doors import posted
from accounts.forms import take_refusal
from assessments.forms.portal import DisputeForm, FindingAnswerForm, ProofForm
from assessments.portal.beside import recorded
from assessments.portal.doors import Visit, show, visited
from audit.errors import Invalid, OutOfDate
from vendors.finding_kinds import KNOCK_OUT
from vendors.models import Contact, Finding
from vendors.selectors.evidence import evidence_of_contact, with_files
from vendors.selectors.findings import findings_of_contact, is_overdue
from vendors.services import finding_answers
from vendors.services import findings as service
from vendors.services.finding_rows import FindingNotOpen

#: Severity -> how urgent it is, as the vendor reads it.
_URGENCY: Final[Mapping[str, str | Promise]] = {
    "critical": lazy("Urgent"),
    "high": lazy("Important"),
    "moderate": lazy("To be put right"),
    "low": lazy("Minor"),
}


def _contact(visit: Visit) -> Contact:
    if visit.contact is None or not visit.shows_findings:
        raise Http404
    return visit.contact


def _found(visit: Visit, pk: UUID) -> Finding:
    rows = findings_of_contact(_contact(visit), visit.assessment.unit)
    finding = rows.filter(pk=pk).first()
    if finding is None:
        raise Http404
    return finding


def shown(finding: Finding) -> dict[str, Any]:
    """A finding as the vendor sees it: no owner, kind, cause or score, nor what staff wrote."""
    return {
        "finding": finding,
        "title": finding.title,
        # Why an answer knocks out is the house's own reason.
        "detail": "" if finding.kind == KNOCK_OUT else finding.detail,
        "urgency": _URGENCY[finding.severity],
        "overdue": is_overdue(finding),
        **_state(finding),
    }


def _state(finding: Finding) -> dict[str, str]:
    if finding.is_closed:
        return {"pill": "done", "state": _("Settled")}
    if finding.disputed_at:
        return {"pill": "waiting", "state": _("Your objection is being looked at")}
    if finding.status == Finding.Status.REMEDIED:
        return {"pill": "waiting", "state": _("Being checked")}
    if finding.status == Finding.Status.ACCEPTED:
        return {"pill": "done", "state": _("Nothing to do for now")}
    if finding.responded_at:
        return {"pill": "active", "state": _("Answered")}
    return {"pill": "todo", "state": _("Your answer is asked for")}


def counted(visit: Visit) -> dict[str, int]:
    """How many findings there are for them, and how many wait for an answer of theirs."""
    if visit.contact is None or not visit.shows_findings:
        return {"all": 0, "waiting": 0}
    asked = Q(status__in=(Finding.Status.OPEN, Finding.Status.PLANNED), responded_at=None)
    rows = findings_of_contact(visit.contact, visit.assessment.unit).order_by()
    return rows.aggregate(all=Count("pk"), waiting=Count("pk", filter=asked))


@require_safe
@visited
def index(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """All that was shared with them: what is open first, then what is settled."""
    rows = [shown(one) for one in findings_of_contact(_contact(visit), visit.assessment.unit)]
    return show(
        request,
        "findings",
        {
            "open_rows": [row for row in rows if not row["finding"].is_closed],
            "settled": [row for row in rows if row["finding"].is_closed],
        },
        visit=visit,
    )


@visited
def finding(request: HttpRequest, visit: Visit, finding: UUID) -> HttpResponseBase:
    """One of them; POST answers it, and takes the files that were chosen below the answer."""
    row = _found(visit, finding)
    form = FindingAnswerForm(posted(request), initial=_stands(row))
    if request.method != "POST":
        return _page(request, visit, row, {"form": form})
    status = _answered(visit, row, form)
    if status == 200:
        messages.success(request, _("Your answer was sent."))
    row = _found(visit, finding)
    proof, moved = ProofForm(initial=_typed(request, ProofForm)), 0
    if request.FILES:
        proof, moved = _given(request, visit, row)
    if status == 200 and not proof.errors:
        return redirect(visit.url("finding", finding))
    if status == 200:
        form, status = FindingAnswerForm(initial=_stands(_found(visit, finding))), 422
    elif str(form.data.get("version")) == str(row.version):
        form.data = {**_typed(request, FindingAnswerForm), "version": row.version + moved}
    context = {"form": form, "proof": proof, "has_errors": True}
    return _page(request, visit, row, context, status)


def _stands(row: Finding) -> dict[str, Any]:
    said = _lines(row.response)
    return {"version": row.version, "response": said, "planned_on": row.planned_on}


def _lines(text: str) -> str:
    """With the ends of lines that browsers do not send, so that the same text is the same."""
    return text.replace("\r\n", "\n")


def _typed(request: HttpRequest, form: type[forms.Form]) -> dict[str, str]:
    """What was sent of a form, as it was typed: for the page that shows it once more."""
    return {name: _lines(request.POST[name]) for name in form.base_fields if name in request.POST}


def _answered(visit: Visit, row: Finding, form: FindingAnswerForm) -> int:
    """Send the answer: 200, or the status of the page on which the form says why not."""
    if not form.is_valid():
        return 422
    try:
        finding_answers.respond(
            finding=row, contact=_contact(visit), by=visit.principal, **form.cleaned_data
        )
    except Invalid as refused:
        take_refusal(form, refused.extra["errors"])
        return 422
    except OutOfDate as refused:
        _again(form, refused)
        return 409
    return 200


def _again(form: forms.Form, refused: OutOfDate) -> None:
    """What was typed, for the version that stands now."""
    form.data = {**{key: form.data[key] for key in form.data}, "version": refused.extra["version"]}
    form.add_error(
        None,
        _(
            "Something has changed here meanwhile. What you typed is still there; look at what it "
            "says now, and send yours again if it still holds."
        ),
    )


def _page(
    request: HttpRequest, visit: Visit, row: Finding, forms: dict[str, Any], status: int = 200
) -> HttpResponse:
    contact = _contact(visit)
    mine = evidence_of_contact(contact, visit.assessment.unit).filter(findings=row)
    return show(
        request,
        "finding",
        {
            **shown(row),
            "form": FindingAnswerForm(initial=_stands(row)),
            "proof": ProofForm(),
            "documents": list(with_files(mine)),
            "may_answer": row.is_open and not row.disputed_at,
            "back_url": visit.url("findings"),
            **forms,
        },
        visit=visit,
        status=status,
    )


@visited
def dispute(request: HttpRequest, visit: Visit, finding: UUID) -> HttpResponseBase:
    """Say that it is not so."""
    row = _found(visit, finding)
    if not row.is_open or row.disputed_at:
        return redirect(visit.url("finding", finding))
    form = DisputeForm(posted(request), initial={"version": row.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                service.dispute(
                    finding=row, contact=_contact(visit), by=visit.principal, **form.cleaned_data
                )
            except Invalid as refused:
                take_refusal(form, refused.extra["errors"])
            except OutOfDate as refused:
                status = 409
                _again(form, refused)
            else:
                messages.success(request, _("Your objection was sent. You will get an answer."))
                return redirect(visit.url("finding", finding))
    back = visit.url("finding", finding)
    context = {**shown(row), "form": form, "may_write": True, "back_url": back}
    return show(request, "finding_dispute", context, visit=visit, status=status)


@visited
def documents(request: HttpRequest, visit: Visit, finding: UUID) -> HttpResponseBase:
    """Give a document for it. An answer that was typed beside it stays on the page, not sent."""
    row = _found(visit, finding)
    if request.method != "POST":
        return redirect(visit.url("finding", finding))
    if row.is_closed:
        raise FindingNotOpen(_("This finding was closed meanwhile."))
    answer = _typed(request, FindingAnswerForm)
    started = FindingAnswerForm(answer, initial=_stands(row)).changed_data if answer else []
    proof, moved = _given(request, visit, row)
    waits = any(name != "version" for name in started)
    if not (proof.errors or waits):
        return redirect(visit.url("finding", finding))
    if waits:
        messages.info(request, _("Your answer is not sent yet: it still stands below."))
    if answer.get("version") == str(row.version):
        answer["version"] = str(row.version + moved)
    context = {"form": FindingAnswerForm(initial=answer)} if answer else {}
    if not proof.errors:
        return _page(request, visit, _found(visit, finding), context)
    return _page(request, visit, row, {**context, "proof": proof, "has_errors": True}, 422)


def _given(request: HttpRequest, visit: Visit, row: Finding) -> tuple[ProofForm, int]:
    """Take the files that were sent; and how many versions the finding has moved on by them."""
    form = ProofForm(request.POST, request.FILES)
    given = recorded(visit, form) if form.is_valid() else []
    there = set(row.evidence.values_list("pk", flat=True))
    for one in given:
        finding_answers.give(finding=row, evidence=one, contact=_contact(visit), by=visit.principal)
    if given:
        said = ngettext("The file was sent.", "%(count)d files were sent.", len(given))
        messages.success(request, said % {"count": len(given)})
    return form, len({one.pk for one in given} - there)
