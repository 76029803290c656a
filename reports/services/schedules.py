"""Reports by the calendar: set up, changed, switched, left by a reader, and made when due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import NotAllowed, require, require_everywhere
from accounts.selectors import principal_for_user
from accounts.services import notifications
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.record import record
from reports import words
from reports.events import ScheduleLeft, ScheduleSaved, ScheduleSwitched
from reports.models import Kind, Schedule
from reports.rhythm import next_day
from reports.selectors import READ, may_manage, people_to_tell, units_of
from reports.services import reports
from vendors.models import Vendor
from vendors.selectors import vendors_visible_to


@transaction.atomic
def add(
    *,
    vendor: Vendor | None,
    unit: BusinessUnit | None,
    rhythm: str,
    readers: Collection[UUID],
    filters: Mapping[str, str] | None = None,
    view_name: str = "",
    with_strict: bool = False,
    by: Principal,
) -> Schedule:
    """A report on a vendor, or on the portfolio, every week or month, with the rights of `by`.

    `readers`: members who may read it. `filters` and `view_name`: as in `reports.ask`, but for a
    day. Raises NotAllowed, Invalid.
    """
    _require(vendor, unit, with_strict, by)
    selected = _selected(filters, view_name)
    people = _readers(by, unit, readers, with_strict)
    schedule = Schedule.objects.create(
        kind=Kind.VENDOR if vendor else Kind.PORTFOLIO,
        vendor=vendor,
        unit=unit,
        **selected,
        with_strict=with_strict,
        rhythm=rhythm,
        owner_id=UUID(by.id),
        next_on=next_day(rhythm, clock.today()),
        created_at=clock.now(),
    )
    schedule.readers.set(people)
    _saved(schedule, people, by)
    return schedule


@transaction.atomic
def change(
    *,
    schedule: Schedule,
    version: int,
    unit: BusinessUnit | None,
    rhythm: str,
    readers: Collection[UUID],
    filters: Mapping[str, str] | None = None,
    view_name: str = "",
    with_strict: bool = False,
    by: Principal,
) -> Schedule:
    """Another rhythm, other readers, another selection. Raises NotAllowed, Invalid, OutOfDate."""
    locked = _locked(schedule, by)
    if locked.version != version:
        current = {"rhythm": locked.rhythm, "version": locked.version}
        raise OutOfDate(
            _("Somebody has changed this since you looked. Look again."), current=current
        )
    # It is made with the owner's rights, whoever changes it.
    owner = principal_for_user(locked.owner)
    _require(locked.vendor, unit, with_strict, owner)
    people = _readers(owner, unit, readers, with_strict)
    if rhythm != locked.rhythm:
        locked.next_on = next_day(rhythm, clock.today())
    locked.unit, locked.rhythm, locked.with_strict = unit, rhythm, with_strict
    for name, value in _selected(filters, view_name).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    locked.readers.set(people)
    _saved(locked, people, by)
    return locked


@transaction.atomic
def switch(*, schedule: Schedule, on: bool, by: Principal) -> Schedule:
    """Switch it off, or on again from the next day on. Raises NotAllowed."""
    locked = _locked(schedule, by)
    if on:
        _require(locked.vendor, locked.unit, locked.with_strict, principal_for_user(locked.owner))
        locked.next_on = next_day(locked.rhythm, clock.today())
    _switch(locked, on, "", by)
    return locked


@transaction.atomic
def leave(*, schedule: Schedule, by: Principal) -> None:
    """A reader does not want to be told any more. Harmless where they are none.

    Once nobody is left it is switched off, and its owner told.
    """
    rows = Schedule.objects.select_for_update(of=("self",)).select_related(
        "owner", "vendor", "unit"
    )
    locked = rows.get(pk=schedule.pk)
    reader = locked.readers.filter(pk=by.id).first() if by.kind == "user" else None
    if reader is None:
        return
    locked.readers.remove(reader)
    record(
        ScheduleLeft(
            aggregate_id=locked.pk,
            unit_id=locked.unit_id,
            kind=locked.kind,
            user_id=reader.pk,
        ),
        by=by,
    )
    if locked.is_active and not locked.readers.exists():
        _switch(locked, False, _("Its last reader has left."), by)
        if locked.owner.pk != reader.pk:
            _tell_owner(locked, noop("Its last reader has left, so it was switched off."))


def make_due() -> int:
    """Ask for every report that is due by today; how many. Run twice, it asks once."""
    due = Schedule.objects.filter(is_active=True, next_on__lte=clock.today()).order_by("pk")
    return sum(_make(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _make(pk: UUID) -> bool:
    today: date = clock.today()
    rows = Schedule.objects.select_for_update(of=("self",)).select_related(
        "owner", "vendor", "unit"
    )
    schedule = rows.filter(pk=pk, is_active=True, next_on__lte=today).first()
    if schedule is None:
        return False
    owner = schedule.owner
    by = principal_for_user(owner)
    with translation.override(owner.language):
        reason = _why_not(schedule, by)
    if reason:
        _switch(schedule, False, reason, SYSTEM)
        if owner.is_active:
            _tell_owner(
                schedule,
                noop("You may not read all of it any more, so it was switched off."),
            )
        return False
    schedule.next_on = next_day(schedule.rhythm, today)
    schedule.save(update_fields=["next_on"])
    with translation.override(owner.language):
        reports.ask(
            vendor=schedule.vendor,
            unit=schedule.unit,
            filters=schedule.filters,
            view_name=schedule.view_name,
            with_strict=schedule.with_strict,
            schedule=schedule,
            by=by,
        )
    return True


def _why_not(schedule: Schedule, by: Principal) -> str:
    """Why it is not made any more with the rights of its owner, `by`; "" where it is."""
    if not schedule.owner.is_active:
        return _("Its owner's account is switched off.")
    try:
        _require(schedule.vendor, schedule.unit, schedule.with_strict, by)
    except NotAllowed:
        return _("Its owner may not read this any more.")
    return ""


def _locked(schedule: Schedule, by: Principal) -> Schedule:
    rows = Schedule.objects.select_for_update(of=("self",)).select_related(
        "owner", "vendor", "unit"
    )
    locked = rows.get(pk=schedule.pk)
    require_managing(schedule=locked, by=by)
    return locked


def require_managing(*, schedule: Schedule, by: Principal) -> None:
    """Raise NotAllowed for those who only read what it makes."""
    if not may_manage(by, schedule):
        raise NotAllowed(_("Only its owner, or an administrator of all units, may do this."))


def _require(
    vendor: Vendor | None, unit: BusinessUnit | None, with_strict: bool, by: Principal
) -> None:
    """That `by` may have such a report made today."""
    if by.kind != "user":
        raise NotAllowed(_("Reports are made for people."))
    require(by, READ, unit.pk if unit else None)
    if vendor is None and unit is None:
        require_everywhere(by, READ)
    if vendor is not None and not vendors_visible_to(by, READ).filter(pk=vendor.pk).exists():
        raise NotAllowed(_("You do not see this vendor."))
    if with_strict and not by.covers(Permission.VIEW_CONFIDENTIAL, units_of(by, unit)):
        raise NotAllowed(_("You may not open what is strictly confidential."))


def _selected(filters: Mapping[str, str] | None, view_name: str) -> dict[str, Any]:
    """The columns that say what of a portfolio is selected."""
    if filters and "day" in filters:
        told = _(
            "This view shows a past day; a scheduled report shows the day on which it is made."
        )
        raise Invalid(told, errors={"unit": [told]})
    return {"filters": dict(filters or {}), "view_name": view_name}


def _readers(
    owner: Principal, unit: BusinessUnit | None, readers: Collection[UUID], with_strict: bool
) -> list[User]:
    """The people, all of whom may read it; refused with the names of those who may not."""
    wanted = set(readers)
    allowed = _people(units_of(owner, unit), with_strict)
    if not wanted:
        raise Invalid(_("Choose a reader."), errors={"readers": [_("Choose at least one person.")]})
    if strangers := wanted - set(allowed):
        names = User.objects.filter(pk__in=strangers).order_by("name")
        told = _("Not for them, as they may not read all of it: %(names)s.") % {
            "names": ", ".join(map(str, names)) or "?"
        }
        raise Invalid(told, errors={"readers": [told]})
    return [allowed[pk] for pk in sorted(wanted)]


def _people(units: Collection[UUID] | None, with_strict: bool) -> dict[UUID, User]:
    """Who may read what is in every one of these units (None: all there are), by id."""
    rows = [None] if units is None else BusinessUnit.objects.filter(pk__in=units)
    each = [{one.pk: one for one in people_to_tell(row, with_strict=with_strict)} for row in rows]
    first, *others = each
    return {pk: one for pk, one in first.items() if all(pk in other for other in others)}


def _saved(schedule: Schedule, people: list[User], by: Principal) -> None:
    record(
        ScheduleSaved(
            aggregate_id=schedule.pk,
            unit_id=schedule.unit_id,
            kind=schedule.kind,
            vendor_id=schedule.vendor_id,
            rhythm=schedule.rhythm,
            readers=[one.pk for one in people],
            with_strict=schedule.with_strict,
            filters=sorted(schedule.filters),
            version=schedule.version,
        ),
        by=by,
    )


def _switch(schedule: Schedule, on: bool, reason: str, by: Principal) -> None:
    schedule.is_active, schedule.reason = on, reason
    schedule.save(update_fields=["is_active", "reason", "next_on"])
    record(
        ScheduleSwitched(
            aggregate_id=schedule.pk,
            unit_id=schedule.unit_id,
            kind=schedule.kind,
            is_active=on,
            reason=reason,
        ),
        by=by,
    )


def _tell_owner(schedule: Schedule, why: str) -> None:
    owner = schedule.owner
    with translation.override(owner.language):
        notifications.tell(
            user=owner,
            kind="report_ready",
            title=_("Not made any more: %(report)s") % {"report": words.title(schedule)},
            text=_(why),
            url=reverse("reports:schedule", args=[schedule.pk]),
            about=schedule.pk,
        )
