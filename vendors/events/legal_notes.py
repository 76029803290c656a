"""Notes of the legal reviewers, as the record keeps them: that there is one, never what it says.

Not beside the record either: who may read names and notes of the log may not read these.
"""

from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class _Note(Payload):
    aggregate_type: ClassVar[str] = "legal_note"

    vendor_id: UUID
    engagement_id: UUID | None
    about: str
    about_id: UUID
    privileged: bool


class LegalNoteWritten(_Note):
    """A note was written."""

    type: ClassVar[str] = "legal_note.written"


class LegalNoteChanged(_Note):
    """A note says something else now."""

    type: ClassVar[str] = "legal_note.changed"


class LegalNoteMarked(_Note):
    """A note was marked as privileged, or is no longer."""

    type: ClassVar[str] = "legal_note.marked"


class LegalNoteRemoved(_Note):
    """A note was removed."""

    type: ClassVar[str] = "legal_note.removed"
