"""That something about a person was handed out or erased: never what."""

from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class ContactExported(Payload):
    """What is held about a contact was handed out as a file."""

    type: ClassVar[str] = "contact.exported"
    aggregate_type: ClassVar[str] = "contact"

    vendor_id: UUID
    # Part of the file -> how many entries it has.
    counts: dict[str, int]


class ContactErased(Payload):
    """What was held about a contact is replaced or gone; their id stays."""

    type: ClassVar[str] = "contact.erased"
    aggregate_type: ClassVar[str] = "contact"

    vendor_id: UUID
    # Private parts of events, whose salted digests stay in the record.
    details: int
    letters: int
    receipts: int
    visits: int
    notifications: int
