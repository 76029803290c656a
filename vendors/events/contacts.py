"""What happens to a vendor's contacts, as the record keeps it. Who they are is private."""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload


class ContactAdded(Payload):
    """Somebody at the vendor can be written to from now on."""

    type: ClassVar[str] = "contact.added"
    aggregate_type: ClassVar[str] = "contact"
    private: ClassVar[frozenset[str]] = frozenset({"name", "email"})

    vendor_id: UUID
    name: str
    email: str


class ContactChanged(Payload):
    """A contact changed; `fields` names what."""

    type: ClassVar[str] = "contact.changed"
    aggregate_type: ClassVar[str] = "contact"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    vendor_id: UUID
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class ContactSwitched(Payload):
    """A contact was switched off (they get no letters and cannot come in), or on again."""

    type: ClassVar[str] = "contact.switched"
    aggregate_type: ClassVar[str] = "contact"

    vendor_id: UUID
    active: bool
