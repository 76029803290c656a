"""The organisation, its business units and its mail, for administrators of all units."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.organisation import organisation_name
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.selectors import units_visible_to
from accounts.selectors.samples import state
from accounts.services import mail_trial, setup, units
from accounts.setup_forms import OrganisationForm, UnitForm
from audit.errors import Invalid

MANAGE = Permission.MANAGE_MEMBERS


@never_cache
@page(MANAGE, everywhere=True)
def index(request: Request) -> HttpResponse:
    """Its name, its units, and whether mail works; POST changes the name."""
    form = OrganisationForm(posted(request), initial={"organisation": organisation_name()})
    if request.method == "POST" and form.is_valid():
        try:
            setup.rename(organisation=form.cleaned_data["organisation"], by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The name is saved."))
            return redirect("accounts:organisation")
    return render(
        request,
        "accounts/organisation.html",
        {
            "form": form,
            "units": units_visible_to(request.principal, MANAGE),
            "server": mail_trial.server(),
            "sample": state(),
        },
    )


@page(MANAGE, everywhere=True)
def unit_add(request: Request) -> HttpResponse:
    """One more business unit."""
    form = UnitForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            unit = units.add(name=form.cleaned_data["name"], by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("%(name)s is a business unit now.") % {"name": unit})
            return redirect("accounts:organisation")
    return _unit_page(request, form, _("Add a business unit"))


@page(MANAGE, everywhere=True)
def unit_rename(request: Request, pk: UUID) -> HttpResponse:
    """Another name for a business unit."""
    unit = get_object_or_404(units_visible_to(request.principal, MANAGE), pk=pk)
    form = UnitForm(posted(request), initial={"name": unit.name})
    if request.method == "POST" and form.is_valid():
        try:
            units.rename(unit=unit, name=form.cleaned_data["name"], by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The name is saved."))
            return redirect("accounts:organisation")
    return _unit_page(request, form, _("Rename %(name)s") % {"name": unit.name})


def _unit_page(request: Request, form: UnitForm, title: str) -> HttpResponse:
    crumbs = [(_("Organisation"), reverse("accounts:organisation")), (title, "")]
    return render(
        request, "accounts/unit_form.html", {"form": form, "title": title, "crumbs": crumbs}
    )


@post_only
@page(MANAGE, everywhere=True)
def mail_test(request: Request) -> HttpResponse:
    """Send a letter to whoever asks, and say what came of it where they came from."""
    outcome = mail_trial.try_mail(user=request.user, by=request.principal)
    level = messages.SUCCESS if outcome.sent else messages.ERROR
    messages.add_message(request, level, outcome.said)
    # The one other page that asks for it.
    return redirect(
        "scoring:start" if request.POST.get("from") == "start" else "accounts:organisation"
    )
