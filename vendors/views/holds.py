"""Legal holds: placing one, and lifting it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.proof import proved
from audit.errors import Invalid
from vendors import selectors
from vendors.forms.limits import HoldForm, ReasonForm
from vendors.models import Engagement, Vendor
from vendors.selectors.holds import holds_visible_to
from vendors.services import holds as service
from vendors.views.places import crumbs, held_vendor

HOLD = Permission.HOLD


def _legal(vendor: Vendor) -> str:
    return reverse("scoring:legal", args=[vendor.pk])


def _choices(
    request: Request, vendor: Vendor
) -> dict[str, tuple[str, BusinessUnit, Engagement | None]]:
    """Key -> (what it is called, the unit, the engagement): the vendor by each unit in which the
    person is a legal reviewer, and its engagements there."""
    found: dict[str, tuple[str, BusinessUnit, Engagement | None]] = {}
    for link in selectors.links_of(vendor, request.principal, HOLD):
        said = _("The vendor as a whole (%(unit)s)") % {"unit": link.unit.name}
        found[f"unit:{link.unit_id}"] = (said, link.unit, None)
    for one in selectors.engagements_visible_to(request.principal, HOLD).filter(vendor=vendor):
        found[str(one.pk)] = (f"{one.title} ({one.unit.name})", one.unit, one)
    return found


@page(HOLD)
@proved()
def place(request: Request, pk: UUID) -> HttpResponse:
    """Hold the vendor, or one of its engagements."""
    vendor = held_vendor(request, pk, HOLD)
    known = _choices(request, vendor)
    form = HoldForm(posted(request), choices=[(key, said) for key, (said, *_) in known.items()])
    if request.method == "POST" and form.is_valid():
        _said, unit, engagement = known[form.cleaned_data["what"]]
        try:
            service.place(
                vendor=vendor,
                unit=unit,
                engagement=engagement,
                reason=form.cleaned_data["reason"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The legal hold stands: nothing of it is erased."))
            return redirect(_legal(vendor))
    title = _("Place a legal hold")
    return render(
        request,
        "vendors/fact_form.html",
        {
            "title": title,
            "subject": vendor.name,
            "form": form,
            "button": title,
            "cancel_url": _legal(vendor),
            "crumbs": crumbs(vendor, (_("Legal"), _legal(vendor)), (title, "")),
        },
    )


@page(HOLD)
@proved()
def lift(request: Request, pk: UUID) -> HttpResponse:
    """Lift a hold, after a question and with a reason."""
    hold = get_object_or_404(holds_visible_to(request.principal, HOLD), pk=pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.lift(hold=hold, reason=form.cleaned_data["reason"], by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The legal hold was lifted."))
            return redirect(_legal(hold.vendor))
    title = _("Lift the legal hold")
    what = hold.engagement.title if hold.engagement else hold.vendor.name
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "form": form,
            "question": _("Lift the legal hold on %(what)s?") % {"what": what},
            "text": _(
                "What the rules of retention say is due is erased from the next night on, and what "
                "is held about people can be erased on request."
            ),
            "danger": True,
            "confirm_label": title,
            "cancel_url": _legal(hold.vendor),
            "crumbs": crumbs(hold.vendor, (_("Legal"), _legal(hold.vendor)), (title, "")),
        },
    )
