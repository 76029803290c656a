"""From the sealed record to messages: one for each endpoint that may hear of a change.

How far this has come is a number in the database, moved in the transaction that writes the
messages. So a killed worker or an emptied queue loses nothing, and what is read twice is kept once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.selectors import principal_for_client
from audit import clock, feed
from audit.feed import Entry, Place
from webhooks import signing
from webhooks.models import Delivery, Endpoint, FannedOut
from webhooks.services.deliveries import gives_up_after
from webhooks.source import Change, source

#: Events of one transaction: while it lasts, nothing younger can be sealed, and each of them may
#: stand for thousands of scores.
PAGE: Final = 20
_BATCH: Final = 1_000


def fan_out() -> int:
    """Write the messages of all that was sealed since last time; how many there are."""
    written = 0
    while True:
        more, count = _page()
        written += count
        if not more:
            return written


@transaction.atomic
def _page() -> tuple[bool, int]:
    """One page of the record: whether there is more, and how many messages it made."""
    row = FannedOut.objects.select_for_update(skip_locked=True).first()
    # None: nobody has ever had an endpoint, or somebody else is at it.
    if row is None:
        return False, 0
    # The end first: whoever has an endpoint now had it before anything that is sealed later.
    newest = feed.newest() or feed.START
    receivers = _receivers()
    if not receivers:
        more, sequence, count = False, newest.sequence, 0
    else:
        types = source().recorded_types()
        found = feed.entries(after=Place(row.sequence), types=types, units=None, limit=PAGE)
        # Read again: what was sealed meanwhile may be younger than an endpoint.
        count = _write(_receivers(), found.entries)
        more, sequence = found.more, found.end.sequence
    if sequence != row.sequence:
        row.sequence = sequence
        row.save(update_fields=["sequence"])
    return more, count


def _receivers() -> Sequence[Endpoint]:
    rows = Endpoint.objects.filter(disabled_reason="", client__is_active=True)
    return list(rows.select_related("client").order_by("client_id"))


def _write(receivers: Sequence[Endpoint], entries: Sequence[Entry]) -> int:
    """The messages of these events for these endpoints."""
    now, written = clock.now(), 0
    by_client: dict[int, list[Endpoint]] = {}
    for endpoint in receivers if entries else ():
        by_client.setdefault(endpoint.client_id, []).append(endpoint)
    for endpoints in by_client.values():
        client = endpoints[0].client
        principal = principal_for_client(client, client.scopes)
        messages = [
            _message(endpoint, change, now)
            for change in source().told(principal, entries)
            for endpoint in endpoints
            if not endpoint.event_types or change.type in endpoint.event_types
        ]
        Delivery.objects.bulk_create(messages, batch_size=_BATCH, ignore_conflicts=True)
        written += len(messages)
    return written


def _message(endpoint: Endpoint, change: Change, now: datetime) -> Delivery:
    return Delivery(
        endpoint=endpoint,
        message_id=change.id,
        type=change.type,
        body=signing.body(event_type=change.type, at=change.occurred_at, data=data_of(change)),
        vendor_id=change.vendor_id,
        unit_id=change.unit_id,
        request_id=change.request_id,
        created_at=now,
        next_attempt_at=now,
        give_up_at=now + gives_up_after(),
    )


def data_of(change: Change) -> dict[str, object]:
    """What a message says of a change: the same as the change feed."""
    return {
        "id": str(change.id),
        "subject": {"kind": change.subject_kind, "id": str(change.subject_id)},
        "vendor_id": str(change.vendor_id) if change.vendor_id else None,
        "business_unit_id": str(change.unit_id) if change.unit_id else None,
        "details": change.details,
    }
