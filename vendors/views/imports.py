"""Importing a list: the past imports, a new one, its preview and its result."""

import csv
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
from audit import csv_file, paging
from audit.errors import Invalid
from vendors.country_names import country_name
from vendors.forms.vendor import ImportForm
from vendors.imports.columns import FIELDS
from vendors.imports.layouts import HEADINGS, title_of
from vendors.models import VendorImport
from vendors.selectors import imports_visible_to
from vendors.services import import_jobs, imports
from vendors.views.file_progress import watched
from vendors.views.places import vendor_list

IMPORT = Permission.IMPORT_VENDORS
#: How many refused rows the page shows; all of them are in the file to download.
SHOWN = 200


@require_safe
@page(IMPORT)
def index(request: Request) -> HttpResponse:
    """Past imports, the newest first."""
    rows = imports_visible_to(request.principal)
    if unit := working_unit(request):
        rows = rows.filter(unit=unit)
    found = paging.page(
        rows,
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return render(request, "vendors/imports.html", {"page": found, "crumbs": [(_("Import"), "")]})


@page(IMPORT)
def new(request: Request) -> HttpResponse:
    """Upload a list; it is looked through, and nothing is written yet."""
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        units=units_visible_to(request.principal, IMPORT),
        working=working_unit(request),
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = import_jobs.start(
                unit=form.cleaned_data["unit"],
                file_name=file.name,
                content=file.read(),
                system=form.cleaned_data["system"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return redirect("vendors:import", made.pk)
    return render(
        request,
        "vendors/import_new.html",
        {
            "form": form,
            "cancel_url": reverse("vendors:imports"),
            "crumbs": [(_("Import"), reverse("vendors:imports")), (_("New import"), "")],
        },
    )


@page(IMPORT)
def show(request: Request, pk: UUID) -> HttpResponse:
    """The preview, or the result; POST imports the list or lets it go."""
    made = get_object_or_404(imports_visible_to(request.principal), pk=pk)
    here = reverse("vendors:import", args=[pk])
    if request.method == "POST":
        if "cancel" in request.GET:
            row = import_jobs.cancel(vendor_import=made, by=request.principal)
            messages.success(request, _("Cancelled. Nothing was imported."))
            waits = row.status == VendorImport.Status.PREVIEW
            return redirect(here if waits else reverse("vendors:imports"))
        if "discard" in request.POST:
            imports.discard(vendor_import=made, by=request.principal)
            messages.success(request, _("The list was discarded. Nothing was imported."))
            return redirect("vendors:imports")
        if "choice" in request.POST:
            choice = request.POST["choice"]
            row = import_jobs.choose(vendor_import=made, choice=choice, by=request.principal)
            if not row.is_under_way:
                said = _("The list was read again. Nothing has been written yet.")
                messages.success(request, said)
            return redirect(here)
        import_jobs.confirm(vendor_import=made, by=request.principal)
        return redirect(here)
    under_way = watched(
        request,
        made,
        url=here,
        about=made.unit.name,
        written=_("Vendors written"),
        crumbs=[(_("Import"), reverse("vendors:imports")), (made.file_name, "")],
    )
    if under_way is not None:
        return under_way
    report = made.report
    return render(
        request,
        "vendors/import.html",
        {
            "made": made,
            "report": report,
            "read": "counts" in report,
            "sample": [
                row | {"country": country_name(row["country"])} for row in report.get("sample", ())
            ],
            "currencies": any(row.get("currency") for row in report.get("sample", ())),
            "changes": [(one["name"], _told(one["values"])) for one in report.get("changes", ())],
            "alike": _alike(report),
            "refused": report.get("refused", ())[:SHOWN],
            "layout": title_of(report.get("layout", "")),
            "choices": report.get("choices", ()),
            "chosen": report.get("layout") or HEADINGS,
            "columns": [
                (heading, FIELD_NAMES[field]()) for heading, field in report.get("columns", ())
            ],
            "delimiter": DELIMITERS.get(report.get("format", {}).get("delimiter"), lambda: "")(),
            "writes": any(
                report.get("counts", {}).get(key) for key in ("new", "changed", "linked")
            ),
            "vendor_list": vendor_list(),
            "crumbs": [(_("Import"), reverse("vendors:imports")), (made.file_name, "")],
        },
    )


def _alike(report: dict[str, Any]) -> list[tuple[int, str, str]]:
    """(line, name, the records that it looks like) of new rows; known while it is a preview."""
    return [
        (
            one["line"],
            one["name"],
            "; ".join(
                f"{name} ({country_name(country)})" if country else name
                for name, country in one["alike"]
            ),
        )
        for one in report.get("alike", ())
    ]


def _told(changed: dict[str, tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(field, before, after) of each changed value, in words."""
    return [
        (FIELD_NAMES[name](), *(map(country_name, pair) if name == "country" else pair))
        for name, pair in changed.items()
    ]


FIELD_NAMES = {
    "name": lambda: _("name"),
    "country": lambda: _("country"),
    "registration_number": lambda: _("registration number"),
    "currency": lambda: _("currency"),
    "city": lambda: _("city"),
    "website": lambda: _("website"),
    "external_id": lambda: _("id in another system"),
    "system": lambda: _("that system"),
    "category": lambda: _("category"),
    "lei": lambda: _("LEI"),
    "vat_number": lambda: _("VAT number"),
}
assert set(FIELD_NAMES) == set(FIELDS)  # noqa: S101 - a field without words would break the page
DELIMITERS = {
    ",": lambda: _("commas"),
    ";": lambda: _("semicolons"),
    "\t": lambda: _("tabs"),
    "|": lambda: _("vertical bars"),
}


@require_safe
@page(IMPORT)
def refused(request: Request, pk: UUID) -> HttpResponse:
    """Every refused row as CSV, to be put right and imported again."""
    made = get_object_or_404(imports_visible_to(request.principal), pk=pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
    # The mark at the start is what makes spreadsheet programs read it as UTF-8.
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("Line"), _("Column"), _("Value"), _("Reason")])
    for said in made.report.get("refused", ()):
        cells = (said[key] for key in ("line", "column", "value", "reason"))
        writer.writerow([csv_file.safe(cell) for cell in cells])
    return response
