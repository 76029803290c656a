"""The lines of an off-boarding: done with a document, waived with a reason, opened again."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors import master_data, written
from vendors.events import offboarding as events
from vendors.models import Evidence, Offboarding, OffboardingLine
from vendors.services import limits
from vendors.services.offboarding import EDIT, about, bump, hold, text, works_in
from vendors.services.rows import check_version, differing, plain, user_id

#: Legal's: it bears what is left undone.
WAIVE: Final = Permission.DECIDE_FACTS
#: What `plan` takes.
FIELDS: Final = ("owner", "due_on")
_Status = OffboardingLine.Status


class LineSettled(Refused):
    """The line is done or waived: open it again first."""

    code = "line_settled"


class SomebodyElseWaives(Refused):
    """Who sees to a line does not waive it (setting REQUIRE_SECOND_PERSON)."""

    code = "second_person_needed"


@transaction.atomic
def add(
    *,
    offboarding: Offboarding,
    title: str,
    help: str = "",  # noqa: A002 - the name of the field
    needs_proof: bool = False,
    owner: User | None,
    due_on: date | None,
    by: Principal,
) -> OffboardingLine:
    """A line of one's own. Raises Invalid per field, NotInProgress."""
    unit_id = offboarding.engagement.unit_id
    require(by, EDIT, unit_id)
    values = written.cleaned(
        {"title": title, "help": help, "owner": owner, "due_on": due_on},
        {
            "title": lambda value: written.line(value, 200, needed=_("Say what is to be done.")),
            "help": written.text,
            **_planned(unit_id),
        },
    )
    locked = hold(offboarding)
    last = OffboardingLine.objects.filter(offboarding=locked).aggregate(last=Max("position"))
    line = OffboardingLine.objects.create(
        offboarding=locked, needs_proof=needs_proof, position=(last["last"] or 0) + 1, **values
    )
    _note(line, locked, "added", by)
    return line


@transaction.atomic
def plan(
    *, line: OffboardingLine, version: int, owner: User | None, due_on: date | None, by: Principal
) -> OffboardingLine:
    """Who sees to an open line, and until when.

    Raises Invalid per field, LineSettled, NotInProgress, OutOfDate.
    """
    unit_id = line.offboarding.engagement.unit_id
    require(by, EDIT, unit_id)
    values = written.cleaned({"owner": owner, "due_on": due_on}, _planned(unit_id))
    offboarding, locked = _held(line, version)
    after = differing(locked, values)
    if after:
        before = {name: getattr(locked, name) for name in after}
        for name, value in after.items():
            setattr(locked, name, value)
        bump(locked, *after)
        _note(locked, offboarding, "planned", by, before=before, after=after)
    return locked


@transaction.atomic
def done(
    *,
    line: OffboardingLine,
    version: int,
    note: str = "",
    evidence: Evidence | None = None,
    by: Principal,
) -> OffboardingLine:
    """It is done; `evidence`: a document put beside it in the same step.

    Raises Invalid per field (also where a document is needed and there is none that holds),
    LineSettled, NotInProgress, OutOfDate.
    """
    require(by, EDIT, line.offboarding.engagement.unit_id)
    note = text("note", note)
    offboarding, locked = _held(line, version)
    if evidence is not None:
        _put(offboarding, locked, evidence, by)
    if locked.needs_proof and not locked.evidence.filter(withdrawn_at=None).exists():
        raise master_data.invalid(
            {"evidence": [_("This line needs a document: choose one, or add a file.")]}
        )
    return _settle(locked, offboarding, _Status.DONE, note, by)


@transaction.atomic
def waive(*, line: OffboardingLine, version: int, reason: str, by: Principal) -> OffboardingLine:
    """It need not be done, for a reason; somebody with a say in law decides so.

    Raises Invalid without a reason, SomebodyElseWaives for who sees to the line, LineSettled,
    NotInProgress, OutOfDate.
    """
    require(by, WAIVE, line.offboarding.engagement.unit_id)
    reason = text("reason", reason, needed=_("Say why it need not be done."))
    offboarding, locked = _held(line, version)
    if settings.REQUIRE_SECOND_PERSON and locked.owner_id == user_id(by) is not None:
        raise SomebodyElseWaives(
            _("You see to this line yourself, so somebody else has to waive it.")
        )
    return _settle(locked, offboarding, _Status.WAIVED, reason, by)


@transaction.atomic
def reopen(*, line: OffboardingLine, version: int, by: Principal) -> OffboardingLine:
    """It is open again; what was noted stays in the record. Harmless for one that is open.

    Raises NotInProgress, OutOfDate.
    """
    require(by, EDIT, line.offboarding.engagement.unit_id)
    offboarding, locked = _held(line, version, settled=True)
    if locked.is_open:
        return locked
    before = {"status": locked.status, "note": locked.note}
    locked.status, locked.settled_at, locked.settled_by, locked.note = _Status.OPEN, None, None, ""
    bump(locked, "status", "settled_at", "settled_by", "note")
    _note(locked, offboarding, "reopened", by, before=before)
    return locked


@transaction.atomic
def attach(*, line: OffboardingLine, evidence: Evidence, by: Principal) -> None:
    """Put a document beside an open line. Raises Invalid, LineSettled, NotInProgress."""
    require(by, EDIT, line.offboarding.engagement.unit_id)
    offboarding, locked = _held(line)
    _put(offboarding, locked, evidence, by)


@transaction.atomic
def detach(*, line: OffboardingLine, evidence: Evidence, by: Principal) -> None:
    """Take a document away from an open line; the document itself stays on record.

    Raises LineSettled, NotInProgress.
    """
    require(by, EDIT, line.offboarding.engagement.unit_id)
    offboarding, locked = _held(line)
    if locked.evidence.filter(pk=evidence.pk).exists():
        locked.evidence.remove(evidence)
        bump(locked)
        _note(locked, offboarding, "evidence_removed", by, evidence=[evidence.pk])


def _put(
    offboarding: Offboarding, line: OffboardingLine, evidence: Evidence, by: Principal
) -> None:
    engagement = offboarding.engagement
    require(by, Permission.EDIT_EVIDENCE, engagement.unit_id)
    if (evidence.vendor_id, evidence.unit_id) != (engagement.vendor_id, engagement.unit_id):
        raise master_data.invalid(
            {"evidence": [_("This is not a document of this vendor and business unit.")]}
        )
    if evidence.withdrawn_at is not None:
        raise master_data.invalid({"evidence": [_("This document was withdrawn.")]})
    if not line.evidence.filter(pk=evidence.pk).exists():
        line.evidence.add(evidence)
        limits.keep_within(evidence, engagement.pk)
        bump(line)
        _note(line, offboarding, "evidence_added", by, evidence=[evidence.pk])


def _settle(
    line: OffboardingLine, offboarding: Offboarding, status: str, note: str, by: Principal
) -> OffboardingLine:
    line.status, line.note = status, note
    line.settled_at, line.settled_by_id = clock.now(), user_id(by)
    bump(line, "status", "note", "settled_at", "settled_by")
    proofs = line.evidence.order_by("pk").values_list("pk", flat=True)
    _note(line, offboarding, status, by, evidence=list(proofs))
    return line


def _held(
    line: OffboardingLine, version: int | None = None, *, settled: bool = False
) -> tuple[Offboarding, OffboardingLine]:
    """The off-boarding, locked, and the line as it stands; `settled`: it need not be open."""
    offboarding = hold(line.offboarding)
    row = OffboardingLine.objects.select_related("owner").get(pk=line.pk)
    if version is not None:
        check_version(row, version, (*FIELDS, "status", "note"))
    if not settled and not row.is_open:
        raise LineSettled(_("This line is settled. Open it again to change it."))
    return offboarding, row


def _planned(unit_id: UUID) -> dict[str, Any]:
    def person(value: Any) -> User:
        if not isinstance(value, User):
            raise ValueError(_("Choose who sees to it."))
        if not works_in(unit_id, value):
            raise ValueError(_("This person does not change engagements of this business unit."))
        return value

    return {
        "owner": person,
        "due_on": lambda value: written.day(value, needed=_("Say until when.")),
    }


def _note(
    line: OffboardingLine,
    offboarding: Offboarding,
    how: str,
    by: Principal,
    *,
    evidence: list[UUID] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    record(
        events.OffboardingLineChanged(
            **about(offboarding),
            line_id=line.pk,
            key=line.key,
            how=how,
            evidence=evidence or [],
            owner_id=line.owner_id,
            title=line.title,
            note=line.note,
            before={name: _said(value) for name, value in (before or {}).items()},
            after={name: _said(value) for name, value in (after or {}).items()},
        ),
        by=by,
    )


def _said(value: Any) -> Any:
    return str(value.pk) if isinstance(value, User) else plain(value)
