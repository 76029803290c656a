"""A person about themselves, and the unit they work in."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import units
from accounts.doors import as_request, posted
from accounts.forms import ProfileForm, take_refusal
from accounts.posting import post_only
from accounts.selectors.sign_on import names_of
from accounts.services import members
from audit.errors import Invalid


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone; for everyone who can sign in, with or without a role."""
    asked = as_request(request)
    user = asked.user
    form = ProfileForm(
        posted(request),
        initial={"name": user.name, "language": user.language, "time_zone": user.time_zone},
    )
    if request.method == "POST" and form.is_valid():
        try:
            user = members.change_profile(user=user, **form.cleaned_data, by=asked.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            with override(user.language):
                messages.success(request, _("Your profile is saved."))
            return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form, "providers": names_of(user)})


@login_required
@post_only
def choose_unit(request: HttpRequest) -> HttpResponse:
    """Work in another business unit from now on, and go back to the page one came from."""
    value = request.POST.get("unit", "")
    try:
        unit_id = None if value == units.ALL else UUID(value)
    except ValueError:
        unit_id, value = None, ""
    if not value or not units.choose(request, unit_id):
        messages.error(request, _("That business unit is not yours to choose."))
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    return redirect(target)
