"""Reading letters."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min, QuerySet

from accounts import mail
from accounts.models import Letter
from accounts.permissions import Permission
from accounts.principal import Principal


@dataclass(frozen=True)
class Queue:
    """How the queue of letters stands."""

    configured: bool
    waiting: int
    refused: int
    kept: int


def letters_visible_to(
    principal: Principal, *, text: str = "", state: str = ""
) -> QuerySet[Letter]:
    """All letters, for who administers all units; else none."""
    if principal.units(Permission.MANAGE_MEMBERS) is not None:
        return Letter.objects.none()
    rows = Letter.objects.all()
    if text:
        rows = rows.filter(to__icontains=text)
    return rows.filter(state=state) if state else rows


def queue(principal: Principal) -> Queue:
    """How many wait, were refused, or are kept."""
    states = (Letter.State.WAITING, Letter.State.REFUSED, Letter.State.KEPT)
    rows = letters_visible_to(principal).filter(state__in=states)
    count = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    waiting, refused, kept = (count.get(state, 0) for state in states)
    return Queue(mail.is_configured(), waiting, refused, kept)


def waiting_since() -> tuple[int, datetime | None]:
    """How many letters wait, and when the one that is due first should go out; None: none waits."""
    rows = Letter.objects.filter(state=Letter.State.WAITING)
    said = rows.aggregate(count=Count("pk"), first=Min("next_attempt_at"))
    return said["count"], said["first"]


def may_be_read(letter: Letter) -> bool:
    """Whether a page may show what it says: secret ones only in a demo, which mails nothing."""
    if letter.erased_at is not None:
        return False
    return not letter.secret or (settings.SHOW_SECRET_LETTERS and not mail.is_configured())
