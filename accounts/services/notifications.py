"""Telling people: in the application, and by mail as each of them has chosen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import events, mail
from accounts.models import (
    BusinessUnit,
    Channel,
    Digest,
    DigestTime,
    Notification,
    NotificationChoice,
    User,
)
from accounts.notification_kinds import KINDS
from accounts.principal import Principal
from accounts.scoping import hidden
from accounts.selectors import principal_for_user
from accounts.selectors.notifications import (
    channels_of,
    digest_time_of,
    notifications_of,
    unsubscribe_token,
)
from accounts.services import letters
from accounts.zones import zone
from audit import clock
from audit.errors import Invalid
from audit.record import record

RHYTHMS: Final = (Channel.DAILY, Channel.WEEKLY)
#: A digest names so many; the page in the application has the rest.
NAMED: Final = 100
#: What was read is kept this long, what was not read twice as long.
KEPT: Final = timedelta(days=180)
Said = str | Promise


@transaction.atomic
def tell(
    *,
    user: User,
    kind: str,
    title: Said,
    text: Said = "",
    url: str = "",
    unit_id: UUID | None = None,
    about: UUID | None = None,
    occasion: str = "",
    belongs_to: UUID | None = None,
) -> Notification | None:
    """Tell a person something, in the application and by the channel they chose for the kind.

    `kind` is a key of `accounts.notification_kinds.KINDS`; `title` and `text` may be lazy
    translations and are put in the reader's language; `url` is a path. None, and nothing is
    written, for somebody who is switched off, holds no role (in `unit_id`, where given), or was
    told the same already: the same kind about the same thing on the same `occasion`, which is the
    reader's day unless the caller names another (the id of an event, a due date). Of what happens
    in the unit of the sample data nobody is told, nor of what is limited to other people
    (`belongs_to`: what decides that, where it is not what it is about).
    """
    if not user.is_active or not _is_told(user, unit_id, belongs_to or about):
        return None
    now = clock.now()
    channel = channels_of(user)[kind]
    with translation.override(user.language):
        said = " ".join(str(title).split())[:300]
        told, is_new = Notification.objects.get_or_create(
            user=user,
            kind=kind,
            about=about,
            occasion=occasion or now.astimezone(zone(user.time_zone)).date().isoformat(),
            defaults={
                "title": said,
                "text": str(text).strip(),
                "url": url,
                "unit_id": unit_id,
                "created_at": now,
                "waits_for": channel if channel in RHYTHMS else "",
            },
        )
    if not is_new:
        return None
    if channel == Channel.AT_ONCE:
        letters.post(
            to=user.email,
            language=user.language,
            template="accounts/email/told",
            context={
                "one": told,
                "link": mail.absolute(url) if url else "",
                "kind": KINDS[kind].title,
                "settings_link": _settings_link(),
            },
            about=about,
            reader=user,
            unsubscribe=_stop(user, kind),
        )
    return told


def _is_told(user: User, unit_id: UUID | None, about: UUID | None) -> bool:
    principal = principal_for_user(user)
    units = principal.units()
    if about is not None and hidden(principal, [about]):
        return False
    if unit_id is None:
        return units is None or bool(units)
    if units is not None and unit_id not in units:
        return False
    return not BusinessUnit.objects.filter(pk=unit_id, sample=True).exists()


def _settings_link() -> str:
    return mail.absolute(reverse("accounts:notification_settings"))


def _stop(user: User, kind: str) -> str:
    return reverse("accounts:unsubscribe", args=[unsubscribe_token(user, kind)])


def digest_due() -> int:
    """Put together every digest that is due by its reader's clock; how many went out.

    Whatever was lost or late before, the next call makes up for it: what waits says so in its row.
    """
    sent = 0
    for rhythm in RHYTHMS:
        waiting = Notification.objects.filter(waits_for=rhythm).order_by("user")
        ids = list(waiting.values_list("user", flat=True).distinct())
        for user in User.objects.filter(pk__in=ids).select_related("digest_time"):
            sent += _digest(user, rhythm)
    return sent


@transaction.atomic
def _digest(user: User, rhythm: Channel) -> bool:
    """The digest of one person, if it is due and nobody has made it."""
    when = getattr(user, "digest_time", None) or DigestTime(user=user)
    day, moment = latest_moment(
        clock.now(), zone_name=user.time_zone, rhythm=rhythm, hour=when.hour, weekday=when.weekday
    )
    # Held until the letter is written, so that a second worker finds nothing to do.
    User.objects.select_for_update().get(pk=user.pk)
    rows = Notification.objects.filter(user=user, waits_for=rhythm, created_at__lt=moment)
    if not user.is_active:
        Notification.objects.filter(user=user).exclude(waits_for="").update(waits_for="")
        return False
    if Digest.objects.filter(user=user, rhythm=rhythm, day=day).exists() or not rows.exists():
        return False
    seen = notifications_of(principal_for_user(user)).filter(
        waits_for=rhythm, created_at__lt=moment
    )
    # What was read here already need not be mailed.
    told = list(seen.filter(read_at=None).order_by("kind", "created_at", "id"))
    Digest.objects.create(
        user=user, rhythm=rhythm, day=day, count=len(told), created_at=clock.now()
    )
    if told:
        _post_digest(user, rhythm, told)
    rows.update(waits_for="")
    return bool(told)


def latest_moment(
    now: datetime, *, zone_name: str, rhythm: str, hour: int, weekday: int
) -> tuple[date, datetime]:
    """The last day and moment up to `now` at which a digest of this rhythm was due there.

    An hour that the clocks skip is taken as the moment they skip to; one that comes twice, as the
    first of the two.
    """
    there = zone(zone_name)
    day = now.astimezone(there).date()
    if rhythm == Channel.WEEKLY:
        day -= timedelta(days=(day.weekday() - weekday) % 7)
    step = timedelta(days=7 if rhythm == Channel.WEEKLY else 1)
    moment = datetime.combine(day, time(hour), tzinfo=there)
    # Compared as instants: two times of one zone would be compared by what its clocks show.
    if moment.timestamp() > now.timestamp():
        day -= step
        moment = datetime.combine(day, time(hour), tzinfo=there)
    return day, moment


def _post_digest(user: User, rhythm: str, told: Sequence[Notification]) -> None:
    named = told[:NAMED]
    parts = [
        (KINDS[kind].title if kind in KINDS else kind, [(one, _link(one)) for one in group])
        for kind, group in groupby(named, key=lambda one: one.kind)
    ]
    letters.post(
        to=user.email,
        language=user.language,
        template="accounts/email/digest",
        context={
            "parts": parts,
            "count": len(told),
            "more": len(told) - len(named),
            "weekly": rhythm == Channel.WEEKLY,
            "link": mail.absolute(reverse("accounts:notifications")),
            "settings_link": _settings_link(),
        },
        reader=user,
        unsubscribe=_stop(user, f"digest:{rhythm}"),
    )


def _link(told: Notification) -> str:
    return mail.absolute(told.url) if told.url else ""


def mark_read(*, by: Principal, ids: Iterable[UUID] | None = None) -> int:
    """Mark one's own notifications read (None: all of them); how many were not yet."""
    rows = notifications_of(by, unread=True)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=clock.now())


def mark_unread(*, told: Notification, by: Principal) -> None:
    """Mark one of one's own notifications as not read."""
    notifications_of(by).filter(pk=told.pk).update(read_at=None)


@transaction.atomic
def choose(
    *,
    user: User,
    channels: Mapping[str, str],
    hour: int,
    weekday: int,
    by: Principal,
) -> None:
    """Take over how a person wants to be told: a channel per kind, and the time of digests."""
    known = {value for value, _label in Channel.choices}
    wrong = {
        kind: [_("Choose one.")]
        for kind, channel in channels.items()
        if kind not in KINDS or channel not in known
    }
    if not 0 <= hour <= 23:
        wrong["hour"] = [_("Choose an hour.")]
    if not 0 <= weekday <= 6:
        wrong["weekday"] = [_("Choose a day.")]
    if wrong:
        raise Invalid(_("Some values cannot be taken."), errors=wrong)
    User.objects.select_for_update().get(pk=user.pk)
    before, when = channels_of(user), digest_time_of(user)
    changed = {kind: one for kind, one in channels.items() if before[kind] != one}
    moved = (when.hour, when.weekday) != (hour, weekday)
    for kind, channel in changed.items():
        _set(user, kind, channel)
    if moved:
        DigestTime.objects.update_or_create(user=user, defaults={"hour": hour, "weekday": weekday})
    if changed or moved:
        record(
            events.NotificationsChosen(
                aggregate_id=user.pk, channels=changed, hour=hour, weekday=weekday
            ),
            by=by,
        )


def _set(user: User, kind: str, channel: str) -> None:
    NotificationChoice.objects.update_or_create(user=user, kind=kind, defaults={"channel": channel})
    waiting = Notification.objects.filter(user=user, kind=kind).exclude(waits_for="")
    # What already waits goes the new way; "at once" has passed, so it stays in its digest.
    if channel != Channel.AT_ONCE:
        waiting.update(waits_for=channel if channel in RHYTHMS else "")


@transaction.atomic
def unsubscribe(*, user: User, kind: str) -> None:
    """Stop letters of one kind, or a digest ("digest:daily"); the application still tells."""
    User.objects.select_for_update().get(pk=user.pk)
    now = channels_of(user)
    rhythm = kind.removeprefix("digest:") if kind.startswith("digest:") else ""
    stopped = [
        one for one, channel in now.items() if (channel == rhythm if rhythm else one == kind)
    ]
    changed: dict[str, Any] = {one: Channel.APP.value for one in stopped if now[one] != Channel.APP}
    for one in changed:
        _set(user, one, Channel.APP)
    if changed:
        record(
            events.NotificationsChosen(aggregate_id=user.pk, channels=changed),
            by=principal_for_user(user),
        )


def forget(*, about: Collection[UUID], but: Collection[UUID]) -> None:
    """Remove what people were told of these things, but for those people who still see them."""
    Notification.objects.filter(about__in=about).exclude(user__in=but).delete()


def old(kept: timedelta) -> QuerySet[Notification]:
    """What people were told and have read before that time, and twice as long ago anyway."""
    now = clock.now()
    read = Q(created_at__lt=now - kept, read_at__isnull=False)
    return Notification.objects.filter(read | Q(created_at__lt=now - 2 * kept))


def forget_old(*, kept: timedelta = KEPT, about_held: Collection[UUID] = ()) -> int:
    """Remove what people were told long ago; how many notifications.

    `about_held`: what a legal hold keeps; what was told about that stays.
    """
    Digest.objects.filter(created_at__lt=clock.now() - kept).delete()
    rows = old(kept).exclude(about__in=about_held) if about_held else old(kept)
    count, _by_model = rows.delete()
    return count
