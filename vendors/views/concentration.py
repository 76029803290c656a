"""The list of fourth parties: those that most vendors rely on first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.units import working_unit
from audit import csv_file
from vendors.country_names import country_name
from vendors.forms.subcontract import FourthPartyFilter
from vendors.selectors.concentration import ReliedOn, relied_on_most
from vendors.views.chains import chain_url
from vendors.views.places import vendor_list

VIEW = Permission.VIEW
#: Rows read at once for a file.
_CHUNK: Final = 500


@page(VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """Fourth parties, those that most vendors rely on first."""
    form = FourthPartyFilter(request.GET)
    chosen = _chosen(form)
    unit = working_unit(request)
    found = relied_on_most(
        request.principal,
        unit_id=unit.pk if unit else None,
        words=chosen["words"],
        country=chosen["country"],
        after=request.GET.get("after", ""),
    )
    may_record = request.principal.can(Permission.EDIT_FACTS, unit.pk if unit else None)
    return render(
        request,
        "vendors/fourth_parties/list.html",
        {
            "form": form,
            "filtered": any(chosen.values()),
            "rows": [(row, country_name(row.country), chain_url(row.id)) for row in found.rows],
            "next": found.next,
            "after": request.GET.get("after", ""),
            "unit": unit,
            "vendor_list": vendor_list(),
            "import_url": reverse("vendors:subcontract_import_new") if may_record else "",
            "csv_url": f"{reverse('vendors:concentration_csv')}?{request.GET.urlencode()}",
            "crumbs": [(_("Fourth parties"), "")],
        },
    )


def _chosen(form: FourthPartyFilter) -> dict[str, str]:
    form.is_valid()
    values = form.cleaned_data
    return {"words": values.get("q", ""), "country": values.get("country", "")}


@page(VIEW)
@require_safe
def index_csv(request: Request) -> HttpResponseBase:
    """The same as a file, all of them."""
    head = [
        _("Fourth party"),
        _("Id"),
        _("Country"),
        _("Vendors that rely on it"),
        _("Subcontracts without our terms or approval"),
        _("Works with us directly"),
    ]
    rows = (
        [
            row.name,
            row.id,
            country_name(row.country),
            row.vendors,
            row.without_terms,
            _("yes") if row.linked and row.open else _("no"),
        ]
        for row in _all(request)
    )
    return csv_file.stream("fourth-parties.csv", head, rows)


def _all(request: Request) -> Iterator[ReliedOn]:
    unit = working_unit(request)
    chosen, after = _chosen(FourthPartyFilter(request.GET)), ""
    while True:
        found = relied_on_most(
            request.principal,
            unit_id=unit.pk if unit else None,
            words=chosen["words"],
            country=chosen["country"],
            after=after,
            limit=_CHUNK,
        )
        yield from found.rows
        if found.next is None:
            return
        after = found.next
