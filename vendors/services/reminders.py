"""Mailing what comes due to the owners of the vendors it concerns, once per day that is due."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from accounts import mail
from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_user
from audit import clock
from audit.record import record
from vendors.events.contracts import RemindersSent
from vendors.models import Reminder, VendorUnit
from vendors.selectors.due import coming_up
from vendors.selectors.due_source import Due

#: People are told so long before a day, and still so long after it.
BEFORE: Final = timedelta(days=30)
AFTER: Final = timedelta(days=14)
_CHUNK: Final = 500


class _NotSent(Exception):
    """The mail did not go out, so nobody was told."""


def send(*, today: date) -> int:
    """Mail everybody what they were not told of yet; how many letters went out.

    One letter per person. Each person is told of each day once: the table of reminders is written
    in the transaction that sends the letter, and is taken back when it does not go out.
    """
    if not mail.is_configured():
        return 0
    told: dict[UUID, list[tuple[Due, UUID]]] = defaultdict(list)
    for dues in _chunks(today):
        for due, unit_id, owner in _owners(dues):
            told[owner].append((due, unit_id))
    people = User.objects.filter(pk__in=list(told), is_active=True)
    return sum(_tell(user, told[user.pk], today) for user in people)


def _chunks(today: date) -> Iterator[list[Due]]:
    after = ""
    while True:
        page = coming_up(
            SYSTEM, None, since=today - AFTER, until=today + BEFORE, after=after, size=_CHUNK
        )
        yield page.rows
        if page.next is None:
            return
        after = page.next


def _owners(dues: Sequence[Due]) -> Iterator[tuple[Due, UUID, UUID]]:
    """(due, unit, owner of its vendor there): in the unit of the due, or in any if it has none."""
    links = VendorUnit.objects.filter(
        vendor__in={due.vendor_id for due in dues}, owner__isnull=False
    ).values_list("vendor_id", "unit_id", "owner_id")
    owners: dict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
    for vendor_id, unit_id, owner_id in links:
        if owner_id is not None:
            owners[vendor_id].append((unit_id, owner_id))
    for due in dues:
        for unit_id, owner in owners[due.vendor_id]:
            if due.unit_id in {None, unit_id}:
                yield due, unit_id, owner


def _tell(user: User, dues: Iterable[tuple[Due, UUID]], today: date) -> bool:
    """One letter about what this person was not told of; False where there is nothing new."""
    principal = principal_for_user(user)
    # Whoever lost the role that sees a unit is told nothing of it any more.
    mine = {
        (due.source, due.subject): due
        for due, unit_id in dues
        if principal.can(Permission.VIEW, unit_id)
    }
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            fresh = _not_told(user, list(mine.values()))
            if not fresh:
                return False
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
            _send(user, fresh, today)
    except _NotSent:
        return False
    return True


def _not_told(user: User, dues: Sequence[Due]) -> list[Due]:
    known = set(
        Reminder.objects.filter(user=user, subject__in={due.subject for due in dues}).values_list(
            "source", "subject", "due_on"
        )
    )
    fresh = [due for due in dues if (due.source, due.subject, due.day) not in known]
    return sorted(fresh, key=lambda due: (due.day, due.subject))


def _send(user: User, dues: Sequence[Due], today: date) -> None:
    site = mail.site_address()
    context = {
        "dues": [(due, due.day < today) for due in dues],
        "count": len(dues),
        "link": f"{site}{reverse('vendors:due')}" if site else "",
    }
    if not mail.send_letter(user, template="vendors/email/due", context=context):
        raise _NotSent
