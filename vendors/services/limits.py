"""Limiting an engagement to named people: for everybody else it does not exist."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, belonging, require, require_everywhere
from accounts.services import notifications
from audit.record import record
from vendors import written
from vendors.events.limits import EngagementLimited, EngagementPeopleRead
from vendors.master_data import invalid
from vendors.models import Engagement, EngagementPerson, Evidence
from vendors.selectors.limits import clients_to_name, only_of, people_to_name

LIMIT: Final = Permission.LIMIT
_LONGEST_REASON: Final = 2_000


def limit(
    *,
    engagement: Engagement,
    users: Collection[UUID],
    clients: Collection[UUID] = (),
    by: Principal,
) -> None:
    """The engagement is for these people and programs only, and so is all that belongs to it.

    `users`: ids; `clients`: public ids. At least one person has to be named. Documents that are
    used nowhere else go with it, and what others were told of it is removed. The caller has found
    it among those visible. Raises Invalid, NotAllowed.
    """
    require(by, LIMIT, engagement.unit_id)
    _name(engagement, set(users), set(clients), by)


def lift(*, engagement: Engagement, by: Principal) -> None:
    """The engagement is for everybody of its unit again."""
    require(by, LIMIT, engagement.unit_id)
    with transaction.atomic():
        locked = _locked(engagement)
        if not locked.limited:
            return
        EngagementPerson.objects.filter(engagement=locked).delete()
        Evidence.objects.filter(engagement=locked).update(engagement=None)
        _switch(locked, limited=False)
        _record(locked, set(), set(), by)


def look_up(*, engagement: Engagement, reason: str, by: Principal) -> None:
    """Somebody who administers all units looks up who is named; the record says so, and why.

    Raises Invalid without a reason, NotAllowed.
    """
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    try:
        said = written.text(reason, needed=_("Say why you look it up."), most=_LONGEST_REASON)
    except ValueError as error:
        raise invalid({"reason": [str(error)]}) from error
    with transaction.atomic():
        locked = _locked(engagement)
        record(
            EngagementPeopleRead(
                aggregate_id=locked.pk,
                unit_id=locked.unit_id,
                vendor_id=locked.vendor_id,
                reason=said,
            ),
            by=by,
        )


def add_person(*, engagement: Engagement, user_id: UUID, by: Principal) -> None:
    """One more person, by somebody who administers all units: so nobody is locked out for good.

    Raises Invalid for somebody who does not see its unit, NotAllowed.
    """
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    if not engagement.limited:
        raise NotAllowed(_("This engagement is not limited."))
    rows = EngagementPerson.objects.filter(engagement=engagement)
    users = set(rows.filter(user__isnull=False).values_list("user", flat=True))
    clients = set(rows.filter(client__isnull=False).values_list("client__public_id", flat=True))
    _name(engagement, users | {user_id}, clients, by)


def keep_within(evidence: Evidence, engagement_id: UUID | None) -> None:
    """A document that was just put to use in a limited engagement, and is used nowhere else, is
    for the same people. Called in the transaction that puts it there."""
    if engagement_id is None or evidence.engagement_id is not None:
        return
    engagement = Engagement.objects.filter(pk=engagement_id, limited=True).first()
    if engagement is not None:
        only_of(engagement).filter(pk=evidence.pk).update(engagement=engagement)


@transaction.atomic
def _name(engagement: Engagement, users: set[UUID], clients: set[UUID], by: Principal) -> None:
    locked = _locked(engagement)
    people = {one.pk for one in people_to_name(locked)}
    programs = {one.public_id: one.pk for one in clients_to_name(locked)}
    # Whoever has left since stays named; nobody who cannot see the unit is added.
    there = EngagementPerson.objects.filter(engagement=locked)
    before = set(there.filter(user__isnull=False).values_list("user", flat=True))
    known = set(there.filter(client__isnull=False).values_list("client__public_id", flat=True))
    if not users & people:
        raise invalid({"users": [_("Name at least one person who can open it, or nobody could.")]})
    if users - people - before or clients - set(programs) - known:
        raise invalid({"users": [_("Name people and programs that see this business unit.")]})
    if locked.limited and (before, known) == (users, clients):
        return
    there.filter(user__isnull=False).exclude(user__in=users).delete()
    there.filter(client__isnull=False).exclude(client__public_id__in=clients).delete()
    EngagementPerson.objects.bulk_create(
        [EngagementPerson(engagement=locked, user_id=pk) for pk in sorted(users - before)]
        + [
            EngagementPerson(engagement=locked, client_id=programs[pk])
            for pk in sorted(clients - known)
        ]
    )
    if not locked.limited:
        _switch(locked, limited=True)
        only_of(locked).filter(engagement=None).update(engagement=locked)
    notifications.forget(about=belonging([locked.pk]), but=users)
    _record(locked, users, clients, by)


def _switch(engagement: Engagement, *, limited: bool) -> None:
    engagement.limited = limited
    engagement.version += 1
    engagement.save(update_fields=["limited", "version"])


def _record(engagement: Engagement, users: set[UUID], clients: set[UUID], by: Principal) -> None:
    record(
        EngagementLimited(
            aggregate_id=engagement.pk,
            unit_id=engagement.unit_id,
            vendor_id=engagement.vendor_id,
            limited=engagement.limited,
            users=sorted(users),
            clients=sorted(clients),
        ),
        by=by,
    )


def _locked(engagement: Engagement) -> Engagement:
    return Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
