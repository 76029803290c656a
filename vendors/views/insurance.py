"""Entering and changing the insurance policies of a vendor."""

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
from audit.errors import Invalid
from vendors.forms.contracts import PolicyForm
from vendors.models import Vendor
from vendors.selectors.contracts import policies_visible_to
from vendors.services import insurance
from vendors.views.places import crumbs, held_vendor
from vendors.views.saving import save

EDIT = Permission.EDIT_FACTS


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A new policy."""
    vendor = held_vendor(request, pk, EDIT)
    form = PolicyForm(request.POST or None, initial={"currency": vendor.currency or "EUR"})
    if request.method == "POST" and form.is_valid():
        try:
            insurance.create(vendor=vendor, values=form.taken(form.values()), by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The policy was entered."))
            return redirect("vendors:contracts", vendor.pk)
    return _page(request, form, vendor, title=_("Enter an insurance policy"))


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """A changed policy."""
    policy = get_object_or_404(policies_visible_to(request.principal, EDIT), pk=pk)
    form = PolicyForm(request.POST or None, initial=PolicyForm.opened_on(policy))
    status = 200
    clashes: tuple[dict[str, Any], ...] = ()
    if request.method == "POST" and form.is_valid():
        outcome = save(
            form,
            write=lambda version, values: insurance.change(
                policy=policy, version=version, values=values, by=request.principal
            ),
            reread=lambda: policies_visible_to(request.principal, EDIT).get(pk=pk),
        )
        if outcome.row is not None:
            messages.success(request, _("Saved."))
            return redirect("vendors:contracts", policy.vendor_id)
        form, clashes, status = outcome.form, outcome.clashes, outcome.status
    return _page(
        request,
        form,
        policy.vendor,
        title=_("Edit insurance policy"),
        policy=policy,
        clashes=clashes,
        status=status,
    )


def _page(request: Request, form: Any, vendor: Vendor, *, title: str, **more: Any) -> HttpResponse:
    contracts = reverse("vendors:contracts", args=[vendor.pk])
    return render(
        request,
        "vendors/contracts/policy_form.html",
        {
            "form": form,
            "title": title,
            "vendor": vendor,
            "cancel_url": contracts,
            "crumbs": crumbs(vendor, (_("Contracts"), contracts), (title, "")),
            **more,
        },
        status=more.get("status", 200),
    )
