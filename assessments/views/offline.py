"""Answering in a workbook, for people of the house: out, back in, and what to take of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.doors import Request, largest_body, most_fields, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.scoping import require
from assessments.forms.files import MOST_REQUEST, MOST_ROWS, AnswerFileForm
from assessments.selectors.files import answer_files_visible_to
from assessments.services import offline
from assessments.views.parts import crumbs, found, may_fill_in
from assessments.wording import language
from audit.errors import Invalid


@page(Permission.VIEW)
@require_safe
def workbook(request: Request, pk: UUID) -> HttpResponse:
    """The workbook to fill in: of all questions, or with `?for=vendor` of the vendor's."""
    assessment = found(request, pk)
    content = offline.export(
        assessment=assessment,
        vendor_side=request.GET.get("for") == "vendor",
        language=language(),
    )
    return HttpResponse(
        content,
        content_type=offline.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{offline.name(assessment)}"'},
    )


@largest_body(MOST_REQUEST)
@page(Permission.ANSWER)
def upload(request: Request, pk: UUID) -> HttpResponse:
    """Download the workbook, or upload it filled in."""
    assessment = found(request, pk)
    require(request.principal, Permission.ANSWER, assessment.unit_id)
    is_sent = request.method == "POST"
    form = AnswerFileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = offline.read(
                assessment=assessment,
                file_name=file.name,
                content=file.read(),
                vendor_side=False,
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return redirect("assessments:answer-file", made.pk)
    title = _("Answer in a workbook")
    return render(
        request,
        "assessments/files/offline.html",
        {
            "assessment": assessment,
            "form": form,
            "fills": may_fill_in(request, assessment),
            "title": title,
            "crumbs": crumbs(assessment, title),
        },
    )


@most_fields(MOST_ROWS)
@page(Permission.ANSWER)
def answer_file(request: Request, pk: UUID) -> HttpResponse:
    """What the file would change; POST takes what was chosen, or lets the file go."""
    made = get_object_or_404(answer_files_visible_to(request.principal), pk=pk)
    back = reverse("assessments:assessment", args=[made.assessment_id])
    if request.method == "POST":
        if "discard" in request.POST:
            offline.discard(file=made, by=request.principal)
            messages.success(request, _("The file was discarded. Nothing was saved."))
            return redirect(back)
        done = offline.take(
            file=made, choices=frozenset(request.POST.getlist("take")), by=request.principal
        )
        count = len(done.diff["taken"])
        said = ngettext("%(count)d answer was saved.", "%(count)d answers were saved.", count)
        messages.success(request, said % {"count": count})
        return redirect(back)
    lines = made.diff["lines"]
    title = _("Answers from a file")
    return render(
        request,
        "assessments/files/answer_file.html",
        {
            "made": made,
            "groups": offline.groups(lines),
            "unchanged": sum(line["kind"] == "unchanged" for line in lines),
            "notes": made.diff["notes"],
            "back": back,
            "title": title,
            "crumbs": crumbs(made.assessment, title),
        },
    )
