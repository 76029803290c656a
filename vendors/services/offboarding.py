"""Ending an engagement: starting its off-boarding, changing, cancelling and closing it.

Whoever changes a line or the whole holds the lock of the off-boarding, so that nothing slips in
between the look at the lines and the end of the engagement.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import rfc8785
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from accounts.selectors import people_who
from audit import clock
from audit.errors import Refused
from audit.models import Event
from audit.record import record
from vendors import master_data, written
from vendors import offboarding as rules
from vendors.events import offboarding as events
from vendors.models import Engagement, Offboarding, OffboardingLine
from vendors.selectors.offboarding import is_needed, lines_of, shared_of, stand_of
from vendors.services import engagements
from vendors.services.rows import check_version, differing, plain, user_id

EDIT: Final = Permission.EDIT_ENGAGEMENTS
#: What `change` takes.
FIELDS: Final = ("reason", "last_day", "owner", "deputy")
MOST_TEXT: Final = 4_000


class NotNeeded(Refused):
    """The engagement has ended, or never began, or its off-boarding is under way already."""

    code = "offboarding_not_needed"


class NotInProgress(Refused):
    """The off-boarding was closed or cancelled: it stays as it is."""

    code = "offboarding_over"


class LinesOpen(Refused):
    """Lines are open, so the engagement goes on. `extra["lines"]`: their titles."""

    code = "lines_open"


@transaction.atomic
def start(
    *,
    engagement: Engagement,
    reason: str,
    last_day: date | None,
    owner: User | None,
    deputy: User | None = None,
    by: Principal,
) -> Offboarding:
    """Begin to end an engagement: the lines follow from what it shares, each with a day.

    Raises Invalid per field, NotNeeded.
    """
    require(by, EDIT, engagement.unit_id)
    values = _cleaned(
        engagement.unit_id,
        {"reason": reason, "last_day": last_day, "owner": owner, "deputy": deputy},
    )
    locked = _engagement(engagement.pk)
    _require_needed(locked)
    now = clock.now()
    made = Offboarding.objects.create(
        engagement=locked, started_at=now, started_by_id=user_id(by), created_at=now, **values
    )
    asked = rules.lines_for(shared_of(locked))
    OffboardingLine.objects.bulk_create(
        OffboardingLine(
            offboarding=made,
            key=line.key,
            title=str(line.title)[:200],
            help=str(line.help),
            needs_proof=line.proof == "required",
            position=number,
            owner=made.owner,
            due_on=rules.due(line, made.last_day),
        )
        for number, line in enumerate(asked, start=1)
    )
    record(
        events.OffboardingStarted(
            **about(made),
            last_day=made.last_day,
            lines=len(asked),
            owner_id=made.owner_id,
            deputy_id=made.deputy_id,
            reason=made.reason,
        ),
        by=by,
    )
    return made


def _require_needed(engagement: Engagement) -> None:
    if engagement.status == Engagement.Status.ENDED:
        raise NotNeeded(_("This engagement has ended already."))
    if Offboarding.objects.filter(engagement=engagement, status=Offboarding.Status.OPEN).exists():
        raise NotNeeded(_("The off-boarding of this engagement is in progress already."))
    if not is_needed(engagement):
        raise NotNeeded(
            _(
                "This engagement never began and nothing was shared for it: set its status to "
                "“Ended”, and it is over."
            )
        )


@transaction.atomic
def change(
    *, offboarding: Offboarding, version: int, values: Mapping[str, Any], by: Principal
) -> Offboarding:
    """Any of `FIELDS` put right. A new last day moves the open lines of ours along; lines of the
    owner before are the new owner's. Raises Invalid per field, NotInProgress, OutOfDate."""
    require(by, EDIT, offboarding.engagement.unit_id)
    cleaned = _cleaned(offboarding.engagement.unit_id, values)
    locked = hold(offboarding, version)
    after = differing(locked, cleaned)
    if not after:
        return locked
    before = {name: getattr(locked, name) for name in after}
    for name, value in after.items():
        setattr(locked, name, value)
    bump(locked, *after)
    lines = OffboardingLine.objects.filter(offboarding=locked, status="open")
    if "owner" in after:
        lines.filter(owner=before["owner"]).update(owner=locked.owner)
    if "last_day" in after:
        moved = locked.last_day - before["last_day"]
        for line in lines.exclude(key=""):
            line.due_on += moved
            line.save(update_fields=["due_on"])
    record(
        events.OffboardingChanged(
            **about(locked),
            fields=sorted(after),
            before={name: _said(value) for name, value in before.items()},
            after={name: _said(value) for name, value in after.items()},
        ),
        by=by,
    )
    return locked


@transaction.atomic
def cancel(*, offboarding: Offboarding, version: int, reason: str, by: Principal) -> Offboarding:
    """The engagement goes on after all; the lines stay to be read.

    Raises Invalid without a reason, NotInProgress, OutOfDate.
    """
    require(by, EDIT, offboarding.engagement.unit_id)
    reason = text("reason", reason, needed=_("Say why it is cancelled."))
    locked = hold(offboarding, version)
    locked.status = Offboarding.Status.CANCELLED
    locked.ended_at, locked.ended_by_id, locked.ended_note = clock.now(), user_id(by), reason
    bump(locked, "status", "ended_at", "ended_by", "ended_note")
    record(events.OffboardingCancelled(**about(locked), reason=reason), by=by)
    return locked


@transaction.atomic
def close(*, offboarding: Offboarding, version: int, note: str = "", by: Principal) -> Offboarding:
    """Everything is done: the engagement has ended, and what stands now is kept with its hash.

    Raises LinesOpen naming them, NotInProgress, OutOfDate.
    """
    require(by, EDIT, offboarding.engagement.unit_id)
    note = text("note", note)
    engagement = _engagement(offboarding.engagement_id)
    locked = hold(offboarding, version)
    lines = lines_of(locked)
    stands = [stand_of(line) for line in lines]
    require_settled(stands)
    locked.status = Offboarding.Status.CLOSED
    locked.ended_at, locked.ended_by_id, locked.ended_note = clock.now(), user_id(by), note
    locked.closing = _closing(locked, engagement, lines, by)
    locked.sha256 = digest(locked.closing)
    bump(locked, "status", "ended_at", "ended_by", "ended_note", "closing", "sha256")
    engagements.end(engagement=engagement, by=by)
    reached = rules.progress(stands)
    record(
        events.OffboardingClosed(
            **about(locked),
            done=reached.done,
            waived=reached.waived,
            sha256=locked.sha256,
            note=note,
        ),
        by=by,
    )
    return locked


def require_settled(stands: Sequence[rules.Stand]) -> None:
    """Raise LinesOpen, in one sentence, unless every line is done with its proof, or waived."""
    if left := rules.still_open(stands):
        titles = [one.title for one in left]
        raise LinesOpen(
            ngettext(
                "Not closed: %(count)d line is open: %(titles)s.",
                "Not closed: %(count)d lines are open: %(titles)s.",
                len(left),
            )
            % {"count": len(left), "titles": "; ".join(titles)},
            lines=titles,
        )


def digest(closing: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of a closing record in canonical form (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(dict(closing))).hexdigest()


def is_whole(offboarding: Offboarding) -> bool:
    """Whether the closing record still has the hash that went into the log."""
    kept = Event.objects.filter(
        type=events.OffboardingClosed.type,
        aggregate_id=offboarding.pk,
        data__sha256=offboarding.sha256,
    )
    closing = offboarding.closing or {}
    return digest(closing) == offboarding.sha256 and kept.exists()


def _closing(
    offboarding: Offboarding,
    engagement: Engagement,
    lines: Sequence[OffboardingLine],
    by: Principal,
) -> dict[str, Any]:
    """What stands, in plain values. Titles of lines of ours are kept in English, beside the key."""
    return {
        "offboarding": str(offboarding.pk),
        "vendor": engagement.vendor.name,
        "engagement": engagement.title,
        "unit": engagement.unit.name,
        "reason": offboarding.reason,
        "last_day": offboarding.last_day.isoformat(),
        "started_at": _moment(offboarding.started_at),
        "started_by": str(offboarding.started_by or ""),
        "closed_at": _moment(offboarding.ended_at),
        "closed_by": by.label,
        "note": offboarding.ended_note,
        "lines": [
            {
                "key": line.key,
                "title": line.title,
                "status": line.status,
                "at": _moment(line.settled_at),
                "by": str(line.settled_by or "Surety"),
                "note": line.note,
                "evidence": [
                    {
                        "id": str(one.pk),
                        "title": one.title,
                        "file": file.name,
                        "version": file.number,
                        "bytes": file.size,
                        "sha256": file.sha256,
                    }
                    for one in line.documents  # type: ignore[attr-defined]
                    if one.withdrawn_at is None
                    for file in one.all_files[:1]
                ],
            }
            for line in lines
        ],
    }


def _moment(moment: Any) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def hold(offboarding: Offboarding, version: int | None = None) -> Offboarding:
    """The off-boarding, locked. Raises NotInProgress, OutOfDate."""
    rows = Offboarding.objects.select_for_update(of=("self",)).select_related(
        "engagement", "owner", "deputy", "started_by"
    )
    locked = rows.get(pk=offboarding.pk)
    if not locked.is_open:
        raise NotInProgress(_("This off-boarding is over, so it stays as it is."))
    if version is not None:
        check_version(locked, version, FIELDS)
    return locked


def bump(row: Offboarding | OffboardingLine, *fields: str) -> None:
    """Save these fields of a row that is held; its version rises."""
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def about(offboarding: Offboarding) -> dict[str, Any]:
    """What every event about an off-boarding says."""
    engagement = offboarding.engagement
    return {
        "aggregate_id": offboarding.pk,
        "unit_id": engagement.unit_id,
        "vendor_id": engagement.vendor_id,
        "engagement_id": engagement.pk,
    }


def text(field: str, value: str, *, needed: str = "") -> str:
    """Free text, tidied. Raises Invalid for the field."""
    try:
        return written.text(value, needed=needed, most=MOST_TEXT)
    except ValueError as error:
        raise master_data.invalid({field: [str(error)]}) from error


def works_in(unit_id: UUID, person: User | None) -> bool:
    """Whether a line or the whole can be given to this person."""
    return person is not None and people_who(EDIT, unit_id).filter(pk=person.pk).exists()


def _engagement(pk: UUID) -> Engagement:
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("vendor", "unit")
    return rows.get(pk=pk)


def _cleaned(unit_id: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    def person(value: Any) -> User | None:
        if value is not None and not works_in(unit_id, value):
            raise ValueError(_("This person does not change engagements of this business unit."))
        found: User | None = value
        return found

    def owner(value: Any) -> User | None:
        if value is None:
            raise ValueError(_("Choose who sees to it."))
        return person(value)

    found = written.cleaned(
        values,
        {
            "reason": lambda value: written.text(
                value, needed=_("Say why the engagement ends."), most=MOST_TEXT
            ),
            "last_day": lambda value: written.day(value, needed=_("Say which day is the last.")),
            "owner": owner,
            "deputy": person,
        },
    )
    if found.get("deputy") is not None and found.get("deputy") == found.get("owner"):
        raise master_data.invalid({"deputy": [_("Choose somebody else than the owner.")]})
    return found


def _said(value: Any) -> Any:
    return str(value.pk) if isinstance(value, User) else plain(value)
