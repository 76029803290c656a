"""Planning what is watched, and recording that somebody has looked."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors import rhythm, written
from vendors.events.monitoring import MonitoringChecked, MonitoringItemSaved, MonitoringSettled
from vendors.models import Engagement, Incident, MonitoringCheck, MonitoringItem
from vendors.services import incidents
from vendors.services.rows import Cleaners, check_version, differing, label, plain, user_id

EDIT = Permission.EDIT_FACTS
FIELDS: Final = ("watched", "scope", "every", "importance", "by_whom", "since", "active")
#: What is watched -> how an incident found there was found.
_FOUND_HOW: Final[Mapping[str, str]] = {
    "test_purchases": Incident.Found.TEST_PURCHASE,
    "customs": Incident.Found.CUSTOMS,
    "gazettes": Incident.Found.REGISTER,
    "code_hosting": Incident.Found.CODE_SCAN,
}
_web_address = URLValidator(schemes=["http", "https"])


class NothingToSettle(Refused):
    """The check found nothing, or what it found was followed up already."""

    code = "nothing_to_settle"


class NotWatched(Refused):
    """The item is not watched any more."""

    code = "not_watched"


def plan(
    *,
    engagement: Engagement,
    watched: str,
    scope: str,
    every: str,
    since: date,
    importance: int = MonitoringItem.Importance.USUAL,
    by_whom: str = "",
    active: bool = True,
    by: Principal,
) -> MonitoringItem:
    """Something to watch for the engagement from now on. Raises Invalid per field."""
    require(by, EDIT, engagement.unit_id)
    values = written.cleaned(
        {
            "watched": watched,
            "scope": scope,
            "every": every,
            "importance": importance,
            "by_whom": by_whom,
            "since": since,
            "active": active,
        },
        _CLEANERS,
    )
    with transaction.atomic():
        now = clock.now()
        item = MonitoringItem.objects.create(
            engagement=engagement,
            due_on=rhythm.next_due(values["every"], values["since"], None),
            created_at=now,
            updated_at=now,
            **values,
        )
        _record(item, {}, {name: plain(value) for name, value in values.items()}, by, created=True)
    return item


def change(
    *, item: MonitoringItem, version: int, values: Mapping[str, Any], by: Principal
) -> MonitoringItem:
    """The plan changed. Raises OutOfDate, Invalid per field."""
    require(by, EDIT, item.engagement.unit_id)
    cleaned = written.cleaned(values, _CLEANERS)
    with transaction.atomic():
        locked = _locked(item)
        check_version(locked, version, FIELDS)
        changed = differing(locked, cleaned)
        if not changed:
            return locked
        before = {name: plain(getattr(locked, name)) for name in changed}
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.due_on = rhythm.next_due(locked.every, locked.since, locked.last_done_on)
        locked.version += 1
        locked.updated_at = clock.now()
        locked.save()
        _record(locked, before, {name: plain(value) for name, value in changed.items()}, by)
    return locked


def check(
    *,
    item: MonitoringItem,
    done_on: date,
    finding: str = MonitoringCheck.Finding.NOTHING,
    note: str = "",
    link: str = "",
    by: Principal,
) -> MonitoringCheck:
    """Record that somebody has looked, and what was found. Raises NotWatched, Invalid per field."""
    require(by, EDIT, item.engagement.unit_id)
    values = written.cleaned(
        {"done_on": done_on, "finding": finding, "note": note, "link": link}, _CHECK
    )
    if finding == MonitoringCheck.Finding.SUSPICIOUS:
        written.cleaned(
            {"note": values["note"]},
            {"note": lambda value: written.text(value, needed=_("Say what was found."))},
        )
    with transaction.atomic():
        locked = _locked(item)
        if not locked.active:
            raise NotWatched(_("This is not watched any more. Take it up again first."))
        row = MonitoringCheck.objects.create(
            item=locked,
            done_by_id=user_id(by),
            done_by_label=label(by),
            created_at=clock.now(),
            **values,
        )
        locked.last_done_on = locked.checks.aggregate(last=Max("done_on"))["last"]
        locked.due_on = rhythm.next_due(locked.every, locked.since, locked.last_done_on)
        locked.save(update_fields=["last_done_on", "due_on"])
        record(
            MonitoringChecked(
                aggregate_id=locked.pk,
                unit_id=locked.engagement.unit_id,
                facts_of=locked.engagement.vendor_id,
                check_id=row.pk,
                due_on=locked.due_on,
                **values,
            ),
            by=by,
        )
    return row


def start_incident(*, check: MonitoringCheck, by: Principal) -> Incident:
    """An incident out of something suspicious, described as far as the check says it.

    Raises NothingToSettle.
    """
    engagement = check.item.engagement
    require(by, EDIT, engagement.unit_id)
    with transaction.atomic():
        locked = _unsettled(check)
        item = locked.item
        incident = incidents.report(
            vendor=engagement.vendor,
            unit=engagement.unit,
            engagement=engagement,
            title=f"{item.get_watched_display()}: {item.scope}"[:160],
            found_how=_FOUND_HOW.get(item.watched, Incident.Found.MARKET_WATCH),
            found_on=locked.done_on,
            severity=Incident.Severity.SERIOUS,
            ip_kinds=list(engagement.ip_kinds),
            description="\n".join(part for part in (locked.note, locked.link) if part),
            by=by,
        )
        locked.incident = incident
        locked.save(update_fields=["incident"])
        _record_settled(locked, by)
    return incident


def settle(*, check: MonitoringCheck, reason: str, by: Principal) -> MonitoringCheck:
    """Say why there was nothing in what looked suspicious. Raises NothingToSettle, Invalid."""
    require(by, EDIT, check.item.engagement.unit_id)
    values = written.cleaned(
        {"settled": reason},
        {"settled": lambda value: written.text(value, needed=_("Say why it is no incident."))},
    )
    with transaction.atomic():
        locked = _unsettled(check)
        locked.settled = values["settled"]
        locked.save(update_fields=["settled"])
        _record_settled(locked, by)
    return locked


def _unsettled(check: MonitoringCheck) -> MonitoringCheck:
    locked = (
        MonitoringCheck.objects.select_for_update(of=("self",))
        .select_related("item__engagement__vendor", "item__engagement__unit")
        .get(pk=check.pk)
    )
    waits = locked.finding == MonitoringCheck.Finding.SUSPICIOUS and not locked.settled
    if not waits or locked.incident_id is not None:
        raise NothingToSettle(_("This was followed up already."))
    return locked


def _locked(item: MonitoringItem) -> MonitoringItem:
    rows = MonitoringItem.objects.select_for_update(of=("self",)).select_related("engagement")
    return rows.get(pk=item.pk)


def _record(
    item: MonitoringItem,
    before: dict[str, Any],
    after: dict[str, Any],
    by: Principal,
    *,
    created: bool = False,
) -> None:
    record(
        MonitoringItemSaved(
            aggregate_id=item.pk,
            unit_id=item.engagement.unit_id,
            facts_of=item.engagement.vendor_id,
            engagement_id=item.engagement_id,
            created=created,
            fields=sorted(after),
            watched=item.watched,
            every=item.every,
            active=item.active,
            before=before,
            after=after,
        ),
        by=by,
    )


def _record_settled(check: MonitoringCheck, by: Principal) -> None:
    engagement = check.item.engagement
    record(
        MonitoringSettled(
            aggregate_id=check.item_id,
            unit_id=engagement.unit_id,
            check_id=check.pk,
            incident_id=check.incident_id,
            reason=check.settled,
        ),
        by=by,
    )


def _link(value: Any) -> str:
    address = written.line(value, 500)
    if not address:
        return ""
    address = address if "://" in address else f"https://{address}"
    try:
        _web_address(address)
    except ValidationError as error:
        raise ValueError(_("Enter a web address, like example.com/offer.")) from error
    return address[:500]


def _importance(value: Any) -> int:
    allowed = MonitoringItem.Importance.values
    return int(written.one_of(value, allowed, needed=_("Choose how important it is.")))


_CLEANERS: Final[Cleaners] = {
    "watched": lambda value: written.one_of(
        value, MonitoringItem.Watched.values, needed=_("Choose what is watched.")
    ),
    "scope": lambda value: written.line(value, 300, needed=_("Say where you look, and for what.")),
    "every": lambda value: written.one_of(
        value, MonitoringItem.Every.values, needed=_("Choose how often.")
    ),
    "importance": _importance,
    "by_whom": lambda value: written.line(value, 120),
    "since": lambda value: written.day(value, needed=_("Say from which day on.")),
    "active": bool,
}
_CHECK: Final[Cleaners] = {
    "done_on": lambda value: written.day(value, needed=_("Say on which day."), until=clock.today()),
    "finding": lambda value: written.one_of(
        value, MonitoringCheck.Finding.values, needed=_("Choose what was found.")
    ),
    "note": written.text,
    "link": _link,
}
