"""Signing in; an empty installation is set up first."""

from typing import Any

from allauth.account import views
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts.selectors.installation import is_empty


def sign_in(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    """The page to sign in on, or, where nobody has an account yet, the one to set Surety up on."""
    if request.method != "POST" and is_empty():
        return redirect("accounts:setup")
    answer: HttpResponseBase = views.login(request, **kwargs)
    return answer
