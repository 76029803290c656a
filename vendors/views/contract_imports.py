"""Importing contracts and policies: a list to look through, its preview and its result."""

from typing import Any
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
from audit import paging
from audit.errors import Invalid
from vendors.clauses import checklist
from vendors.forms.contract_import import ContractImportForm
from vendors.forms.contracts import ContractForm, PolicyForm
from vendors.forms.vendor import language
from vendors.selectors.contracts import imports_of_contracts
from vendors.services import contract_imports, row_jobs
from vendors.views.file_progress import watched
from vendors.views.imports import DELIMITERS
from vendors.views.places import vendor_list

EDIT = Permission.EDIT_FACTS
#: How many rows and problems the page shows.
SHOWN = 200


@page(EDIT)
def new(request: Request) -> HttpResponse:
    """Upload a list; and what was imported before."""
    form = ContractImportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        units=list(units_visible_to(request.principal, EDIT)),
        working=working_unit(request),
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = contract_imports.preview(
                unit=form.cleaned_data["unit"],
                kind=form.cleaned_data["kind"],
                file_name=file.name,
                content=file.read(),
                system=form.cleaned_data["system"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return redirect("vendors:contract_import", made.pk)
    found = paging.page(
        imports_of_contracts(request.principal),
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        size=10,
    )
    title = _("Import contracts or insurance")
    return render(
        request,
        "vendors/contracts/import_new.html",
        {
            "form": form,
            "title": title,
            "page": found,
            "cancel_url": vendor_list(),
            "crumbs": [(_("Vendors"), vendor_list()), (title, "")],
        },
    )


@page(EDIT)
def show(request: Request, pk: UUID) -> HttpResponse:
    """The preview, or the result; POST imports the list or lets it go."""
    made = get_object_or_404(imports_of_contracts(request.principal), pk=pk)
    upload = reverse("vendors:contract_import_new")
    here = reverse("vendors:contract_import", args=[pk])
    if request.method == "POST":
        if "cancel" in request.GET:
            row_jobs.cancel(kind="contracts", made=made, by=request.principal)
            messages.success(request, _("Cancelled. Nothing was imported."))
            return redirect(here)
        if "discard" in request.POST:
            contract_imports.discard(made=made, by=request.principal)
            messages.success(request, _("The list was discarded. Nothing was imported."))
            return redirect(upload)
        row_jobs.confirm(kind="contracts", made=made, by=request.principal)
        return redirect(here)
    way = [
        (_("Vendors"), vendor_list()),
        (_("Import contracts or insurance"), upload),
        (made.file_name, ""),
    ]
    under_way = watched(
        request, made, url=here, about=made.unit.name, written=_("Rows written"), crumbs=way
    )
    if under_way is not None:
        return under_way
    report = made.report
    return render(
        request,
        "vendors/contracts/import.html",
        {
            "made": made,
            "report": report,
            "upload": upload,
            "writes": report["counts"]["new"] + report["counts"]["changed"],
            "lines": [
                {**one, "url": reverse("vendors:contracts", args=[one["vendor"]])}
                for one in report["lines"][:SHOWN]
            ],
            "problems": report["problems"][:SHOWN],
            "columns": [
                (heading, _meaning(made.kind, name, point))
                for heading, name, point in report["columns"]
            ],
            "delimiter": DELIMITERS.get(report["format"]["delimiter"], lambda: "")(),
            "crumbs": way,
        },
    )


def _meaning(kind: str, name: str, point: bool) -> str:
    """What a column is read as, in the words of the forms."""
    if point:
        title = checklist().by_key[name].title.text_for(language())
        return _("the clause “%(title)s”") % {"title": title}
    identity = {
        "external_id": _("id in another system"),
        "system": _("that system"),
        "lei": _("LEI"),
        "name": _("name of the vendor"),
        "engagement": _("engagement"),
    }
    if name in identity:
        return identity[name]
    form: Any = ContractForm if kind == "contracts" else PolicyForm
    return str(form.base_fields[name].label)
