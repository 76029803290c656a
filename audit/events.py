"""The shape of events: frozen values that name what happened, to what, in which business unit."""

from typing import Any, ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Actor(Protocol):
    """Who did it: a user, an API client, a vendor's contact or the system itself."""

    @property
    def kind(self) -> str: ...

    @property
    def id(self) -> str: ...


class Payload(BaseModel):
    """Base of all events.

    A subclass sets `type` and `aggregate_type` and adds fields. Fields named in `private` hold
    personal data or free text: they go to the erasable side table and stand in the record only
    as a salted digest.
    """

    model_config = ConfigDict(frozen=True)

    type: ClassVar[str]
    aggregate_type: ClassVar[str]
    private: ClassVar[frozenset[str]] = frozenset()

    aggregate_id: UUID
    unit_id: UUID | None = None

    def public_data(self) -> dict[str, Any]:
        """What is stored in the record itself, as JSON values."""
        return self.model_dump(mode="json", exclude={"aggregate_id", "unit_id", *self.private})

    def private_data(self) -> dict[str, Any]:
        """What is stored beside the record and may be erased."""
        return self.model_dump(mode="json", include=set(self.private))
