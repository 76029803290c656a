"""One line of an off-boarding, and every step with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit.errors import Invalid
from vendors.forms.findings import DocumentForm, ReasonForm, VersionForm
from vendors.forms.offboarding import LineAddForm, LineDoneForm, LinePlanForm
from vendors.models import Evidence, Offboarding, OffboardingLine
from vendors.selectors.evidence import evidence_visible_to
from vendors.selectors.offboarding import (
    help_of,
    lines_of,
    lines_visible_to,
    offboardings_visible_to,
    title_of,
)
from vendors.services import evidence
from vendors.services import offboarding_lines as service
from vendors.services.offboarding import EDIT
from vendors.services.offboarding_lines import WAIVE
from vendors.views.findings import is_uuid
from vendors.views.offboarding import line_shown, trail
from vendors.views.offboarding_steps import step


def _found(request: Request, pk: UUID, permission: Permission) -> OffboardingLine:
    return get_object_or_404(lines_visible_to(request.principal, permission), pk=pk)


def _page(line: OffboardingLine) -> str:
    return reverse("vendors:offboarding_line", args=[line.pk])


def _back(line: OffboardingLine) -> str:
    return f"{reverse('vendors:offboarding', args=[line.offboarding_id])}#line-{line.pk}"


def _trail(line: OffboardingLine, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    return trail(line.offboarding, (title_of(line), _page(line) if rest else ""), *rest)


@require_safe
@page(Permission.VIEW)
def show(request: Request, pk: UUID) -> HttpResponse:
    """One line: what is to be done, what was done, and its documents."""
    found = _found(request, pk, Permission.VIEW)
    offboarding, principal = found.offboarding, request.principal
    unit_id = offboarding.engagement.unit_id
    whole = next(line for line in lines_of(offboarding) if line.pk == found.pk)
    return render(
        request,
        "vendors/offboarding/line.html",
        {
            **line_shown(whole),
            "offboarding": offboarding,
            "seen": set(evidence_visible_to(principal).filter(
                offboarding_lines=found).values_list("pk", flat=True)),
            "may_edit": offboarding.is_open and principal.can(EDIT, unit_id),
            "may_waive": offboarding.is_open and principal.can(WAIVE, unit_id),
            "crumbs": _trail(found),
        },
    )  # fmt: skip


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A line of one's own."""
    found = get_object_or_404(offboardings_visible_to(request.principal, EDIT), pk=pk)
    form = LineAddForm(
        posted(request),
        unit_id=found.engagement.unit_id,
        initial={"owner": request.user.pk, "due_on": found.last_day},
    )

    def save(**values: Any) -> None:
        service.add(offboarding=found, by=request.principal, **values)

    return step(
        request,
        form,
        save,
        back=reverse("vendors:offboarding", args=[found.pk]),
        done=_("The line was added."),
        title=_("Add a line"),
        question=found.engagement.title,
        text=_(
            "For what no other line covers. It has to be settled before closing, as they all do."
        ),
        confirm_label=_("Add it"),
        crumbs=trail(found, (_("Add a line"), "")),
    )


@page(EDIT)
def plan(request: Request, pk: UUID) -> HttpResponse:
    """Who sees to it, and until when."""
    line = _found(request, pk, EDIT)
    form = LinePlanForm(
        posted(request),
        unit_id=line.offboarding.engagement.unit_id,
        initial={"version": line.version, "owner": line.owner_id, "due_on": line.due_on},
    )

    def save(**values: Any) -> None:
        service.plan(line=line, by=request.principal, **values)

    return step(
        request,
        form,
        save,
        back=_back(line),
        done=_("The line was changed."),
        title=_("Owner and due date"),
        question=title_of(line),
        confirm_label=_("Save"),
        crumbs=_trail(line, (_("Owner and due date"), "")),
    )


@page(EDIT)
def done(request: Request, pk: UUID) -> HttpResponse:
    """It is done, with the document that shows it."""
    line = _found(request, pk, EDIT)
    sent = request.method == "POST"
    proved = line.evidence.filter(withdrawn_at=None).exists()
    form = LineDoneForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        documents=_documents(line, request),
        needs_document=line.needs_proof and not proved,
        initial={"version": line.version},
    )

    def save(*, version: int, note: str, **given: Any) -> None:
        chosen = _chosen(line.offboarding, form, given, request)
        service.done(line=line, version=version, note=note, evidence=chosen, by=request.principal)

    return step(
        request,
        form,
        save,
        back=_back(line),
        done=_("The line is done."),
        template="vendors/offboarding/done.html",
        title=_("Mark as done"),
        question=title_of(line),
        text=help_of(line),
        needs_proof=line.needs_proof,
        proved=proved,
        confirm_label=_("Mark as done"),
        crumbs=_trail(line, (_("Mark as done"), "")),
    )


@page(WAIVE)
def waive(request: Request, pk: UUID) -> HttpResponse:
    """It need not be done, for a reason."""
    line = _found(request, pk, WAIVE)

    def save(**values: Any) -> None:
        service.waive(line=line, by=request.principal, **values)

    return step(
        request,
        ReasonForm(posted(request), initial={"version": line.version}),
        save,
        back=_back(line),
        done=_("The line is waived."),
        title=_("Waive the line"),
        question=title_of(line),
        text=_("The reason stands on the closing record, with your name and the day."),
        confirm_label=_("Waive it"),
        crumbs=_trail(line, (_("Waive"), "")),
    )


@page(EDIT)
def reopen(request: Request, pk: UUID) -> HttpResponse:
    """It is open again."""
    line = _found(request, pk, EDIT)

    def save(version: int) -> None:
        service.reopen(line=line, version=version, by=request.principal)

    return step(
        request,
        VersionForm(posted(request), initial={"version": line.version}),
        save,
        back=_page(line),
        done=_("The line is open again."),
        title=_("Open the line again"),
        question=title_of(line),
        text=_("Its note is taken away; the log keeps it. Its documents stay."),
        confirm_label=_("Open again"),
        crumbs=_trail(line, (_("Open again"), "")),
    )


@page(Permission.EDIT_EVIDENCE)
def documents(request: Request, pk: UUID) -> HttpResponse:
    """Put a document beside a line; with `remove`, take one away."""
    line = _found(request, pk, Permission.EDIT_EVIDENCE)
    remove = request.POST.get("remove", "")
    if is_uuid(remove):
        gone = get_object_or_404(evidence_visible_to(request.principal), pk=remove)
        service.detach(line=line, evidence=gone, by=request.principal)
        messages.success(request, _("The document was taken away from the line."))
        return redirect(_page(line))
    sent = request.method == "POST"
    form = DocumentForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        documents=_documents(line, request),
    )
    if sent and form.is_valid():
        try:
            chosen = _chosen(line.offboarding, form, form.cleaned_data, request)
            if chosen is not None:
                service.attach(line=line, evidence=chosen, by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The document stands beside the line."))
            return redirect(_page(line))
    return render(
        request,
        "vendors/document_form.html",
        {
            "form": form,
            "title": _("Add a document"),
            "subject": title_of(line),
            "cancel_url": _page(line),
            "crumbs": _trail(line, (_("Add a document"), "")),
        },
    )


def _documents(line: OffboardingLine, request: Request) -> Any:
    """What may be chosen: documents of the vendor and unit that were not withdrawn."""
    engagement = line.offboarding.engagement
    rows = evidence_visible_to(request.principal).filter(
        vendor=engagement.vendor_id, unit=engagement.unit_id, withdrawn_at__isnull=True
    )
    return rows.order_by("-pk")


def _chosen(
    offboarding: Offboarding, form: Any, given: dict[str, Any], request: Request
) -> Evidence | None:
    """The document that was chosen, or the file as a new one. A form that is shown again has it
    chosen, so that the file need not be sent twice."""
    if given["evidence"] is not None or not given["file"]:
        chosen: Evidence | None = given["evidence"]
        return chosen
    engagement = offboarding.engagement
    made = evidence.add(
        vendor=engagement.vendor,
        unit=engagement.unit,
        file=given["file"],
        title=given["title"],
        kind=Evidence.Kind.RECORD,
        again=True,
        by=request.principal,
    )
    form.data = form.data.copy()
    form.data["evidence"] = str(made.pk)
    return made
