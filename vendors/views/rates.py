"""Exchange rates and the price index: what is on record, and taking in more."""

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
from audit import paging
from audit.errors import Invalid
from vendors.forms.finance_import import PriceIndexForm, RateFilter, RateImportForm
from vendors.models import FinanceImport
from vendors.selectors import rates as reading
from vendors.selectors.finances import rate_imports
from vendors.services import rate_jobs, rates
from vendors.views.file_progress import watched
from vendors.views.imports import DELIMITERS

MANAGE = Permission.MANAGE_REFERENCE
SHOWN = 200
#: Years of the price index that the page shows.
YEARS = 12


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Exchange rates"), reverse("vendors:rates") if rest else ""), *rest]


@page(Permission.VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """The rates on record, the latest first, and the price index of the last years."""
    currencies = reading.currencies_with_rates()
    form = RateFilter(request.GET, currencies=[code for code, _first, _last in currencies])
    chosen = form.cleaned_data if form.is_valid() else {}
    found = paging.page(
        reading.exchange_rates(currency=chosen.get("currency", ""), base=chosen.get("base", "")),
        keys=("day", "id"),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    may_edit = request.principal.units(MANAGE) is None
    return render(
        request,
        "vendors/finances/rates.html",
        {
            "page": found,
            "filter": form,
            "currencies": currencies,
            "indices": reading.price_indices()[:YEARS],
            "index_source": _(reading.INDEX_SOURCE),
            "days": reading.DAYS_IT_HOLDS,
            "may_edit": may_edit,
            "crumbs": _crumbs(),
        },
    )


@page(MANAGE, everywhere=True)
def new(request: Request) -> HttpResponse:
    """Upload a list of rates; it is looked through, and nothing is written yet."""
    post = request.method == "POST"
    form = RateImportForm(request.POST if post else None, request.FILES if post else None)
    if post and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = rate_jobs.start(
                file_name=file.name,
                content=file.read(),
                base=form.cleaned_data["base"],
                source=form.cleaned_data["source"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return redirect("vendors:rate_import", made.pk)
    return render(
        request,
        "vendors/finances/rate_import_new.html",
        {
            "form": form,
            "cancel_url": reverse("vendors:rates"),
            "past": list(rate_imports().order_by("-id")[:10]),
            "crumbs": _crumbs((_("Import"), "")),
        },
    )


@page(MANAGE, everywhere=True)
def show(request: Request, pk: UUID) -> HttpResponse:
    """The preview, or the result; POST imports the list or lets it go."""
    made = get_object_or_404(rate_imports(), pk=pk)
    here = reverse("vendors:rate_import", args=[pk])
    if request.method == "POST":
        if "cancel" in request.GET:
            row = rate_jobs.cancel(made=made, by=request.principal)
            messages.success(request, _("Cancelled. Nothing was imported."))
            waits = row.status == FinanceImport.Status.PREVIEW
            return redirect(here if waits else reverse("vendors:rates"))
        if "discard" in request.POST:
            rates.discard(made=made, by=request.principal)
            messages.success(request, _("The list was discarded. Nothing was imported."))
            return redirect("vendors:rates")
        rate_jobs.confirm(made=made, by=request.principal)
        return redirect(here)
    way = _crumbs((made.file_name, ""))
    under_way = watched(
        request,
        made,
        url=here,
        about=_("Exchange rates"),
        written=_("Rates written"),
        crumbs=way,
    )
    if under_way is not None:
        return under_way
    report = made.report
    if not made.was_read:
        context = {"made": made, "crumbs": way}
        return render(request, "vendors/finances/rate_import_unread.html", context)
    return render(
        request,
        "vendors/finances/rate_import.html",
        {
            "made": made,
            "report": report,
            "writes": report["counts"]["new"] + report["counts"]["changed"],
            "problems": report["problems"][:SHOWN],
            "changes": report["changes"][:SHOWN],
            "delimiter": DELIMITERS.get(report["format"]["delimiter"], lambda: "")(),
            "crumbs": way,
        },
    )


@page(MANAGE, everywhere=True)
def price_index(request: Request) -> HttpResponse:
    """Set the price index of a year."""
    form = PriceIndexForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = rates.set_price_index(by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(
                request,
                _("The price index of %(year)d is %(value)s.")
                % {"year": made.year, "value": made.value},
            )
            return redirect("vendors:rates")
    return render(
        request,
        "vendors/finances/price_index.html",
        {
            "form": form,
            "cancel_url": reverse("vendors:rates"),
            "crumbs": _crumbs((_("Price index"), "")),
        },
    )
