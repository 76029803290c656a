"""A person's own second factors: what there is, setting up, taking away, recovery codes."""

import base64
from typing import Any, Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import proof, sealing
from accounts.doors import Request, as_request, posted
from accounts.forms import take_refusal
from accounts.mfa_adapter import PURPOSE
from accounts.models.session import SECOND_FACTOR
from accounts.second_factor_forms import AppForm, KeyForm, KeyNameForm
from accounts.selectors.second_factor import Key, factors_of, is_required_of
from accounts.services import second_factor
from audit.errors import Invalid

#: In the session: the secret of an app that is being set up, sealed.
_BEING_SET_UP: Final = "second_factor_being_set_up"
_form_methods = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What there is, and what to do about it."""
    asked = as_request(request)
    factors = factors_of(asked.user)
    required = is_required_of(asked.user)
    return render(
        request,
        "accounts/second_factor.html",
        {
            "factors": factors,
            "required": required,
            "first": required and not factors.any,
            "crumbs": _crumbs(),
        },
    )


@login_required
@never_cache
@_form_methods
@proof.proved(reading=True)
def app(request: Request) -> HttpResponse:
    """Set up an authenticator app: the secret as a picture and as text, and a code to prove it."""
    if factors_of(request.user).app_since is not None:
        return redirect("accounts:second_factor")
    secret = _secret(request)
    form = AppForm(posted(request), user=request.user, secret=secret)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.add_app(
            user=request.user,
            secret=secret,
            keep=request.session.session_key,
            agent=_agent(request),
            by=request.principal,
        )
        request.session.pop(_BEING_SET_UP, None)
        return _added(request, codes, _("Your authenticator app is set up."))
    theirs = get_adapter()
    url = theirs.build_totp_url(request.user, secret)
    picture = base64.b64encode(theirs.build_totp_svg(url).encode()).decode()
    return render(
        request,
        "accounts/factor_app.html",
        {
            "form": form,
            "picture": f"data:image/svg+xml;base64,{picture}",
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "url": url,
            "crumbs": _crumbs((_("Authenticator app"), "")),
        },
    )


@login_required
@never_cache
@_form_methods
@proof.proved()
def app_remove(request: Request) -> HttpResponse:
    """Take the app away, after asking."""
    if factors_of(request.user).app_since is None:
        return redirect("accounts:second_factor")
    if request.method == "POST":
        second_factor.remove_app(user=request.user, agent=_agent(request), by=request.principal)
        messages.success(request, _("The authenticator app was removed."))
        return redirect("accounts:second_factor")
    return _ask(
        request,
        title=_("Remove the authenticator app"),
        question=_("Remove the authenticator app from your account?"),
        text=_after(request),
        confirm_label=_("Remove"),
        danger=True,
    )


@login_required
@never_cache
@_form_methods
@proof.proved(reading=True)
def key_add(request: Request) -> HttpResponse:
    """Set up a security key or passkey: the browser asks the key, a script sends what it said."""
    form = KeyForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factor.add_key(
                user=request.user,
                name=form.cleaned_data["name"],
                credential=form.cleaned_data["credential"],
                keep=request.session.session_key,
                agent=_agent(request),
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return _added(request, codes, _("Your key is set up."))
    return render(
        request,
        "accounts/factor_key.html",
        {
            "form": form,
            "js_data": {"creation_options": begin_registration(request.user, False)},
            "crumbs": _crumbs((_("Security key or passkey"), "")),
        },
    )


@login_required
@never_cache
@_form_methods
@proof.proved()
def key(request: Request, pk: int) -> HttpResponse:
    """Call a key otherwise."""
    held = _key(request, pk)
    form = KeyNameForm(posted(request), initial={"name": held.name})
    if request.method == "POST" and form.is_valid():
        second_factor.rename_key(
            user=request.user, pk=pk, name=form.cleaned_data["name"], by=request.principal
        )
        messages.success(request, _("The key has its new name."))
        return redirect("accounts:second_factor")
    return _ask(
        request,
        title=_("Rename a key"),
        question=_("What shall the key “%(name)s” be called?") % {"name": held.name},
        confirm_label=_("Rename"),
        form=form,
    )


@login_required
@never_cache
@_form_methods
@proof.proved()
def key_remove(request: Request, pk: int) -> HttpResponse:
    """Take a key away, after asking."""
    held = _key(request, pk)
    if request.method == "POST":
        second_factor.remove_key(
            user=request.user, pk=pk, agent=_agent(request), by=request.principal
        )
        messages.success(request, _("The key was removed."))
        return redirect("accounts:second_factor")
    return _ask(
        request,
        title=_("Remove a key"),
        question=_("Remove the key “%(name)s” from your account?") % {"name": held.name},
        text=_after(request),
        confirm_label=_("Remove"),
        danger=True,
    )


@login_required
@never_cache
@_form_methods
@proof.proved()
def codes(request: Request) -> HttpResponse:
    """New recovery codes in place of those before, after asking; shown once."""
    if not factors_of(request.user).any:
        return redirect("accounts:second_factor")
    if request.method == "POST":
        made = second_factor.new_recovery_codes(
            user=request.user, agent=_agent(request), by=request.principal
        )
        return _show_codes(request, made)
    return _ask(
        request,
        title=_("New recovery codes"),
        question=_("Make new recovery codes?"),
        text=_("Those you have now stop working. The new ones are shown once, on the next page."),
        confirm_label=_("Make new codes"),
    )


def _key(request: Request, pk: int) -> Key:
    held = next((one for one in factors_of(request.user).keys if one.pk == pk), None)
    if held is None:
        raise second_factor.NotThere(_("This key is not there any more."))
    return held


def _secret(request: Request) -> str:
    kept = request.session.get(_BEING_SET_UP)
    if request.method == "POST" and kept:
        try:
            return sealing.unseal(str(kept).encode(), purpose=PURPOSE)
        except sealing.Unreadable:
            pass
    secret = str(generate_totp_secret())
    request.session[_BEING_SET_UP] = sealing.seal(secret, purpose=PURPOSE).decode()
    return secret


def _added(request: Request, made: list[str], said: str) -> HttpResponse:
    request.session[SECOND_FACTOR] = True
    messages.success(request, said)
    return _show_codes(request, made) if made else redirect("accounts:second_factor")


def _show_codes(request: Request, made: list[str]) -> HttpResponse:
    """The answer to the form itself: what was not kept cannot be shown again."""
    text = "\r\n".join([_("Recovery codes for Surety, %s") % request.user.email, "", *made, ""])
    file = base64.b64encode(text.encode()).decode()
    return render(
        request,
        "accounts/recovery_codes.html",
        {
            "codes": made,
            "file": f"data:text/plain;charset=utf-8;base64,{file}",
            "crumbs": _crumbs((_("Recovery codes"), "")),
        },
    )


def _after(request: Request) -> str:
    factors = factors_of(request.user)
    if len(factors.keys) + (factors.app_since is not None) > 1:
        return _("You have another second factor, which stays.")
    return _("It is your only one: signing in will take your password alone.")


def _agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    here = reverse("accounts:second_factor") if more else ""
    return [
        (_("Your profile"), reverse("accounts:profile")),
        (_("Second factor"), here),
        *more,
    ]


def _ask(request: Request, **context: Any) -> HttpResponse:
    return render(
        request,
        "_components/confirm_page.html",
        {
            **context,
            "cancel_url": reverse("accounts:second_factor"),
            "crumbs": _crumbs((str(context["title"]), "")),
        },
    )
