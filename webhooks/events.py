"""What happens to webhook endpoints, for the record. Addresses may hold secrets: kept private."""

from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class _OfEndpoint(Payload):
    aggregate_type: ClassVar[str] = "webhook_endpoint"
    private: ClassVar[frozenset[str]] = frozenset({"url"})

    client_id: UUID
    url: str


class EndpointAdded(_OfEndpoint):
    """An API client is told what happens at an address. `event_types` is empty for all."""

    type: ClassVar[str] = "webhook_endpoint.added"

    event_types: list[str]


class EndpointChanged(_OfEndpoint):
    """Another address, description or choice of types; the values now in force."""

    type: ClassVar[str] = "webhook_endpoint.changed"

    event_types: list[str]


class SecretRotated(_OfEndpoint):
    """A new secret signs; the one before signs too until `old_expires_at`."""

    type: ClassVar[str] = "webhook_endpoint.secret_rotated"

    old_expires_at: str


class EndpointEnabled(_OfEndpoint):
    """The endpoint is told again what happens."""

    type: ClassVar[str] = "webhook_endpoint.enabled"


class EndpointDisabled(_OfEndpoint):
    """Nothing is sent there any more, by hand or since nothing could be delivered."""

    type: ClassVar[str] = "webhook_endpoint.disabled"

    reason: str


class EndpointRemoved(_OfEndpoint):
    """The endpoint, its messages and what became of them are gone."""

    type: ClassVar[str] = "webhook_endpoint.removed"


class Redelivered(_OfEndpoint):
    """Somebody had messages sent once more. `message_id` names the one, if it was one."""

    type: ClassVar[str] = "webhook_endpoint.redelivered"

    count: int
    message_id: UUID | None
