"""A vendor's ids in other systems, and the units that work with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.templatetags.ui import unstopped
from audit.errors import Invalid
from vendors import selectors
from vendors.forms.vendor import ExternalIdForm, LinkForm
from vendors.services import vendors
from vendors.views.places import crumbs, held_vendor
from vendors.views.vendors import tabs

EDIT = Permission.EDIT_VENDORS


@page(EDIT)
def ids(request: Request, pk: UUID) -> HttpResponse:
    """The ids there are; POST adds one."""
    vendor = held_vendor(request, pk)
    form = ExternalIdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            vendors.set_external_id(vendor=vendor, by=request.principal, **form.cleaned_data)
        except vendors.ExternalIdTaken as taken:
            form.add_error("value", taken.message)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The id was added."))
            return redirect("vendors:ids", pk)
    return render(
        request,
        "vendors/vendor_ids.html",
        {
            "vendor": vendor,
            "form": form,
            "external_ids": list(vendor.external_ids.order_by("system", "value")),
            "tabs": tabs(vendor, "ids"),
            "crumbs": crumbs(vendor, (_("Ids in other systems"), "")),
        },
    )


@post_only
@page(EDIT)
def remove_id(request: Request, pk: UUID, external_id: int) -> HttpResponse:
    """Take one id away."""
    vendor = held_vendor(request, pk)
    row = get_object_or_404(vendor.external_ids.select_related("vendor"), pk=external_id)
    vendors.remove_external_id(external_id=row, by=request.principal)
    messages.success(
        request,
        _("The id %(value)s in %(system)s was removed.")
        % {"value": row.value, "system": row.system},
    )
    return redirect("vendors:ids", pk)


@page(EDIT)
def units(request: Request, pk: UUID) -> HttpResponse:
    """The units that work with the vendor; POST links another, or changes a category."""
    vendor = held_vendor(request, pk)
    free = list(selectors.units_to_link(vendor, request.principal))
    form = LinkForm(request.POST or None, units=free)
    if request.method == "POST" and form.is_valid():
        unit = form.cleaned_data["unit"]
        vendors.link_unit(
            vendor=vendor,
            unit=unit,
            category=form.cleaned_data["category"],
            by=request.principal,
        )
        messages.success(
            request,
            _("%(unit)s works with %(name)s now.")
            % {"unit": unit.name, "name": unstopped(vendor.name)},
        )
        return redirect("vendors:units", pk)
    return render(
        request,
        "vendors/vendor_units.html",
        {
            "vendor": vendor,
            "form": form,
            "free": free,
            "links": list(selectors.links_of(vendor, request.principal)),
            "editable": {link.pk for link in selectors.links_of(vendor, request.principal, EDIT)},
            "tabs": tabs(vendor, "units"),
            "crumbs": crumbs(vendor, (_("Business units"), "")),
        },
    )


@post_only
@page(EDIT)
def link_category(request: Request, pk: UUID, link: int) -> HttpResponse:
    """What a unit files the vendor under."""
    vendor = held_vendor(request, pk)
    row = get_object_or_404(selectors.links_of(vendor, request.principal, EDIT), pk=link)
    vendors.link_unit(
        vendor=vendor,
        unit=row.unit,
        category=request.POST.get("category", ""),
        owner=row.owner,
        by=request.principal,
    )
    messages.success(request, _("Saved."))
    return redirect("vendors:units", pk)
