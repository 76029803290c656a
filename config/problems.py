"""The one error handler of the API: whatever goes wrong is problem+json (RFC 9457)."""

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    UnreadablePostError,
)
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import loader
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from redis.exceptions import RedisError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.api_answers import pointers
from accounts.typed import is_ours, typed
from audit.errors import Refused
from config.programs import API_PREFIXES

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = "5"

# States of PostgreSQL that pass, or that somebody has to mend, and what to say of them: the first
# two digits are the class. https://www.postgresql.org/docs/18/errcodes-appendix.html
_STATES = {
    # In recovery, a standby, or switched to reading by hand.
    "25006": lazy("The database takes no changes at the moment. Try again in a few minutes."),
    "40": lazy(
        "Somebody else was changing the same at this moment. Nothing was changed: send it again."
    ),
    "53100": lazy(
        "The database has no room left on its disk, so nothing was changed. "
        "Tell your administrator."
    ),
    "53": lazy("The database has too much to do at the moment. Try again in a few seconds."),
    "58": lazy(
        "The database cannot read or write its files, so nothing was changed. "
        "Tell your administrator."
    ),
}

# What the detail says when the framework's own words would not help a caller.
_DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address, or it is not for you to see.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database does not answer. Try again in a few seconds.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here. The log has the details.",
}


ABOUT_BLANK = "about:blank"


@dataclass(frozen=True)
class Problem:
    """What a problem document says (RFC 9457), and the headers that go with it."""

    status: int
    detail: str | Promise = ""
    kind: str = ABOUT_BLANK
    errors: tuple[dict[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    #: More that programs may want to know, beside the members that every document has.
    members: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The document. `errors` holds a JSON pointer and a message per refused value."""
        known = HTTPStatus(self.status)
        document: dict[str, Any] = {
            "type": self.kind,
            "title": known.phrase,
            "status": self.status,
            "detail": str(self.detail) or _DETAILS.get(known, known.description),
        }
        if self.errors:
            document["errors"] = list(self.errors)
        return {**document, **self.members}


_DATABASE_DOWN = Problem(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_SECONDS})


#: Where tries to sign in cannot be counted, nobody signs in. Everything else does without Valkey.
_NOT_COUNTED = replace(
    _DATABASE_DOWN,
    detail=lazy(
        "Signing in is not possible at the moment, since tries cannot be counted. "
        "Try again in a minute. Whoever is signed in can go on working."
    ),
)


def _of_database(error: BaseException) -> Problem:
    """Why the database could not do it just now; where it is unknown, that it does not answer."""
    state = _sql_state(error)
    words = _STATES.get(state) or _STATES.get(state[:2])
    return replace(_DATABASE_DOWN, detail=words) if words else _DATABASE_DOWN


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every error of an API view as problem+json."""
    set_rollback()
    problem = explain(error)
    if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("api error", exc_info=error)
    return Response(
        problem.body(),
        status=problem.status,
        headers=dict(problem.headers),
        content_type=CONTENT_TYPE,
    )


def explain(error: Exception) -> Problem:
    """The problem that an exception stands for; unknown ones are a plain 500."""
    match error:
        case Refused():
            return Problem(
                error.status,
                str(error.message),
                f"urn:surety:problem:{error.code}",
                tuple(pointers(error.extra.get("errors", {}))),
                _waiting(error.extra),
                members=error.extra.get("members", {}),
            )
        case UnreadablePostError():
            return Problem(HTTPStatus.REQUEST_TIMEOUT, "The body did not arrive.")
        case RequestDataTooBig():
            return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        case SuspiciousOperation():
            return Problem(HTTPStatus.BAD_REQUEST)
        case Http404():
            return Problem(HTTPStatus.NOT_FOUND)
        case PermissionDenied():
            return Problem(HTTPStatus.FORBIDDEN)
        case OperationalError() | InterfaceError():
            return _of_database(error)
        case DatabaseError() if {_sql_state(error), _sql_state(error)[:2]} & _STATES.keys():
            return _of_database(error)
        case RedisError():
            return _NOT_COUNTED
        case exceptions.APIException():
            return _of_framework(error)
        case _:
            return Problem(HTTPStatus.INTERNAL_SERVER_ERROR)


def _waiting(extra: Mapping[str, Any]) -> Mapping[str, str]:
    """When to ask again, where the service says so."""
    return {"Retry-After": str(extra["retry_after"])} if "retry_after" in extra else {}


def _sql_state(error: BaseException) -> str:
    return getattr(error.__cause__, "pgcode", None) or ""


def _of_framework(error: exceptions.APIException) -> Problem:
    if isinstance(error, exceptions.ValidationError):
        return Problem(
            HTTPStatus.BAD_REQUEST,
            "Some values cannot be taken.",
            "urn:surety:problem:invalid",
            tuple(pointers(error.detail)),
        )
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(challenge)
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return Problem(error.status_code, str(error.detail), headers=headers)


def answer(problem: Problem, **more: Any) -> JsonResponse:
    """The problem as an answer of a view that is none of the framework's; `more` are members."""
    return JsonResponse(
        {**problem.body(), **more},
        status=problem.status,
        content_type=CONTENT_TYPE,
        headers=dict(problem.headers),
    )


def is_api(request: HttpRequest) -> bool:
    """Whether whoever asks is a program that expects JSON."""
    return request.path.startswith(API_PREFIXES)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 for an address that does not exist: JSON for programs, a page for people."""
    return _page_or_problem(request, Problem(404), "404.html")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 for people whose role does not allow a page; JSON for the script that saves answers, to
    which a page says that somebody is signed out."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return answer(Problem(403))
    return _page_or_problem(request, Problem(403), "403.html")


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without the token of this browser.

    Where a page of this site sent it, what was typed is there, to be sent once more. What another
    site made a browser send is neither read nor shown.
    """
    sent = typed(request) if is_ours(request) else None
    return render(request, "403_csrf.html", {"typed": sent}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 for a request that makes no sense."""
    detail = ""
    if isinstance(exception, DisallowedHost):
        detail = "This installation does not answer to the host name in the request."
    return _page_or_problem(request, Problem(400, detail), "400.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without a word about the inside, or 503 while the database cannot do its part."""
    error = sys.exception()
    passing = isinstance(error, DatabaseError | InterfaceError | RedisError)
    problem = explain(error) if isinstance(error, Exception) and passing else Problem(500)
    if is_api(request):
        return answer(problem)
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _not_now(request, problem)
    try:
        return _page_or_problem(request, problem, "500.html")
    except (DatabaseError, InterfaceError):
        # What stands around each page is read from it.
        return _not_now(request, _DATABASE_DOWN)


@dataclass(frozen=True)
class _Asked:
    """A request as its page may know it while nobody can be asked who sent it."""

    get_full_path: str
    method: str


def _not_now(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page of a 503: made without the database, and with what was typed."""
    ours = is_ours(request)
    context = {
        "why": problem.detail or _("The database does not answer. Try again in a few seconds."),
        "request": _Asked(request.get_full_path(), request.method or "GET"),
        "typed": typed(request) if ours else None,
        "again": ours,
        "csrf_token": get_token(request),
    }
    page = loader.render_to_string("503.html", context)
    return HttpResponse(page, status=problem.status, headers=dict(problem.headers))


def _page_or_problem(request: HttpRequest, problem: Problem, template: str) -> HttpResponse:
    if is_api(request):
        return answer(problem)
    page = TemplateResponse(request, template, status=problem.status, headers=dict(problem.headers))
    return page.render()
