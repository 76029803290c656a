"""Signing in; an empty installation is set up first."""

from collections.abc import Callable
from functools import update_wrapper
from http import HTTPStatus
from typing import Any, Final

from allauth.account import views
from allauth.mfa.base.views import authenticate
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import sign_in_log
from accounts.doors import as_request
from accounts.selectors.installation import is_empty
from accounts.selectors.sign_on import links

View = Callable[..., HttpResponseBase]


def _told(view: View, *, by: str) -> View:
    """Around a view of the library: a try that it refuses unseen is in the log, too."""

    def inner(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            answer = view(request, **kwargs)
        except sign_in_log.AddressUnknown:
            sign_in_log.failed(request, by=[by], reason="no_address")
            raise
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            sign_in_log.failed(request, by=[by], reason="too_many_requests")
        return answer

    return update_wrapper(inner, view)


_login: Final = _told(views.login, by="password")
second_factor: Final = _told(authenticate, by="code")
passkey: Final = _told(login_webauthn, by="passkey")


def sign_in(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    """The page to sign in on, or, where nobody has an account yet, the one to set Surety up on."""
    if request.method != "POST" and is_empty():
        return redirect("accounts:setup")
    answer = _login(request, **kwargs)
    if isinstance(answer, TemplateResponse) and answer.context_data is not None:
        answer.context_data["providers"] = links(
            next_url=str(answer.context_data.get("redirect_field_value") or "")
        )
    return answer


def sign_out(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    """The page that asks, or out: then the browser forgets the pages that it has kept.

    Not "cookies": other applications of the same domain have some, and ours is gone anyhow. Not
    "storage": how the screen looks is kept there; what was typed is taken away by app.js, once the
    next page has told it that they are out.
    """
    was_in = request.user.is_authenticated
    answer: HttpResponseBase = views.logout(request, **kwargs)
    if request.method == "POST":
        answer["Clear-Site-Data"] = '"cache"'
        if was_in:
            messages.success(request, _("You are signed out."), extra_tags="signed-out")
    return answer


@login_required
def password_change(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    """Another password; who signs in by a provider alone has none to change."""
    if not as_request(request).user.has_usable_password():
        return redirect("accounts:profile")
    answer: HttpResponseBase = views.password_change(request, **kwargs)
    return answer
