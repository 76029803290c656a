"""What happens while an engagement ends, as the record keeps it."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload


class OffboardingEvent(Payload):
    """Base of these events; `vendor_id` is whose engagement ends."""

    aggregate_type: ClassVar[str] = "offboarding"

    vendor_id: UUID
    engagement_id: UUID


class OffboardingStarted(OffboardingEvent):
    """An engagement is to end. `lines`: how many things are to be done."""

    type: ClassVar[str] = "offboarding.started"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    last_day: date
    lines: int
    owner_id: UUID | None
    deputy_id: UUID | None
    reason: str


class OffboardingChanged(OffboardingEvent):
    """Reason, last day, owner or deputy have changed; `fields` names what."""

    type: ClassVar[str] = "offboarding.changed"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class OffboardingLineChanged(OffboardingEvent):
    """A line goes on. `how`: one of those with words in `config.event_words`."""

    type: ClassVar[str] = "offboarding.line"
    private: ClassVar[frozenset[str]] = frozenset({"title", "note", "before", "after"})

    line_id: UUID
    key: str
    how: str
    evidence: list[UUID]
    owner_id: UUID | None
    title: str
    note: str
    before: dict[str, Any]
    after: dict[str, Any]


class OffboardingCancelled(OffboardingEvent):
    """The engagement goes on after all."""

    type: ClassVar[str] = "offboarding.cancelled"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


class OffboardingClosed(OffboardingEvent):
    """The engagement has ended. `sha256` is over the closing record, as RFC 8785 writes it."""

    type: ClassVar[str] = "offboarding.closed"
    private: ClassVar[frozenset[str]] = frozenset({"note"})

    done: int
    waived: int
    sha256: str
    note: str
