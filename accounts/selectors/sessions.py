"""Where somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import devices
from accounts.models import Session, User


@dataclass(frozen=True)
class Shown:
    """One session for people. `mark` names it on a page; from it the key cannot be found."""

    mark: str
    device: str
    ip: str
    began_at: datetime
    seen_at: datetime
    current: bool


def sessions_of(user: User) -> QuerySet[Session]:
    """Those that work, the one that was used last first."""
    live = Session.objects.filter(user=user, expire_date__gt=timezone.now())
    return live.order_by("-seen_at", "session_key")


def shown(user: User, *, current_key: str | None) -> list[Shown]:
    """All sessions of a person, the one that asks first."""
    found = [
        Shown(
            mark=mark_of(row.session_key),
            device=devices.words(row.agent),
            ip=row.ip or "",
            began_at=row.began_at,
            seen_at=row.seen_at,
            current=row.session_key == current_key,
        )
        for row in sessions_of(user)
    ]
    return sorted(found, key=lambda one: not one.current)


def mark_of(session_key: str) -> str:
    """A name for a session that may stand on a page."""
    return salted_hmac("accounts.session", session_key, algorithm="sha256").hexdigest()[:32]
