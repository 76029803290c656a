"""What happens to evidence, as the record keeps it."""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload


class EvidenceEvent(Payload):
    """Base of these events; `vendor_id` is whom the document is about."""

    aggregate_type: ClassVar[str] = "evidence"

    vendor_id: UUID


class EvidenceAdded(EvidenceEvent):
    """A document was put on record with its first file."""

    type: ClassVar[str] = "evidence.added"
    private: ClassVar[frozenset[str]] = frozenset({"title", "name"})

    kind: str
    confidentiality: str
    expires_on: str | None
    file_id: UUID
    sha256: str
    size: int
    title: str
    name: str


class EvidenceVersionAdded(EvidenceEvent):
    """A newer file of the same document."""

    type: ClassVar[str] = "evidence.version_added"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    number: int
    expires_on: str | None
    file_id: UUID
    sha256: str
    size: int
    name: str


class EvidenceChanged(EvidenceEvent):
    """Title, kind, confidentiality, dates, site or what a certificate says; `fields` names what."""

    type: ClassVar[str] = "evidence.changed"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class EvidenceWithdrawn(EvidenceEvent):
    """It proves nothing any more; the file stays on record."""

    type: ClassVar[str] = "evidence.withdrawn"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


class EvidenceDownloaded(EvidenceEvent):
    """Somebody was given a file."""

    type: ClassVar[str] = "evidence.downloaded"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    file_id: UUID
    number: int
    name: str
