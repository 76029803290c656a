"""Workbooks of other layouts that vendors have filled in: chosen, compared, and taken."""

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
from assessments.forms.files import MOST_REQUEST, MOST_ROWS, FilledWorkbookForm
from assessments.models import Assessment
from assessments.selectors import files
from assessments.selectors.assessments import schema_of_version
from assessments.services import filled_workbooks as service
from assessments.services.offline import groups
from assessments.views.own_score import shown
from assessments.views.parts import address
from assessments.wording import language
from audit import paging
from audit.errors import Invalid
from vendors.selectors import engagements_visible_to

_OPENS = Permission.OPEN_ASSESSMENTS
#: Engagements that a search shows.
_FOUND = 20


@page(_OPENS)
@require_safe
def index(request: Request) -> HttpResponse:
    """Choose the engagement that a filled-in workbook is for; and the workbooks so far."""
    q = request.GET.get("q", "").strip()[:100]
    matches = list(files.engagements_named(request.principal, q)[: _FOUND + 1]) if q else []
    past = paging.page(
        files.filled_workbooks_visible_to(request.principal, _OPENS),
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        size=20,
    )
    title = _("Filled-in workbooks")
    return render(
        request,
        "assessments/files/filled_list.html",
        {
            "q": q,
            "matches": matches[:_FOUND],
            "more": len(matches) > _FOUND,
            "page": past,
            "readable": files.questionnaires_with_mapping().exists(),
            "title": title,
            "crumbs": [(_("Assessments"), reverse("assessments:list")), (title, "")],
        },
    )


@largest_body(MOST_REQUEST)
@page(_OPENS)
def read(request: Request, pk: UUID) -> HttpResponse:
    """Upload a workbook that the vendor of an engagement has filled in."""
    engagement = get_object_or_404(engagements_visible_to(request.principal), pk=pk)
    require(request.principal, _OPENS, engagement.unit_id)
    is_sent = request.method == "POST"
    form = FilledWorkbookForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        questionnaires=files.questionnaires_with_mapping(),
    )
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = service.read(
                engagement=engagement,
                questionnaire=form.cleaned_data["questionnaire"],
                file_name=file.name,
                content=file.read(),
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return redirect("assessments:filled-workbook", made.pk)
    title = _("Answers from a workbook")
    return render(
        request,
        "assessments/files/filled_new.html",
        {
            "engagement": engagement,
            "form": form,
            "vendor_url": address("scoring:vendor", engagement.vendor_id),
            "title": title,
            "crumbs": _crumbs(title),
        },
    )


@most_fields(MOST_ROWS)
@page(_OPENS)
def show(request: Request, pk: UUID) -> HttpResponse:
    """What the workbook would change; POST takes what was chosen, or lets the file go."""
    made = get_object_or_404(files.filled_workbooks_visible_to(request.principal, _OPENS), pk=pk)
    if request.method == "POST":
        if "discard" in request.POST:
            service.discard(workbook=made, by=request.principal)
            messages.success(request, _("The file was discarded. Nothing was saved."))
            return redirect("assessments:filled-workbooks")
        assessment = service.take(
            workbook=made, choices=frozenset(request.POST.getlist("take")), by=request.principal
        )
        return _taken(request, assessment, made.pk)
    lines = made.diff["lines"]
    names = service.titles(schema_of_version(made.questionnaire), language())
    return render(
        request,
        "assessments/files/filled.html",
        {
            "made": made,
            "report": made.report,
            "groups": groups(lines),
            "unchanged": sum(line["kind"] == "unchanged" for line in lines),
            "own": shown(made.report["own_rule"], names),
            "title": _("Answers from a workbook"),
            "crumbs": _crumbs(made.file_name),
        },
    )


def _taken(request: Request, assessment: Assessment, pk: UUID) -> HttpResponse:
    made = get_object_or_404(files.filled_workbooks_visible_to(request.principal, _OPENS), pk=pk)
    count = len(made.diff.get("taken", ()))
    said = ngettext("%(count)d answer was saved.", "%(count)d answers were saved.", count)
    messages.success(request, said % {"count": count})
    return redirect("assessments:assessment", assessment.pk)


def _crumbs(here: str) -> list[tuple[str, str]]:
    return [
        (_("Assessments"), reverse("assessments:list")),
        (_("Filled-in workbooks"), reverse("assessments:filled-workbooks")),
        (here, ""),
    ]
