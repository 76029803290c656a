"""Ending sessions: whoever is signed in there has to sign in again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events_sign_in as events
from accounts.models import Session, User
from accounts.models.session import SessionStore
from accounts.principal import Principal
from accounts.selectors.sessions import mark_of, sessions_of
from audit.errors import Refused
from audit.record import record


class NoSuchSession(Refused):
    """It has ended already, or is not theirs."""

    code = "no_such_session"


@transaction.atomic
def end(*, user: User, mark: str, by: Principal) -> None:
    """End one session of a person, named by its mark. Raises NoSuchSession."""
    for row in sessions_of(user):
        if mark_of(row.session_key) == mark:
            row.delete()
            record(events.SessionsEnded(aggregate_id=user.pk, count=1), by=by)
            return
    raise NoSuchSession(_("This session has already ended."))


@transaction.atomic
def end_others(*, user: User, keep: str | None, by: Principal) -> int:
    """End all sessions of a person but `keep` (its key; None: all); how many there were."""
    count = forget(user=user, keep=keep)
    if count:
        record(events.SessionsEnded(aggregate_id=user.pk, count=count), by=by)
    return count


def forget(*, user: User, keep: str | None = None) -> int:
    """The same as a part of something that is an event itself."""
    rows = Session.objects.filter(user=user)
    if keep:
        rows = rows.exclude(session_key=keep)
    live = rows.filter(expire_date__gt=timezone.now()).count()
    rows.delete()
    return live


def forget_expired() -> int:
    """Remove the sessions that no longer work; how many."""
    count, _by_model = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return count


def note_seen(store: SessionStore) -> None:
    """The session was used now, from where the store says. It tells nothing, so it is no event."""
    store.seen_at = timezone.now()
    Session.objects.filter(session_key=store.session_key).update(
        ip=store.ip, agent=store.agent, seen_at=store.seen_at
    )
