"""What is recorded once for an engagement: its exposure, its personal data, its ICT service."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.permissions import Permission
from vendors.forms.contracts import ExposureForm
from vendors.forms.facts import FactForm
from vendors.forms.regulated import IctServiceForm, PersonalDataForm
from vendors.models import Engagement
from vendors.selectors import engagements_visible_to
from vendors.selectors.contracts import recorded_for
from vendors.services import estimates
from vendors.views.places import crumbs
from vendors.views.saving import save

EDIT = Permission.EDIT_FACTS


@page(EDIT)
def exposure(request: Request, pk: UUID) -> HttpResponse:
    """What a loss could cost."""
    return _edit(
        request,
        pk,
        kind="exposure",
        form_class=ExposureForm,
        title=_("Exposure"),
        write=estimates.set_exposure,
        start={"currency": "EUR"},
    )


@page(EDIT)
def personal_data(request: Request, pk: UUID) -> HttpResponse:
    """What the vendor does with personal data."""
    return _edit(
        request,
        pk,
        kind="personal_data",
        form_class=PersonalDataForm,
        title=_("Personal data"),
        write=estimates.set_personal_data,
    )


@page(EDIT)
def ict_service(request: Request, pk: UUID) -> HttpResponse:
    """The ICT service, and what depends on it."""
    return _edit(
        request,
        pk,
        kind="ict_service",
        form_class=IctServiceForm,
        title=_("ICT service"),
        write=estimates.set_ict_service,
    )


def _edit(
    request: Request,
    pk: UUID,
    *,
    kind: str,
    form_class: type[FactForm],
    title: str,
    write: Callable[..., Any],
    start: dict[str, Any] | None = None,
) -> HttpResponse:
    engagement = get_object_or_404(engagements_visible_to(request.principal, EDIT), pk=pk)
    row = recorded_for(engagement, kind)
    initial = form_class.opened_on(row) if row else _start(engagement, start)
    form = form_class(request.POST or None, initial=initial)
    status = 200
    clashes: tuple[dict[str, Any], ...] = ()
    if request.method == "POST" and form.is_valid():
        outcome = save(
            form,
            write=lambda version, values: write(
                engagement=engagement, version=version, values=values, by=request.principal
            ),
            reread=lambda: recorded_for(engagement, kind),
        )
        if outcome.row is not None:
            messages.success(request, _("Saved."))
            return redirect("vendors:contracts", engagement.vendor_id)
        form, clashes, status = outcome.form, outcome.clashes, outcome.status
    contracts = reverse("vendors:contracts", args=[engagement.vendor_id])
    return render(
        request,
        f"vendors/contracts/{kind}_form.html",
        {
            "form": form,
            "title": title,
            "engagement": engagement,
            "vendor": engagement.vendor,
            "clashes": clashes,
            "cancel_url": contracts,
            "crumbs": crumbs(engagement.vendor, (_("Contracts"), contracts), (title, "")),
        },
        status=status,
    )


def _start(engagement: Engagement, start: dict[str, Any] | None) -> dict[str, Any]:
    """A new row starts with the currency of the engagement, where money is asked for."""
    return {**start, "currency": engagement.currency} if start else {}
