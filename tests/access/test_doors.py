"""Every view of ours has a door in front of it: one place decides who gets in."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from rest_framework.views import APIView

from accounts import doors
from accounts.permissions import Permission
from assessments.portal import doors as portal_doors
from tests.access.matrix import Route, routes

#: Views without a door, and why.
WITHOUT_A_DOOR = {
    "healthz": "load balancers ask it, and it tells nothing",
    "readyz": "load balancers ask it, and it tells which part is down",
    "metrics": "answers in our own network, or to its token (tests/install/test_metrics.py)",
    "oauth_token": "this is where programs get their token",
    "api_nothing_here": "there is nothing, for whoever asks",
    "openapi": "the description of the API names no vendor",
    "api-docs": "the same description, to read",
    "scoring:calendar": "calendar programs cannot sign in: the secret address is the key",
    "accounts:unsubscribe": "a signed link stops one kind of letter of one person (RFC 8058)",
    "assessments:questionnaire-format": "the format of a file names nobody",
    "account_login": "the page to sign in on; it leads to the setup where nobody has an account",
    "account_logout": "whoever is in may go out; others are led to the page to sign in on",
    "openid_connect_login": "the way to the provider",
    "openid_connect_callback": "the way back, with a code of the provider",
    "saml_sls": "the provider says that it has signed somebody out; we only lead to our own page",
    "socialaccount_login_cancelled": "says that nobody has signed in",
    "account_proved": "says that there is nothing more to do",
    "accounts:setup": "there is only while nobody has an account, for who holds the printed token",
}
#: Views for everyone who is signed in, whatever their role.
FOR_EVERYONE_SIGNED_IN = {
    "gallery",
    "accounts:profile",
    "account_change_password",
    "accounts:sessions",
    "accounts:second_factor",
    "accounts:factor_app",
    "accounts:factor_app_remove",
    "accounts:factor_key_add",
    "accounts:factor_key",
    "accounts:factor_key_remove",
    "accounts:factor_codes",
    "accounts:unit",
    "accounts:notifications",
    "accounts:notifications_read",
    "accounts:notification_settings",
    "accounts:notification_open",
    "accounts:calendar_feed",
    "scoring:home",
}
#: Signing in has doors of its own, tried by the table of who may do what.
SIGNING_IN = {
    "allauth.account.views",
    "allauth.mfa.base.views",
    "allauth.mfa.webauthn.views",
    "allauth.socialaccount.providers.saml.views",
}


def layers(view: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """A view and what its decorators were put around, from the outside in."""
    yield view
    while (inner := getattr(view, "__wrapped__", None)) is not None:
        view = inner
        yield view


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """The permission that `accounts.doors.page` asks for in front of this view."""
    for layer in layers(view):
        if getattr(layer, "__code__", None) and layer.__code__.co_filename == doors.__file__:
            found = inspect.getclosurevars(layer).nonlocals.get("permission")
            if isinstance(found, Permission):
                return found
    return None


def asks_for_sign_in(view: Callable[..., Any]) -> bool:
    """Whether Django's own `login_required` is around it."""
    return any(
        layer.__code__.co_filename.endswith("django/contrib/auth/decorators.py")
        for layer in layers(view)
        if hasattr(layer, "__code__")
    )


def is_of_the_portal(view: Callable[..., Any]) -> bool:
    """Whether a door of the portal is around it: nobody in the house has a key to it."""
    return any(
        layer.__code__.co_filename == portal_doors.__file__
        for layer in layers(view)
        if hasattr(layer, "__code__")
    )


def is_guarded(route: Route) -> bool:
    """Whether somebody decides who gets in before the view is asked."""
    if route.name in WITHOUT_A_DOOR:
        return True
    if route.name in FOR_EVERYONE_SIGNED_IN:
        return asks_for_sign_in(route.view)
    kind = getattr(route.view, "view_class", None) or getattr(route.view, "cls", None)
    if kind is not None and issubclass(kind, APIView):
        required = getattr(kind, "required_permission", None)
        wanted = required.values() if isinstance(required, dict) else [required]
        return all(
            isinstance(one, Permission)
            or (isinstance(one, frozenset) and one and all(isinstance(x, Permission) for x in one))
            for one in wanted
        )
    if kind is not None and kind.__module__ in SIGNING_IN:
        return True
    if route.name.startswith("portal:"):
        return is_of_the_portal(route.view)
    return permission_of(route.view) is not None and asks_for_sign_in(route.view)


def test_every_view_has_a_door_or_a_reason() -> None:
    open_ones = [route.name for route in routes() if not is_guarded(route)]
    assert open_ones == []


def test_no_reason_is_left_over_for_a_view_that_is_gone() -> None:
    served = {route.name for route in routes()}
    assert {*WITHOUT_A_DOOR, *FOR_EVERYONE_SIGNED_IN} <= served


def test_a_view_without_a_door_would_be_found() -> None:
    def bare(request: object) -> None: ...

    assert not is_guarded(Route("scoring:bare", frozenset(), bare))


def test_every_permission_guards_something() -> None:
    """One that no door or service asks for would be a promise that nobody keeps."""
    asked = {permission_of(route.view) for route in routes()}
    for route in routes():
        required = getattr(getattr(route.view, "view_class", None), "required_permission", None)
        each = required.values() if isinstance(required, dict) else [required]
        for one in each:
            asked |= one if isinstance(one, frozenset) else {one}
    #: Asked for by services, behind a door that asks for less.
    behind = {Permission.VIEW_CONFIDENTIAL, Permission.VIEW_LOG_DETAIL}
    assert set(Permission) - asked <= behind
