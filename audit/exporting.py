"""Writing the record as a bundle, a file that can be proved without this installation.

`audit.bundle` reads it, and says what its lines are. What is written grows with the record, what is
held in memory does not.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from audit import bundle, chain, seal, signing
from audit.bundle_chain import FORMAT, Chain
from audit.checkpoints import figures_of
from audit.models import Checkpoint, Seal, SealedEvent

_CHUNK = 2_000


def lines(*, installation: str, details: bool = False) -> Iterator[bytes]:
    """The bundle of all that is sealed at this moment, line by line.

    `details`: with names, notes and answers that stand beside the record. They cannot be erased in
    a copy that was handed out, so it says so in the first line. What does not fit is written as it
    is, and the last line, which is signed, says what it is.
    """
    key = settings.AUDIT_KEY.encode()
    public = signing.public_key(key)
    last, made_at = _end()
    follow, digest = Chain(key=key, public=public), sha256()

    def keep(value: dict[str, Any]) -> bytes:
        raw = bundle.line(value)
        digest.update(raw)
        return raw

    yield keep(
        {
            "kind": "record",
            "format": FORMAT,
            "installation": installation,
            "made_at": chain.moment(made_at),
            "details": details,
            "public_key": signing.to_text(public),
        }
    )
    for value in _body(last, details=details, public=public):
        follow.take(value)
        yield keep(value)
    follow.finish()
    end = {
        "kind": "end",
        "events": follow.events,
        "seals": follow.seals,
        "checkpoints": follow.checkpoints,
        "sum": follow.total.hex(),
        "sha256": digest.hexdigest(),
        "wrong": follow.wrong.sentence if follow.wrong else "",
    }
    yield bundle.line({**end, "signature": signing.to_text(signing.sign(key, end))})


def _end() -> tuple[int, datetime]:
    """The id of the last seal, and a moment up to which every seal is among those before it."""
    with transaction.atomic(), connection.cursor() as cursor:
        seal.wait_for_the_sealer(cursor)
        cursor.execute("SELECT (SELECT max(id) FROM audit_seal), clock_timestamp()")
        last, made_at = cursor.fetchone()
    return last or 0, made_at


def _body(last: int, *, details: bool, public: bytes) -> Iterator[dict[str, Any]]:
    """Events, each run of them with its seal, and the checkpoints. Rows below `last` only grow."""
    events = _events(last, details=details)
    waiting = next(events, None)
    checkpoints = _checkpoints(last, public=public)
    for link in Seal.objects.filter(pk__lte=last).order_by("first_sequence").iterator(_CHUNK):
        while waiting is not None and waiting["sequence"] <= link.last_sequence:
            yield waiting
            waiting = next(events, None)
        yield {
            "kind": "seal",
            "seal": link.pk,
            "first": link.first_sequence,
            "last": link.last_sequence,
            "hash": bytes(link.hash).hex(),
            "sealed_at": chain.moment(link.sealed_at),
        }
        if link.pk in checkpoints:
            yield checkpoints[link.pk]
    while waiting is not None:
        yield waiting
        waiting = next(events, None)


def _events(last: int, *, details: bool) -> Iterator[dict[str, Any]]:
    end = Seal.objects.filter(pk=last).values_list("last_sequence", flat=True).first() or 0
    rows = SealedEvent.objects.filter(sequence__lte=end).order_by("sequence")
    chosen = rows.select_related("event", "event__detail" if details else "event")
    for row in chosen.iterator(_CHUNK):
        event = row.event
        value: dict[str, Any] = {
            "kind": "event",
            "sequence": row.sequence,
            "id": str(event.id),
            "type": event.type,
            "occurred_at": chain.moment(event.occurred_at),
            "recorded_at": chain.moment(event.recorded_at),
            "actor": [event.actor_kind, event.actor_id],
            "aggregate": [event.aggregate_type, str(event.aggregate_id)],
            "unit": str(event.unit_id) if event.unit_id else None,
            "data": event.data,
            "detail": bytes(event.detail_digest).hex() if event.detail_digest else None,
            "digest": bytes(event.digest).hex(),
        }
        detail = getattr(event, "detail", None) if details else None
        if detail is not None:
            value["private"] = {"salt": bytes(detail.salt).hex(), "data": detail.data}
        yield value


def _checkpoints(last: int, *, public: bytes) -> dict[int, dict[str, Any]]:
    """Those up to this seal, by their seal: one a day or an hour, so they fit in memory."""
    rows = Checkpoint.objects.filter(pk__lte=last).select_related("seal")
    told = {row.pk: figures_of(row, public=public) for row in rows.iterator(_CHUNK)}
    return {pk: {"kind": "checkpoint", **figures.as_line()} for pk, figures in told.items()}
