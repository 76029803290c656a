"""Around every request of somebody who is signed in: where they were seen, and for how long."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.models.session import LONGEST_AGENT, SessionStore
from accounts.services import sessions

GetResponse = Callable[[HttpRequest], HttpResponse]
#: A session is written this often because of being used, and not on every request.
NOTED_EVERY: Final = timedelta(minutes=5)


def note_device(request: HttpRequest) -> None:
    """Put address and browser into the session, which is next saved with them."""
    store = cast("SessionStore", request.session)
    store.ip = str(get_adapter().get_client_ip(request))
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
