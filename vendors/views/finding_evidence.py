"""Documents beside a finding: those that show what was wrong, or that it is put right."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit.errors import Invalid
from vendors.forms.findings import DocumentForm
from vendors.models import Finding
from vendors.selectors.evidence import evidence_visible_to
from vendors.selectors.findings import findings_visible_to
from vendors.services import evidence, remediation
from vendors.views.findings import is_uuid

EDIT = Permission.EDIT_EVIDENCE


@page(EDIT)
def documents(request: Request, pk: UUID) -> HttpResponse:
    """Put a document beside the finding; with `remove`, take one away."""
    finding = get_object_or_404(findings_visible_to(request.principal, EDIT), pk=pk)
    theirs = evidence_visible_to(request.principal, EDIT).filter(
        vendor=finding.vendor_id, unit=finding.unit_id, withdrawn_at__isnull=True
    )
    remove = request.POST.get("remove", "")
    if is_uuid(remove):
        gone = get_object_or_404(theirs, pk=remove)
        remediation.detach(finding=finding, evidence=gone, by=request.principal)
        messages.success(request, _("The document was taken away from the finding."))
        return redirect("vendors:finding", finding.pk)
    sent = request.method == "POST"
    form = DocumentForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        documents=theirs.order_by("-pk"),
    )
    if sent and form.is_valid():
        try:
            _add(finding, form, request)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The document stands beside the finding."))
            return redirect("vendors:finding", finding.pk)
    return render(
        request,
        "vendors/document_form.html",
        {
            "form": form,
            "title": _("Add a document"),
            "subject": finding.title,
            "cancel_url": reverse("vendors:finding", args=[finding.pk]),
            "crumbs": [
                (_("Findings"), reverse("vendors:findings")),
                (finding.title, reverse("vendors:finding", args=[finding.pk])),
                (_("Add a document"), ""),
            ],
        },
    )


def _add(finding: Finding, form: DocumentForm, request: Request) -> None:
    chosen = form.cleaned_data["evidence"]
    if chosen is None:
        chosen = evidence.add(
            vendor=finding.vendor,
            unit=finding.unit,
            file=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
            again=True,
            by=request.principal,
        )
    remediation.attach(finding=finding, evidence=chosen, by=request.principal)
