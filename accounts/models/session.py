"""Where somebody is signed in, and the store that keeps it: Django's own, with columns of ours.

`SESSION_ENGINE` names this module. The columns let a person see their sessions and end them without
a second table that is written on every request (docs/adr/0050-who-is-at-the-keyboard.md).
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

#: In the session: the moment of the sign-in, and of the last proof that it is still the same person
#: (seconds since 1970).
SIGNED_IN_AT: Final = "signed_in_at"
PROVED_AT: Final = "proved_at"
#: In the session: it was begun, or confirmed, with a second factor.
SECOND_FACTOR: Final = "second_factor"
LONGEST_AGENT: Final = 300


class Session(AbstractBaseSession):
    """What a browser holds while it visits; with a user, somebody is signed in there."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, null=True, blank=True, related_name="sessions"
    )
    # Of the request that was seen last.
    ip = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=LONGEST_AGENT, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta(AbstractBaseSession.Meta):
        indexes: ClassVar = [
            models.Index(fields=["user", "-seen_at"], name="session_of_user"),
        ]

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        """The store that reads and writes these rows."""
        return SessionStore


class SessionStore(DatabaseStore):
    """Sessions in the database. Who is in, from where and since when are columns."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.ip: str | None = None
        self.agent = ""
        self.seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        row = cast("Session | None", super()._get_session_from_db())  # type: ignore[misc]
        if row is not None:
            self.ip, self.agent, self.seen_at = row.ip, row.agent, row.seen_at
        return row

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        """The row, with the columns that follow from what is in the session."""
        held = cast("dict[str, Any]", data)
        if SESSION_KEY in held:
            held.setdefault(SIGNED_IN_AT, time.time())
        row = cast("Session", super().create_model_instance(held))
        now = timezone.now()
        began = held.get(SIGNED_IN_AT)
        row.user_id = held.get(SESSION_KEY)
        row.ip, row.agent = self.ip, self.agent
        row.began_at = datetime.fromtimestamp(began, UTC) if began else now
        row.seen_at = self.seen_at = now
        return row
