"""Around every page: who asks, in their language and time, and what to say when refused."""

from collections.abc import Callable
from typing import Any, Final, cast
from urllib.parse import parse_qsl

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from accounts.doors import LARGEST_BODY, MOST_FIELDS, as_request
from accounts.models import User
from accounts.principal import Principal
from accounts.selectors import memberships_of, principal_of
from accounts.typed import came_from, typed
from accounts.zones import zone
from audit.errors import Refused
from audit.texts import straight

GetResponse = Callable[[HttpRequest], HttpResponse]
_FORM: Final = "application/x-www-form-urlencoded"
NOBODY = Principal("user", "", "Nobody")


class LargestBodyMiddleware:
    """Refuses what is larger than a view takes (`doors.largest_body`) before any of it is read.

    It stands before the check of forms' tokens, which reads the body.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_args: object
    ) -> HttpResponse | None:
        """413 with a sentence, or on to the view. Without a length, no body is read at all."""
        most = LARGEST_BODY.of(view)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if most is None or not length.isdecimal() or int(length) <= most:
            return None
        return render(request, "413.html", {"megabytes": most // 1_000_000}, status=413)


class MostFieldsMiddleware:
    """Reads the long forms of views that take them (`doors.most_fields`), once somebody is in.

    The framework's own limit is one for all views. It stands before the check of forms' tokens,
    which reads the form.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_args: object
    ) -> None:
        """TooManyFieldsSent where even that is too little."""
        most = MOST_FIELDS.of(view)
        if most is None or request.content_type != _FORM or not request.user.is_authenticated:
            return
        try:
            pairs = parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=most)
        except ValueError as error:
            raise TooManyFieldsSent(str(error)) from error
        form = QueryDict(mutable=True)
        for name, value in pairs:
            form.appendlist(name, value)
        request.POST = cast("Any", form)


class StraightTextMiddleware:
    """Takes orders to write in another direction off what pages are sent (`audit.texts`).

    It stands behind the check of forms' tokens, which has read the form by then. What programs send
    is read by `accounts.api_parsers`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_args: object
    ) -> None:
        """The form is a copy only where there is something to take off."""
        if request.method != "POST" or hasattr(view, "cls"):
            return  # the framework of the API reads what its views are sent
        sent = request.POST
        if any(straight(text) != text for _name, texts in sent.lists() for text in texts):
            form = QueryDict(mutable=True)
            for name, texts in sent.lists():
                form.setlist(name, [straight(text) for text in texts])
            request.POST = cast("Any", form)
        if request.content_type != "multipart/form-data":
            return  # no files; to ask for them would read the form once more, by other limits
        for _name, files in request.FILES.lists():
            for file in files:
                file.name = straight(file.name or "")


class PersonMiddleware:
    """Pages speak the language and show the time of whoever is signed in, whatever the browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        with translation.override(user.language), timezone.override(zone(user.time_zone)):
            response = self.get_response(request)
        response.setdefault("Content-Language", user.language)
        return response


class PrincipalMiddleware:
    """Sets `request.principal`, read from the database at most once and only when asked for.

    On the way back it tells API clients how much they may still ask.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = as_request(request)
        asked.memberships = None
        asked.unit_choices = None
        asked.rate_limit = None

        def principal() -> Principal:
            if not isinstance(asked.user, User):
                return NOBODY
            asked.memberships = memberships_of(asked.user)
            return principal_of(asked.user, asked.memberships)

        asked.principal = cast("Principal", SimpleLazyObject(principal))
        response = self.get_response(request)
        if asked.rate_limit is not None:
            for name, value in asked.rate_limit.headers().items():
                response[name] = value
        return response


class RefusedMiddleware:
    """Shows what a service refused, with its sentence and its status, as a plain page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """API views answer with problem+json before an error of theirs gets here."""
        if not isinstance(error, Refused):
            return None
        return render(
            request,
            "refused.html",
            {"refused": error, "back_url": came_from(request), "typed": typed(request)},
            status=error.status,
        )
