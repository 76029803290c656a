"""Questionnaires as files: exported, imported after a look at them, and their format published."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, largest_body, most_fields, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from assessments import schema
from assessments.exchange import format_page, workbook_out, yaml_file
from assessments.exchange.foreign.mapping import Mapping
from assessments.forms.files import MOST_REQUEST, MOST_ROWS, QuestionnaireFileForm
from assessments.forms.mapping import DIMENSIONS, MappingForm
from assessments.selectors import files
from assessments.services import mapping_steps
from assessments.services import questionnaire_files as service
from assessments.views.own_score import shown
from audit import paging
from audit.errors import Invalid

MANAGE = Permission.MANAGE_QUESTIONNAIRES
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@largest_body(MOST_REQUEST)
@page(MANAGE, everywhere=True)
def new(request: Request) -> HttpResponse:
    """Upload a questionnaire; export those there are; and what was imported before."""
    is_sent = request.method == "POST"
    form = QuestionnaireFileForm(
        request.POST if is_sent else None, request.FILES if is_sent else None
    )
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = service.upload(file_name=file.name, content=file.read(), by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return redirect(_step(made.kind), made.pk)
    title = _("Questionnaires as files")
    past = paging.page(
        files.questionnaire_files(),
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        size=10,
    )
    return render(
        request,
        "assessments/files/import_new.html",
        {
            "form": form,
            "title": title,
            "page": past,
            "versions": files.questionnaires()[:100],
            "crumbs": [
                (_("Questionnaires"), reverse("assessments:questionnaires")),
                (title, ""),
            ],
        },
    )


def _step(kind: str) -> str:
    return "assessments:file-mapping" if kind == "foreign" else "assessments:questionnaire-file"


@page(MANAGE, everywhere=True)
def show(request: Request, pk: UUID) -> HttpResponse:
    """What is in the file; POST makes a draft of it, or lets it go."""
    made = get_object_or_404(files.questionnaire_files(), pk=pk)
    if request.method == "POST":
        if "discard" in request.POST:
            service.discard(file=made, by=request.principal)
            messages.success(request, _("The file was discarded. Nothing was imported."))
            return redirect("assessments:questionnaire-files")
        take = service.take_foreign if made.kind == "foreign" else service.take
        draft = take(file=made, by=request.principal)
        messages.success(request, _("“%(title)s” is there as a draft.") % {"title": draft})
        return redirect("assessments:questionnaire-file", pk)
    about = made.report.get("about") or {}
    return render(
        request,
        "assessments/files/import.html",
        {
            "made": made,
            "report": made.report,
            "about": about,
            "own": shown(made.report.get("own_rule"), about.get("titles", {})),
            "outline": [
                {**one, "dimension": DIMENSIONS.get(one["dimension"], one["dimension"])}
                for one in about.get("outline", ())
            ],
            "crumbs": _crumbs(made.file_name),
        },
    )


@most_fields(MOST_ROWS)
@page(MANAGE, everywhere=True)
def mapping(request: Request, pk: UUID) -> HttpResponse:
    """Say what the sheets, columns, answers and words of another layout mean."""
    made = get_object_or_404(files.questionnaire_files().filter(kind="foreign"), pk=pk)
    if made.status != "preview":
        return redirect("assessments:questionnaire-file", pk)
    now = Mapping.from_json(made.mapping)
    sample = mapping_steps.sample(files.content_of(made), now)
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        mapping=now,
        sample=sample,
        layouts=files.layouts(),
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.mapping()
        try:
            if chosen := form.layout():
                wanted = mapping_steps.with_layout(files.content_of(made), wanted, chosen)
            if form.changes_shape():
                wanted = mapping_steps.refreshed(files.content_of(made), wanted)
            if name := form.cleaned_data["save_as"]:
                service.save_layout(name=name, mapping=wanted, by=request.principal)
            done = service.remap(file=made, mapping=wanted, by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            # Other sheets or columns bring other answers to be mapped: the page comes again.
            if chosen or form.changes_shape() or done.report["problems"]:
                return redirect("assessments:file-mapping", pk)
            return redirect("assessments:questionnaire-file", pk)
    return render(
        request,
        "assessments/files/mapping.html",
        {
            "made": made,
            "form": form,
            "sample": sample,
            "report": made.report,
            "crumbs": _crumbs(made.file_name),
        },
    )


def _crumbs(here: str) -> list[tuple[str, str]]:
    way = reverse("assessments:questionnaire-files")
    return [
        (_("Questionnaires"), reverse("assessments:questionnaires")),
        (_("Questionnaires as files"), way),
        (here, ""),
    ]


@page(MANAGE, everywhere=True)
@require_safe
def export_yaml(request: Request, pk: UUID) -> HttpResponse:
    """A version of a questionnaire as YAML."""
    row = get_object_or_404(files.questionnaires().defer(None), pk=pk)
    if (content := _whole(row.content)) is None:
        return _not_yet(request, row.pk)
    return _file(yaml_file.write(content).encode(), f"{row.key}-{row.version}.yaml", "text/yaml")


@page(MANAGE, everywhere=True)
@require_safe
def export_workbook(request: Request, pk: UUID) -> HttpResponse:
    """A version of a questionnaire as a workbook."""
    row = get_object_or_404(files.questionnaires().defer(None), pk=pk)
    if (content := _whole(row.content)) is None:
        return _not_yet(request, row.pk)
    return _file(workbook_out.write(content), f"{row.key}-{row.version}.xlsx", _SHEET)


def _whole(content: dict[str, Any]) -> schema.Questionnaire | None:
    try:
        return schema.parse(content)
    except schema.QuestionFileInvalid:
        return None


def _not_yet(request: Request, pk: UUID) -> HttpResponse:
    """The page that says what a draft still lacks, each with the way to mend it."""
    messages.error(
        request, _("This draft is not whole yet, so it cannot be exported. Below is what it lacks.")
    )
    return redirect("assessments:questionnaire-check", pk)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    safe = "".join(char if char.isalnum() or char in "-._" else "-" for char in name)
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{safe}"'},
    )


@require_safe
def format_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of the YAML file; it is no secret."""
    return JsonResponse(format_page.json_schema(), json_dumps_params={"indent": 2})
