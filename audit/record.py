"""Writing the record: one event per change, in the change's own transaction."""

import secrets
from typing import Any

from django.db import connection, transaction

from audit import chain, clock, dispatch, history, trace
from audit.events import Actor, Payload
from audit.ids import uuid7
from audit.models import Event, EventDetail


class OutsideTransaction(RuntimeError):
    """An event was recorded outside the transaction of its change."""


def record(payload: Payload, *, by: Actor) -> Event:
    """Append `payload` to the record; its tasks are queued when the transaction commits.

    The caller holds the lock of the aggregate, so that positions are causal per aggregate.
    Raises OutsideTransaction when there is no transaction to share.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(payload.type)
    private = payload.private_data()
    salt = secrets.token_bytes(16)
    hidden = chain.detail_digest(salt, private) if private else None
    said: dict[str, Any] = {
        "occurred_at": clock.now(),
        "actor_kind": by.kind,
        "actor_id": by.id,
        "aggregate_type": payload.aggregate_type,
        "aggregate_id": payload.aggregate_id,
        "unit_id": payload.unit_id,
        "data": payload.public_data(),
        "detail_digest": hidden,
    }
    event_id = uuid7()
    event = Event.objects.create(
        id=event_id,
        type=payload.type,
        digest=chain.event_digest(event_id=event_id, event_type=payload.type, **said),
        request_id=trace.current(),
        **said,
    )
    if private:
        EventDetail.objects.create(event=event, salt=salt, data=private)
    if dispatch.is_routed(event.type) and not history.keep(event.position):
        # A nested function, not partial(): Django 5.2 trips over a failing robust partial.
        transaction.on_commit(lambda: dispatch.send(event.position, event.id, event.type))
    return event
