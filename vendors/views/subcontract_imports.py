"""Importing a list of subcontractors: the file, what it would do, and doing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.selectors import units_visible_to
from accounts.units import working_unit
from audit.errors import Invalid
from vendors.forms.subcontract import SubcontractImportForm
from vendors.selectors.subcontracts import subcontract_imports_visible_to
from vendors.services import row_jobs, subcontract_imports
from vendors.views.file_progress import watched

EDIT = Permission.EDIT_FACTS


@page(EDIT)
def new(request: Request) -> HttpResponse:
    """Upload a list; it is gone through, and nothing is written yet."""
    form = SubcontractImportForm(
        request.POST or None,
        request.FILES or None,
        units=units_visible_to(request.principal, EDIT),
        working=working_unit(request),
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = subcontract_imports.preview(
                unit=form.cleaned_data["unit"],
                file_name=file.name,
                content=file.read(),
                system=form.cleaned_data["system"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return redirect("vendors:subcontract_import", made.pk)
    return render(
        request,
        "vendors/fourth_parties/import_new.html",
        {
            "form": form,
            "cancel_url": reverse("vendors:concentration"),
            "crumbs": _crumbs(_("Import subcontractors")),
        },
    )


def _crumbs(title: str) -> list[tuple[str, str]]:
    return [(_("Fourth parties"), reverse("vendors:concentration")), (title, "")]


@page(EDIT)
def show(request: Request, pk: UUID) -> HttpResponse:
    """What a list would do, or did; POST imports it, or lets it go."""
    made = get_object_or_404(subcontract_imports_visible_to(request.principal), pk=pk)
    here = reverse("vendors:subcontract_import", args=[pk])
    if request.method == "POST":
        if "cancel" in request.GET:
            row_jobs.cancel(kind="subcontracts", made=made, by=request.principal)
            messages.success(request, _("Cancelled. Nothing was imported."))
            return redirect(here)
        if "discard" in request.POST:
            subcontract_imports.discard(made=made, by=request.principal)
            messages.success(request, _("The list was discarded. Nothing was imported."))
            return redirect("vendors:concentration")
        row_jobs.confirm(kind="subcontracts", made=made, by=request.principal)
        return redirect(here)
    way = _crumbs(made.file_name)
    under_way = watched(
        request, made, url=here, about=made.unit.name, written=_("Rows written"), crumbs=way
    )
    if under_way is not None:
        return under_way
    return render(
        request,
        "vendors/fourth_parties/import.html",
        {"made": made, "report": made.report, "crumbs": way},
    )
