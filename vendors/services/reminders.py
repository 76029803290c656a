"""Telling the owners of vendors what comes due, and what has passed, once for each day.

A day is over when it is over for the reader: whom to tell of what goes by the date where they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_user
from accounts.selectors.notifications import told_occasions
from accounts.services import notifications
from accounts.zones import zone
from audit import clock
from audit.record import record
from vendors.events.contracts import RemindersSent
from vendors.models import Reminder, VendorUnit
from vendors.selectors.due import coming_up
from vendors.selectors.due_source import Due

#: People are told so long before a day, and still so long after it.
BEFORE: Final = timedelta(days=30)
AFTER: Final = timedelta(days=14)
#: Somewhere it is a day more, or a day less, than in UTC.
_ELSEWHERE: Final = timedelta(days=1)
_CHUNK: Final = 500


def send() -> int:
    """Tell everybody what they were not told of yet; how many days people were told of.

    Each person is told of a day once before it comes, and once when it has passed and still stands.
    How it reaches them is theirs to choose.
    """
    told: dict[UUID, list[tuple[Due, UUID]]] = defaultdict(list)
    for dues in _chunks(clock.today()):
        for due, unit_id, owner in _owners(dues):
            told[owner].append((due, unit_id))
    people = User.objects.filter(pk__in=list(told), is_active=True)
    return sum(_tell(user, told[user.pk]) for user in people)


def _chunks(today: date) -> Iterator[list[Due]]:
    after = ""
    since, until = today - AFTER - _ELSEWHERE, today + BEFORE + _ELSEWHERE
    while True:
        page = coming_up(SYSTEM, None, since=since, until=until, after=after, size=_CHUNK)
        yield page.rows
        if page.next is None:
            return
        after = page.next


def _owners(dues: Sequence[Due]) -> Iterator[tuple[Due, UUID, UUID]]:
    """(due, unit, owner of its vendor there): in the unit of the due, or in any if it has none."""
    links = VendorUnit.objects.filter(
        vendor__in={due.vendor_id for due in dues}, unit__sample=False, owner__isnull=False
    ).values_list("vendor_id", "unit_id", "owner_id")
    owners: dict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
    for vendor_id, unit_id, owner_id in links:
        if owner_id is not None:
            owners[vendor_id].append((unit_id, owner_id))
    for due in dues:
        for unit_id, owner in owners[due.vendor_id]:
            if due.unit_id in {None, unit_id}:
                yield due, unit_id, owner


@transaction.atomic
def _tell(user: User, dues: Iterable[tuple[Due, UUID]]) -> int:
    """Tell one person what is new to them; how much that was."""
    today = clock.now().astimezone(zone(user.time_zone)).date()
    principal = principal_for_user(user)
    # Whoever lost the role that sees a unit is told nothing of it any more.
    mine = {
        (due.source, due.subject): (due, unit_id)
        for due, unit_id in dues
        if today - AFTER <= due.day <= today + BEFORE and principal.can(Permission.VIEW, unit_id)
    }
    User.objects.select_for_update().get(pk=user.pk)
    fresh = _not_told(user, [due for due, _unit in mine.values()])
    _note(user, fresh)
    passed = _passed(user, [due for due, _unit in mine.values() if due.day < today])
    coming = [due for due in fresh if due.day >= today]
    with translation.override(user.language):
        for kind, some in (("date_due", coming), ("date_passed", passed)):
            for due in some:
                notifications.tell(
                    user=user,
                    kind=kind,
                    title=_title(due, kind),
                    text=due.title,
                    url=reverse(due.page, args=[due.page_id]),
                    unit_id=mine[due.source, due.subject][1],
                    about=due.subject,
                    occasion=_occasion(due),
                )
    return len(coming) + len(passed)


def _title(due: Due, kind: str) -> str:
    said = {
        "vendor": due.vendor,
        "what": str(due.what),
        "day": date_format(due.day, "DATE_FORMAT"),
    }
    if kind == "date_passed":
        return _("%(vendor)s: %(what)s, %(day)s has passed") % said
    return _("%(vendor)s: %(what)s, %(day)s") % said


def _occasion(due: Due) -> str:
    return f"{due.source} {due.day.isoformat()}"


def _note(user: User, fresh: Sequence[Due]) -> None:
    if not fresh:
        return
    Reminder.objects.bulk_create(
        Reminder(
            source=due.source,
            subject=due.subject,
            due_on=due.day,
            user=user,
            sent_at=clock.now(),
        )
        for due in fresh
    )
    record(RemindersSent(aggregate_id=user.pk, count=len(fresh)), by=SYSTEM)


def _not_told(user: User, dues: Sequence[Due]) -> list[Due]:
    known = set(
        Reminder.objects.filter(user=user, subject__in={due.subject for due in dues}).values_list(
            "source", "subject", "due_on"
        )
    )
    fresh = [due for due in dues if (due.source, due.subject, due.day) not in known]
    return sorted(fresh, key=lambda due: (due.day, due.subject))


def _passed(user: User, dues: Sequence[Due]) -> list[Due]:
    """Those that have passed, and of whose passing this person was not told."""
    known = told_occasions(user, "date_passed", {due.subject for due in dues})
    return [due for due in dues if (due.subject, _occasion(due)) not in known]
