"""Webhook endpoints and messages for tests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import ApiClient, BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from tests.factories.accounts import make_api_client
from webhooks import signing
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.services import endpoints
from webhooks.services.deliveries import gives_up_after
from webhooks.services.endpoints import NewSecret


def add_endpoint(
    client: ApiClient, url: str = "https://erp.example/hooks", event_types: Sequence[str] = ()
) -> NewSecret:
    """An endpoint of a client, with its secret."""
    return endpoints.add(client=client, url=url, event_types=event_types, by=SYSTEM)


def make_endpoint(unit: BusinessUnit, url: str = "https://erp.example/hooks") -> Endpoint:
    """An endpoint of a client of its own that hears of everything in a unit."""
    return add_endpoint(make_api_client(unit), url).endpoint


def make_delivery(endpoint: Endpoint, **fields: Any) -> Delivery:
    """A message that waits to be sent."""
    now = clock.now()
    values: dict[str, Any] = {
        "type": "vendor.created",
        "body": signing.body(event_type="vendor.created", at=now, data={"details": {}}),
        "created_at": now,
        "next_attempt_at": now,
        "give_up_at": now + gives_up_after(),
        **fields,
    }
    return Delivery.objects.create(endpoint=endpoint, **values)


def tried(delivery: Delivery, **fields: Any) -> Delivery:
    """The message after one more attempt, which failed unless told otherwise."""
    delivery.tries += 1
    delivery.save(update_fields=["tries"])
    values = {"at": clock.now(), "latency_ms": 120, **fields}
    Attempt.objects.create(delivery=delivery, number=delivery.tries, **values)
    return delivery


def give_up(delivery: Delivery, at: datetime | None = None) -> Delivery:
    """The message as it is after nobody has taken it."""
    tried(delivery, trouble=Attempt.Trouble.UNREACHABLE)
    delivery.state, delivery.ended_at = Delivery.State.DEAD, at or clock.now()
    delivery.save(update_fields=["state", "ended_at"])
    return delivery


def delivered(delivery: Delivery) -> Delivery:
    """The message as it is after a receiver has taken it."""
    tried(delivery, status_code=204, address="192.0.2.10")
    delivery.state, delivery.ended_at = Delivery.State.DELIVERED, clock.now()
    delivery.save(update_fields=["state", "ended_at"])
    return delivery
