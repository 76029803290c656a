"""The secret address of a person's calendar: made, made anew, taken back."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db import transaction

from accounts import events
from accounts.models import CalendarFeed, User
from accounts.principal import Principal
from audit import clock
from audit.record import record

#: How often the moment of the last reading is written down, at most.
_NOTED: Final = timedelta(hours=1)


@transaction.atomic
def make(*, user: User, by: Principal) -> str:
    """A new secret, shown once; one from before stops working. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        user=user,
        defaults={"hash": _hash(token), "made_at": clock.now(), "last_read_at": None},
    )
    record(events.CalendarFeedMade(aggregate_id=user.pk), by=by)
    return token


@transaction.atomic
def revoke(*, user: User, by: Principal) -> None:
    """The address stops working at once."""
    count, _by_model = CalendarFeed.objects.filter(user=user).delete()
    if count:
        record(events.CalendarFeedRevoked(aggregate_id=user.pk), by=by)


def reader_of(token: str) -> User | None:
    """The active person whose calendar this secret opens; notes now and then that it was read."""
    feed = CalendarFeed.objects.select_related("user").filter(hash=_hash(token)).first()
    if feed is None or not feed.user.is_active:
        return None
    now = clock.now()
    if feed.last_read_at is None or now - feed.last_read_at > _NOTED:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=now)
    return feed.user


def _hash(token: str) -> bytes:
    # The secret is long and random, so a plain hash cannot be guessed back.
    return sha256(token.encode()).digest()
