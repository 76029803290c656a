"""Answering in a workbook: out, back in, and what to take of it; only what is theirs."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.forms import take_refusal
from assessments.forms.files import AnswerFileForm
from assessments.portal.doors import Visit, show, visited
from assessments.selectors.files import answer_files_of_contact
from assessments.services import offline
from assessments.wording import language
from audit.errors import Invalid


@require_safe
@visited
def workbook(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The workbook of their own questions, with what has been answered."""
    content = offline.export(
        assessment=visit.assessment,
        vendor_side=True,
        language=language(),
        sections=None if visit.whole else visit.scope.sections,
    )
    return HttpResponse(
        content,
        content_type=offline.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{offline.name(visit.assessment)}"'},
    )


@visited
def upload(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Download the workbook, or upload it filled in."""
    sent = request.method == "POST"
    form = AnswerFileForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = offline.read(
                assessment=visit.assessment,
                file_name=file.name,
                content=file.read(),
                vendor_side=True,
                by=visit.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return redirect(visit.url("answer-file", made.pk))
    status = 422 if form.errors else 200
    return show(request, "offline", {"form": form}, visit=visit, status=status)


@visited
def answer_file(request: HttpRequest, visit: Visit, file: UUID) -> HttpResponseBase:
    """What the file would change; POST takes what was chosen, or lets the file go."""
    if visit.contact is None:
        raise Http404
    made = answer_files_of_contact(visit.contact, visit.assessment).filter(pk=file).first()
    if made is None:
        raise Http404
    if request.method == "POST":
        if "discard" in request.POST:
            offline.discard(file=made, by=visit.principal)
            messages.success(request, _("The file was discarded. Nothing was saved."))
            return redirect(visit.url("start"))
        chosen = frozenset(request.POST.getlist("take"))
        done = offline.take(file=made, choices=chosen, by=visit.principal)
        count = len(done.diff["taken"])
        said = ngettext("%(count)d answer was saved.", "%(count)d answers were saved.", count)
        messages.success(request, said % {"count": count})
        return redirect(visit.url("start"))
    lines = made.diff["lines"]
    return show(
        request,
        "answer_file",
        {
            "made": made,
            "groups": offline.groups(lines),
            "unchanged": sum(line["kind"] == "unchanged" for line in lines),
            "notes": made.diff["notes"],
        },
        visit=visit,
    )
