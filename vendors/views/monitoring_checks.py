"""Looking: with nothing found in one click, or with what was found; and following that up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.posting import post_only
from audit import clock
from audit.errors import Invalid, Refused
from vendors.forms.monitoring import CheckForm, SettleForm
from vendors.selectors import monitoring as reading
from vendors.services import monitoring as service
from vendors.views.incidents import incident_page
from vendors.views.monitoring import item_crumbs

EDIT = Permission.EDIT_FACTS


def _back(request: Request, otherwise: str) -> str:
    """The page of ours from which the button was pressed."""
    there = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        there, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return there if safe else otherwise


@post_only
@page(EDIT)
def done(request: Request, pk: UUID) -> HttpResponse:
    """Looked today, nothing found: one click."""
    item = get_object_or_404(reading.items_visible_to(request.principal, EDIT), pk=pk)
    service.check(item=item, done_on=clock.today(), by=request.principal)
    messages.success(request, _("Checked today, nothing found: %(scope)s.") % {"scope": item.scope})
    return redirect(_back(request, reverse("vendors:monitoring", args=[item.engagement.vendor_id])))


@page(EDIT)
def check(request: Request, pk: UUID) -> HttpResponse:
    """A check with a day, a finding, a note and a link."""
    item = get_object_or_404(reading.items_visible_to(request.principal, EDIT), pk=pk)
    form = CheckForm(posted(request), initial={"done_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = service.check(item=item, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            said = _("The check is on record.")
            if made.finding == made.Finding.SUSPICIOUS:
                said = _("The check is on record. Now start an incident, or say why it is none.")
            messages.success(request, said)
            return redirect("vendors:monitoring_item", item.pk)
    return _page(request, item, form, title=_("Record a check"))


@post_only
@page(EDIT)
def incident(request: Request, pk: UUID) -> HttpResponse:
    """An incident out of what was suspicious: one click."""
    row = get_object_or_404(reading.checks_visible_to(request.principal, EDIT), pk=pk)
    started = service.start_incident(check=row, by=request.principal)
    messages.success(
        request, _("An incident was started from the check. Look it over and complete it.")
    )
    return redirect(incident_page(started))


@page(EDIT)
def settle(request: Request, pk: UUID) -> HttpResponse:
    """There was nothing in it."""
    row = get_object_or_404(reading.checks_visible_to(request.principal, EDIT), pk=pk)
    form = SettleForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.settle(check=row, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendors:monitoring_item", row.item_id)
    return _page(request, row.item, form, title=_("It is no incident"))


def _page(request: Request, item: Any, form: Any, *, title: str) -> HttpResponse:
    return render(
        request,
        "vendors/fact_form.html",
        {
            "form": form,
            "title": title,
            "subject": item.scope,
            "cancel_url": reverse("vendors:monitoring_item", args=[item.pk]),
            "crumbs": item_crumbs(item, (title, "")),
        },
    )
