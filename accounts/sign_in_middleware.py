"""Around every request of somebody who is signed in: where they were seen, and by what factor."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, cast

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import sign_in_log
from accounts.doors import as_request
from accounts.models import User
from accounts.models.session import LONGEST_AGENT, SECOND_FACTOR, SessionStore
from accounts.selectors.second_factor import has_factor, must_have_factor
from accounts.services import sessions
from accounts.typed import typed

GetResponse = Callable[[HttpRequest], HttpResponse]
#: A session is written this often because of being used, and not on every request.
NOTED_EVERY: Final = timedelta(minutes=5)


def note_device(request: HttpRequest) -> None:
    """Put address and browser into the session, which is next saved with them."""
    store = cast("SessionStore", request.session)
    store.ip = sign_in_log.address(request)
    store.agent = request.headers.get("User-Agent", "")[:LONGEST_AGENT]


class SeenMiddleware:
    """Notes when and from where a session was used, and ends one that was left open too long.

    What the session row says came with the session itself, so this asks no query of its own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            store = cast("SessionStore", request.session)
            now, seen = timezone.now(), store.seen_at
            if self._was_left(store, now - seen if seen else timedelta(0)):
                logout(request)
            elif seen is not None and now - seen > NOTED_EVERY:
                note_device(request)
                sessions.note_seen(store)
        return self.get_response(request)

    @staticmethod
    def _was_left(store: SessionStore, idle: timedelta) -> bool:
        """Nobody asked to stay signed in there, and nobody was there for long."""
        return store.get_expire_at_browser_close() and idle > timedelta(
            hours=settings.SESSION_IDLE_HOURS
        )


#: What somebody reaches who has to set up a second factor first. What asks for no sign-in is open,
#: too: it lies below these, or is named in `_FOR_EVERYBODY`.
ALLOWED: Final = frozenset(
    {
        "accounts:second_factor",
        "accounts:factor_app",
        "accounts:factor_key_add",
        "account_logout",
        "account_login",
    }
)
_FOR_EVERYBODY: Final = frozenset(
    {
        "healthz",
        "readyz",
        "metrics",
        "oauth_token",
        "openapi",
        "api_nothing_here",
        "accounts:unsubscribe",
        "scoring:calendar",
    }
)
_WITHOUT_SESSION: Final = ("api:", "portal:")


class SecondFactorMiddleware:
    """Leads whoever holds a role that takes a second factor to setting one up, and nowhere else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, *_args: object
    ) -> HttpResponse | None:
        """None where they may go on."""
        if not settings.MFA_REQUIRED_ROLES or not isinstance(request.user, User):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in ALLOWED | _FOR_EVERYBODY or name.startswith(_WITHOUT_SESSION):
            return None
        if request.session.get(SECOND_FACTOR):
            return None
        asked = as_request(request)
        # Read with the principal, which every page reads as well.
        if not asked.principal.grants or not must_have_factor(asked.memberships or []):
            return None
        if asked.htmx:
            return HttpResponse(status=401)
        if has_factor(request.user):
            # Set up meanwhile in another browser: they sign in with it here, too.
            logout(request)
            return redirect_to_login(request.get_full_path())
        if (sent := typed(request)).told:
            return render(request, "accounts/second_factor_first.html", {"typed": sent}, status=403)
        return redirect("accounts:second_factor")
