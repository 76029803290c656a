"""Importing statements: the empty workbook, a list to look through, its preview and its result."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.selectors import units_visible_to
from accounts.units import working_unit
from audit import paging
from audit.errors import Invalid
from vendors import selectors
from vendors.forms.finance_import import StatementImportForm
from vendors.imports.statement_template import workbook
from vendors.imports.statements import label
from vendors.models import Statement, Vendor
from vendors.selectors.finances import statement_imports_visible_to
from vendors.services import row_jobs, statement_imports
from vendors.views.file_progress import watched
from vendors.views.imports import DELIMITERS
from vendors.views.places import crumbs, held_vendor, vendor_list
from vendors.views.statements import finances_page

EDIT = Permission.EDIT_FACTS
#: How many rows and problems the page shows.
SHOWN = 200
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(EDIT)
def new(request: Request) -> HttpResponse:
    """Upload statements of several vendors; and what was imported before."""
    return _new(request, None)


@page(EDIT)
def new_of(request: Request, pk: UUID) -> HttpResponse:
    """Upload statements of one vendor."""
    return _new(request, held_vendor(request, pk, EDIT))


def _new(request: Request, vendor: Vendor | None) -> HttpResponse:
    if vendor is None:
        units = list(units_visible_to(request.principal, EDIT))
    else:
        units = [link.unit for link in selectors.links_of(vendor, request.principal, EDIT)]
    form = StatementImportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        units=units,
        working=working_unit(request),
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = statement_imports.preview(
                unit=form.cleaned_data["unit"],
                vendor=vendor,
                file_name=file.name,
                content=file.read(),
                system=form.cleaned_data["system"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return redirect("vendors:statement_import", made.pk)
    past = statement_imports_visible_to(request.principal)
    found = paging.page(
        past.filter(vendor=vendor) if vendor else past,
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        size=10,
    )
    title = _("Import statements")
    return render(
        request,
        "vendors/finances/import_new.html",
        {
            "form": form,
            "vendor": vendor,
            "title": title,
            "page": found,
            "cancel_url": finances_page(vendor.pk) if vendor else vendor_list(),
            "crumbs": _crumbs(vendor, (title, "")),
        },
    )


def _crumbs(vendor: Vendor | None, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    if vendor is None:
        return [(_("Vendors"), vendor_list()), *rest]
    return crumbs(vendor, (_("Finances"), finances_page(vendor.pk)), *rest)


@page(EDIT)
def show(request: Request, pk: UUID) -> HttpResponse:
    """The preview, or the result; POST imports the list or lets it go."""
    made = get_object_or_404(statement_imports_visible_to(request.principal), pk=pk)
    back = finances_page(made.vendor_id) if made.vendor_id else reverse("vendors:statement_imports")
    here = reverse("vendors:statement_import", args=[pk])
    if request.method == "POST":
        if "cancel" in request.GET:
            row_jobs.cancel(kind="statements", made=made, by=request.principal)
            messages.success(request, _("Cancelled. Nothing was imported."))
            return redirect(here)
        if "discard" in request.POST:
            statement_imports.discard(made=made, by=request.principal)
            messages.success(request, _("The list was discarded. Nothing was imported."))
            return redirect(back)
        row_jobs.confirm(kind="statements", made=made, by=request.principal)
        return redirect(here)
    upload = reverse("vendors:statement_imports")
    if made.vendor_id:
        upload = reverse("vendors:statement_import_of", args=[made.vendor_id])
    way = _crumbs(made.vendor, (_("Import"), upload), (made.file_name, ""))
    under_way = watched(
        request,
        made,
        url=here,
        about=made.vendor.name if made.vendor else str(made.unit),
        written=_("Rows written"),
        crumbs=way,
    )
    if under_way is not None:
        return under_way
    report = made.report
    return render(
        request,
        "vendors/finances/import.html",
        {
            "made": made,
            "report": report,
            "back": back,
            "upload": upload,
            "writes": report["counts"]["new"] + report["counts"]["changed"],
            "lines": [_told(one) for one in report["lines"][:SHOWN]],
            "problems": report["problems"][:SHOWN],
            "columns": [(heading, label(name)) for heading, name in report["columns"]],
            "delimiter": DELIMITERS.get(report["format"]["delimiter"], lambda: "")(),
            "crumbs": way,
        },
    )


def _told(line: dict[str, Any]) -> dict[str, Any]:
    """A row in words."""
    return {
        **line,
        "url": finances_page(line["vendor"]),
        "unit": "" if line["declined"] else Statement.Scale(line["scale"]).label,
        "source": "" if line["declined"] else Statement.Source(line["source"]).label,
        "changes": [
            (label(name), *(_shown(value) for value in pair))
            for name, pair in line["changes"].items()
        ],
    }


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    text = "" if value is None else str(value)
    whole = text.rstrip("0").rstrip(".") if "." in text else text
    return whole or "\u2013"


@page(EDIT)
@require_safe
def template(request: Request) -> HttpResponse:
    """The empty workbook; `?for=one`: without the columns that say whose statement it is."""
    of_one_vendor = request.GET.get("for") == "one"
    return HttpResponse(
        workbook(of_one_vendor=of_one_vendor),
        content_type=_SHEET,
        headers={"Content-Disposition": 'attachment; filename="statements.xlsx"'},
    )
