"""Notes of the legal reviewers: writing them, and marking them as privileged."""

from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require
from audit.record import record
from vendors import written
from vendors.events import legal_notes as events
from vendors.master_data import invalid
from vendors.models import Engagement, LegalNote, Vendor
from vendors.services.holds import refuse_held
from vendors.services.rows import check_version, user_id

PRIVILEGE: Final = Permission.PRIVILEGE
FIELDS: Final = ("text", "privileged")


@transaction.atomic
def write(
    *,
    vendor: Vendor,
    unit: BusinessUnit,
    engagement: Engagement | None = None,
    about: str,
    about_id: UUID,
    text: str,
    privileged: bool = True,
    by: Principal,
) -> LegalNote:
    """A note about something that the caller has found among what is visible.

    `about`: one of `LegalNote.About`. Raises Invalid without a text, NotAllowed.
    """
    _require(unit.pk, by)
    note = LegalNote.objects.create(
        vendor=vendor,
        unit=unit,
        engagement=engagement,
        about=about,
        about_id=about_id,
        text=_said(text),
        privileged=privileged,
        written_by_id=user_id(by),
    )
    record(events.LegalNoteWritten(**_of(note)), by=by)
    return note


@transaction.atomic
def change(*, note: LegalNote, version: int, text: str, by: Principal) -> LegalNote:
    """The note says something else. Raises OutOfDate, Invalid, NotAllowed."""
    _require(note.unit_id, by)
    said = _said(text)
    locked = _locked(note)
    check_version(locked, version, FIELDS)
    if locked.text == said:
        return locked
    locked.text = said
    locked.version += 1
    locked.save(update_fields=["text", "version"])
    record(events.LegalNoteChanged(**_of(locked)), by=by)
    return locked


@transaction.atomic
def mark(*, note: LegalNote, privileged: bool, by: Principal) -> None:
    """Mark a note as privileged, or take the mark away: then all who see what it is about read it.

    Both by those only who may read privileged notes in its unit. Raises NotAllowed.
    """
    _require(note.unit_id, by)
    locked = _locked(note)
    if locked.privileged == privileged:
        return
    locked.privileged = privileged
    locked.version += 1
    locked.save(update_fields=["privileged", "version"])
    record(events.LegalNoteMarked(**_of(locked)), by=by)


@transaction.atomic
def remove(*, note: LegalNote, by: Principal) -> None:
    """Remove a note for good. Raises Held while a legal hold keeps what it is about; NotAllowed."""
    _require(note.unit_id, by)
    refuse_held(note.vendor_id, note.engagement_id)
    locked = _locked(note)
    said = _of(locked)
    locked.delete()
    record(events.LegalNoteRemoved(**said), by=by)


def _require(unit_id: UUID, by: Principal) -> None:
    require(by, PRIVILEGE, unit_id)
    if by.kind == "client":
        raise NotAllowed(_("Your role does not allow this."), permission=PRIVILEGE.value)


def _locked(note: LegalNote) -> LegalNote:
    return LegalNote.objects.select_for_update(of=("self",)).get(pk=note.pk)


def _of(note: LegalNote) -> dict[str, Any]:
    return {
        "aggregate_id": note.pk,
        "unit_id": note.unit_id,
        "vendor_id": note.vendor_id,
        "engagement_id": note.engagement_id,
        "about": note.about,
        "about_id": note.about_id,
        "privileged": note.privileged,
    }


def _said(text: str) -> str:
    try:
        return written.text(text, needed=_("Write the note."))
    except ValueError as error:
        raise invalid({"text": [str(error)]}) from error
