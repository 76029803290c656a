"""What a certificate says: recorded beside its document."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit.errors import Invalid, OutOfDate
from vendors.forms.certificate import CertificateForm
from vendors.selectors.evidence import evidence_visible_to, sites_to_choose
from vendors.services import certificates as service
from vendors.views.evidence import trail
from vendors.views.stale import both


@page(Permission.EDIT_EVIDENCE)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Standard, scope, sites and level of a document that is a certificate."""
    rows = evidence_visible_to(request.principal, Permission.EDIT_EVIDENCE)
    document = get_object_or_404(rows.select_related("certificate"), pk=pk)
    there = getattr(document, "certificate", None)
    initial = {name: getattr(there, name) for name in service.FIELDS} if there else {}
    if there is not None:
        initial["sites"] = list(there.sites.all())
    form = CertificateForm(
        posted(request),
        sites=sites_to_choose(document.vendor_id),
        initial={**initial, "version": document.version},
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            service.describe(
                evidence=document,
                version=form.cleaned_data["version"],
                values=form.values(),
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            both(form, refused, {})
            form.add_error(None, refused.message)
            status = 409
        else:
            messages.success(request, _("Saved."))
            return redirect("vendors:evidence", pk)
    address = reverse("vendors:evidence", args=[pk])
    title = _("What the certificate says")
    return render(
        request,
        "vendors/evidence/certificate.html",
        {
            "title": title,
            "document": document,
            "vendor": document.vendor,
            "form": form,
            "cancel_url": address,
            "crumbs": trail(document.vendor, (document.title, address), (title, "")),
        },
        status=422 if form.errors and status == 200 else status,
    )
