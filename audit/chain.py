"""The hashes of the record, as pure functions of values."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import rfc8785

GENESIS = bytes(32)


def moment(value: datetime) -> str:
    """A moment as it is hashed and told: ISO 8601 in UTC, to the microsecond."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def event_digest(
    *,
    event_id: UUID,
    event_type: str,
    occurred_at: datetime,
    actor_kind: str,
    actor_id: str,
    aggregate_type: str,
    aggregate_id: UUID,
    unit_id: UUID | None,
    data: Mapping[str, Any],
    detail_digest: bytes | None,
) -> bytes:
    """SHA-256 over the canonical JSON (RFC 8785) of everything an event says. 32 bytes."""
    return hashlib.sha256(
        rfc8785.dumps(
            {
                "id": str(event_id),
                "type": event_type,
                "occurred_at": moment(occurred_at),
                "actor": [actor_kind, actor_id],
                "aggregate": [aggregate_type, str(aggregate_id)],
                "unit": str(unit_id) if unit_id else None,
                "data": dict(data),
                "detail": bytes(detail_digest).hex() if detail_digest else None,
            }
        )
    ).digest()


def detail_digest(salt: bytes, data: Mapping[str, Any]) -> bytes:
    """Salted SHA-256 of an event's erasable part, so that nothing can be guessed from it."""
    return hashlib.sha256(salt + rfc8785.dumps(dict(data))).digest()


def seal_hash(
    key: bytes, *, previous: bytes, first_sequence: int, digests: Iterable[bytes]
) -> bytes:
    """HMAC-SHA-256 that binds a run of event digests to all that came before it. 32 bytes."""
    mac = hmac.new(key, previous + first_sequence.to_bytes(8, "big"), hashlib.sha256)
    for digest in digests:
        mac.update(bytes(digest))
    return mac.digest()


def running_sum(previous: bytes, *, sequence: int, digest: bytes) -> bytes:
    """SHA-256 over the sum before, an event's number and its digest. 32 bytes; no key is needed.

    Begins with GENESIS before event no. 1. Whoever has the events can work it out, so what a
    checkpoint says can be compared without AUDIT_KEY.
    """
    return hashlib.sha256(previous + sequence.to_bytes(8, "big") + bytes(digest)).digest()
