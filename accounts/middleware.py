"""Puts the one who asks on the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.principal import Principal
from accounts.selectors import principal_for_user

NOBODY = Principal("user", "", "Nobody")


def request_principal(request: HttpRequest) -> Principal:
    """The one who asks, read once per request; nobody without signing in."""
    if not hasattr(request, "_principal"):
        user = request.user
        principal = principal_for_user(user) if isinstance(user, User) else NOBODY
        request._principal = principal  # type: ignore[attr-defined]
    found: Principal = request._principal  # type: ignore[attr-defined]
    return found


class PrincipalMiddleware:
    """Sets `request.principal`, lazily."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.principal = SimpleLazyObject(lambda: request_principal(request))  # type: ignore[attr-defined]
        return self.get_response(request)
