"""What every page does first: know who asks, and turn away who may not."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from accounts.marks import Mark
from accounts.models import BusinessUnit, Membership, User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.rate_limit import RateLimit
from accounts.typed import Typed, came_from, typed

P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., HttpResponseBase])
LARGEST_BODY: Final = Mark[int]("largest_body")
MOST_FIELDS: Final = Mark[int]("most_fields")


class Request(HttpRequest):
    """A request of someone signed in, as pages see it."""

    user: User
    principal: Principal
    htmx: HtmxDetails
    # Read at most once per request: the memberships behind `principal`, and the units to choose.
    memberships: list[Membership] | None
    unit_choices: list[BusinessUnit] | None
    # Set by the throttle of the API, put on the response by `PrincipalMiddleware`.
    rate_limit: RateLimit | None


def as_request(request: HttpRequest) -> Request:
    """The same request, with what `PrincipalMiddleware` has put on it known to the type checker."""
    return cast("Request", request)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent, also when that is nothing at all; None when it was not sent."""
    return request.POST if request.method == "POST" else None


def largest_body(most: int) -> Callable[[V], V]:
    """The view takes requests of up to `most` bytes; larger ones are refused unread."""

    return lambda view: LARGEST_BODY.put(view, most)


def most_fields(most: int) -> Callable[[V], V]:
    """Up to `most` fields in a form of somebody who is signed in; other views take 1,000."""

    return lambda view: MOST_FIELDS.put(view, most)


def page(
    permission: Permission, *, everywhere: bool = False
) -> Callable[
    [Callable[Concatenate[Request, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """A view for signed-in people who hold `permission` in at least one business unit.

    With `everywhere`, they must hold it in all units together: for what is one for all of them.

    The view itself reads through selectors scoped to `request.principal`, so that rows of other
    units answer 404. What a service refuses is shown by `RefusedMiddleware`. A page that was open
    when its session ended fetches its parts in vain (401): the sign-in page is no part of it. Who
    sends a form then gets back what they typed, with the way to sign in.
    """

    def wrap(
        view: Callable[Concatenate[Request, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if "%00" in request.get_full_path():
                # No text of the database holds this character, so nothing is found by it either.
                raise BadRequest
            asked = as_request(request)
            held = asked.principal.units(permission)
            if held is not None and (everywhere or not held):
                raise PermissionDenied
            return view(asked, *args, **kwargs)

        # Named and documented after the view; @wraps would give it the view's type, too.
        signed_in = login_required(update_wrapper(inner, view))

        def outer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if as_request(request).htmx:
                    return HttpResponse(status=401)
                if (sent := typed(request)).told:
                    return _signed_out(request, sent)
            return signed_in(request, *args, **kwargs)

        return update_wrapper(outer, signed_in)

    return wrap


def _signed_out(request: HttpRequest, sent: Typed) -> HttpResponse:
    """Not saved: what was typed, the way to sign in, and a button to send it afterwards."""
    back = QueryDict(mutable=True)
    back[REDIRECT_FIELD_NAME] = came_from(request) or "/"
    return render(
        request,
        "signed_out.html",
        {"typed": sent, "sign_in_url": f"{reverse(settings.LOGIN_URL)}?{back.urlencode(safe='/')}"},
        status=401,
    )
