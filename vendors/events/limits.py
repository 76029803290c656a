"""Who may know of an engagement, and what may not be erased, as the record keeps it."""

from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class EngagementLimited(Payload):
    """An engagement is for these people and programs only, or for everybody of its unit again."""

    type: ClassVar[str] = "engagement.limited"
    aggregate_type: ClassVar[str] = "engagement"

    vendor_id: UUID
    limited: bool
    users: list[UUID]
    clients: list[UUID]


class EngagementPeopleRead(Payload):
    """An administrator who is not named has looked up who is."""

    type: ClassVar[str] = "engagement.people_read"
    aggregate_type: ClassVar[str] = "engagement"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    vendor_id: UUID
    reason: str


class HoldPlaced(Payload):
    """Nothing of a vendor, or of one engagement, may be erased from now on."""

    type: ClassVar[str] = "legal_hold.placed"
    aggregate_type: ClassVar[str] = "legal_hold"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    vendor_id: UUID
    engagement_id: UUID | None
    reason: str


class HoldLifted(Payload):
    """A hold was lifted."""

    type: ClassVar[str] = "legal_hold.lifted"
    aggregate_type: ClassVar[str] = "legal_hold"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    vendor_id: UUID
    engagement_id: UUID | None
    reason: str
