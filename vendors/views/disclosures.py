"""The log of disclosures: to whom something went, and that it came back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from audit import clock
from audit.errors import Invalid, OutOfDate
from vendors.forms.ip import DisclosureEditForm, DisclosureForm, SettleForm
from vendors.models import Disclosure, Engagement
from vendors.selectors.ip import (
    assets_of,
    disclosure_targets,
    disclosures_visible_to,
)
from vendors.services import disclosures as service
from vendors.views.ip import EDIT, found, schedule_url, trail
from vendors.views.stale import both

_MARKED = {True: "yes", False: "no", None: ""}


def _options(engagement: Engagement) -> dict[str, Any]:
    sites, subcontracts = disclosure_targets(engagement)
    return {
        "assets": assets_of([engagement])[engagement.pk],
        "sites": sites,
        "subcontracts": subcontracts,
    }


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """Values of the service in the shape of the form's."""
    return {
        **values,
        "marked": _MARKED[values["marked"]],
        "site": str(values["site"] or ""),
        "subcontract": str(values["subcontract"] or ""),
    }


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """Something was disclosed."""
    engagement = found(request, pk, EDIT)
    form = DisclosureForm(
        posted(request), **_options(engagement), initial={"disclosed_on": clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            service.add(
                engagement=engagement,
                values=form.values(),
                assets=[UUID(one) for one in form.cleaned_data.get("assets", ())],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The disclosure was recorded."))
            return redirect(schedule_url(engagement.pk))
    return _page(request, engagement, form, title=_("Record a disclosure"))


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """What is recorded of a disclosure, put right."""
    row = get_object_or_404(disclosures_visible_to(request.principal, EDIT), pk=pk)
    linked = [str(one) for one in row.assets.values_list("pk", flat=True)]
    form = DisclosureEditForm(
        posted(request),
        **_options(row.engagement),
        initial={**_shown(service.on_record(row)), "assets": linked, "version": row.version},
    )
    clashes: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            service.change(
                disclosure=row,
                version=form.cleaned_data["version"],
                values=form.values(),
                assets=[UUID(one) for one in form.cleaned_data.get("assets", ())],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            theirs = {**_shown(refused.extra["current"]), "assets": linked}
            clashes = both(form, refused, theirs)
        else:
            messages.success(request, _("Saved."))
            return redirect(schedule_url(row.engagement_id))
    return _page(
        request, row.engagement, form, title=_("Edit disclosure"), row=row, clashes=clashes
    )


@page(EDIT)
def settle(request: Request, pk: UUID) -> HttpResponse:
    """It was returned or destroyed."""
    row: Disclosure = get_object_or_404(disclosures_visible_to(request.principal, EDIT), pk=pk)
    engagement = row.engagement
    form = SettleForm(
        posted(request), initial={"version": row.version, "settled_on": clock.today()}
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            service.settle(disclosure=row, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            both(form, refused, {})
            form.add_error(None, refused.message)
            status = 409
        else:
            messages.success(request, _("It is on record as settled."))
            return redirect(schedule_url(engagement.pk))
    title = _("Returned or destroyed")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "form": form,
            "question": row.what,
            "confirm_label": _("Save"),
            "cancel_url": schedule_url(engagement.pk),
            "crumbs": trail(engagement, (title, "")),
        },
        status=status,
    )


def _page(
    request: Request, engagement: Engagement, form: Any, *, title: str, **context: Any
) -> HttpResponse:
    return render(
        request,
        "vendors/ip/disclosure_form.html",
        {
            "title": title,
            "form": form,
            "engagement": engagement,
            "cancel_url": schedule_url(engagement.pk),
            "crumbs": trail(engagement, (title, "")),
            **context,
        },
        status=409 if context.get("clashes") else 200,
    )
