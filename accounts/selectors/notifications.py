"""Reading what people were told, and how they want to be told."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet

from accounts.models import (
    CalendarFeed,
    Channel,
    DigestTime,
    Notification,
    NotificationChoice,
    User,
)
from accounts.notification_kinds import KINDS
from accounts.principal import Principal

_SALT: Final = "accounts.unsubscribe"
#: Counted up to this; more is "more".
COUNTED: Final = 99


def notifications_of(principal: Principal, *, unread: bool = False) -> QuerySet[Notification]:
    """What this person was told, without what belongs to units that they no longer see."""
    if principal.kind != "user" or not principal.id:
        return Notification.objects.none()
    rows = Notification.objects.filter(user=UUID(principal.id))
    units = principal.units()
    if units is not None:
        rows = rows.filter(Q(unit_id=None) | Q(unit_id__in=units))
    return rows.filter(read_at=None) if unread else rows


def unread_count(principal: Principal) -> int:
    """How many they have not read; `COUNTED` + 1 stands for more than that."""
    return notifications_of(principal, unread=True).order_by()[: COUNTED + 1].count()


def told_occasions(user: User, kind: str, about: Iterable[UUID]) -> set[tuple[UUID | None, str]]:
    """(about, occasion) of what this person was told of one kind about any of these."""
    rows = Notification.objects.filter(user=user, kind=kind, about__in=list(about))
    return set(rows.values_list("about", "occasion"))


def channels_of(user: User) -> dict[str, Channel]:
    """The channel of every kind for this person."""
    return channels_of_many([user.pk])[user.pk]


def channels_of_many(user_ids: Iterable[UUID]) -> Mapping[UUID, dict[str, Channel]]:
    """The channel of every kind for each of these people, in one query."""
    found = {pk: {key: kind.channel for key, kind in KINDS.items()} for pk in user_ids}
    for choice in NotificationChoice.objects.filter(user__in=list(found), kind__in=list(KINDS)):
        found[choice.user_id][choice.kind] = Channel(choice.channel)
    return found


def digest_time_of(user: User) -> DigestTime:
    """When they get their digests; the usual time where they have not chosen."""
    return DigestTime.objects.filter(user=user).first() or DigestTime(user=user)


def unsubscribe_token(user: User, kind: str) -> str:
    """What an address carries that stops letters of one kind ("digest:daily": that digest)."""
    return signing.dumps([str(user.pk), kind], salt=_SALT)


def unsubscribe_target(token: str) -> tuple[User, str] | None:
    """The person and the kind that such a token names; None: nobody made it here."""
    try:
        user_id, kind = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=user_id).first()
    return None if user is None else (user, str(kind))


def calendar_feed_of(user: User) -> CalendarFeed | None:
    """The secret address of their calendar, if they have made one."""
    return CalendarFeed.objects.filter(user=user).first()
