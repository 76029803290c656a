"""What every page does first: know who asks, and turn away who may not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed

P = ParamSpec("P")


class Request(HttpRequest):
    """A request of someone signed in, as pages see it."""

    user: User
    principal: Principal
    htmx: HtmxDetails


def page(
    permission: Permission,
) -> Callable[
    [Callable[Concatenate[Request, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """A view for signed-in people who hold `permission` in at least one business unit.

    The view itself reads through selectors scoped to `request.principal`, so that rows of other
    units answer 404; a NotAllowed of a service answers 403.
    """

    def wrap(
        view: Callable[Concatenate[Request, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.principal.can(permission):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except NotAllowed as error:
                raise PermissionDenied from error

        return login_required(inner)

    return wrap
