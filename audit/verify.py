"""Proving the record: recompute every digest and seal, and name the first row that is wrong.

Reads everything in order and keeps almost nothing, so a long record needs no more memory than a
short one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from audit import chain, signing
from audit.checkpoint_text import Figures
from audit.checkpoints import figures_of
from audit.models import Checkpoint, Event, EventDetail, Seal, SealedEvent
from audit.seal import is_from_another_server

_CHUNK = 2000


@dataclass(frozen=True)
class Broken:
    """The first place where the record is not what was sealed; `sentence` says which row."""

    sequence: int
    sentence: str


@dataclass(frozen=True)
class Report:
    """What a verification found. `broken` is None when everything holds."""

    sealed: int
    seals: int
    unsealed: int
    erased: int
    broken: Broken | None


@dataclass
class _Count:
    sealed: int = 0
    seals: int = 0
    erased: int = 0


def digest_of(event: Event) -> bytes:
    """The digest that this event should have, from what its row says now. 32 bytes."""
    return chain.event_digest(
        event_id=event.id,
        event_type=event.type,
        occurred_at=event.occurred_at,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        aggregate_type=event.aggregate_type,
        aggregate_id=event.aggregate_id,
        unit_id=event.unit_id,
        data=event.data,
        detail_digest=None if event.detail_digest is None else bytes(event.detail_digest),
    )


def verify(*, key: bytes, anchor_file: Path, letters: Sequence[Figures] = ()) -> Report:
    """Check the whole record against its own hashes, the key and the anchors outside the database.

    `letters`: the checkpoints in letters that were kept; each has to be signed with this key.

    All reads share one snapshot, so that work going on meanwhile cannot be mistaken for tampering.
    Not to be called inside a transaction.
    """
    count = _Count()
    # Measured before the snapshot: an anchor written later may be for a seal it does not hold.
    length = anchor_file.stat().st_size if anchor_file.exists() else 0
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        found = [
            problem
            for problem in (
                _in_chain(key, count),
                _in_anchors(_lines(anchor_file, length)),
                _in_letters(letters, signing.public_key(key)),
            )
            if problem is not None
        ]
        unsealed, slipped_in = _unsealed()
        if slipped_in is not None:
            found.append(slipped_in)
    broken = min(found, key=lambda problem: problem.sequence, default=None)
    return Report(count.sealed, count.seals, unsealed, count.erased, broken)


def _in_chain(key: bytes, count: _Count) -> Broken | None:
    """Follow the seals and the events under each, in order, to the first that does not fit."""
    rows = _sealed_rows()
    public = signing.public_key(key)
    checkpoints = {row.pk: row for row in Checkpoint.objects.select_related("seal")}
    previous, total, reached = chain.GENESIS, chain.GENESIS, 0
    for seal in Seal.objects.order_by("first_sequence").iterator(_CHUNK):
        if seal.first_sequence != reached + 1:
            return Broken(
                reached + 1,
                f"The seal over event no. {reached + 1} and on is missing: the next seal begins "
                f"with event no. {seal.first_sequence}.",
            )
        digests = []
        for sequence in range(seal.first_sequence, seal.last_sequence + 1):
            row = next(rows, None)
            wrong = _wrong(sequence, row, count)
            if wrong is not None:
                return wrong
            digests.append(bytes(row.event.digest) if row else b"")
            total = chain.running_sum(total, sequence=sequence, digest=digests[-1])
        expected = chain.seal_hash(
            key, previous=previous, first_sequence=seal.first_sequence, digests=digests
        )
        if not compare_digest(expected, bytes(seal.hash)):
            return Broken(
                seal.first_sequence,
                f"The seal over events no. {seal.first_sequence} to {seal.last_sequence} does not "
                "fit: one of them was changed together with its digest, or the seal was changed, "
                "or AUDIT_KEY is not the key they were sealed with.",
            )
        previous, reached = expected, seal.last_sequence
        count.seals += 1
        wrong = _wrong_checkpoint(checkpoints.get(seal.pk), total, public)
        if wrong is not None:
            return wrong
    extra = next(rows, None)
    if extra is not None:
        return Broken(
            extra.sequence,
            f"Event no. {extra.sequence} ({_name(extra.event)}) has no seal over it.",
        )
    return None


def _wrong_checkpoint(row: Checkpoint | None, total: bytes, public: bytes) -> Broken | None:
    if row is None:
        return None
    figures = figures_of(row, public=public)
    if bytes(row.sum) == total and figures.is_signed_by(public):
        return None
    return Broken(
        figures.sequence,
        f"The checkpoint after event no. {figures.sequence} does not fit: it was changed, or the "
        "record was rewritten at this event or before it.",
    )


def _sealed_rows() -> Iterator[SealedEvent]:
    return (
        SealedEvent.objects.select_related("event", "event__detail")
        .order_by("sequence")
        .iterator(_CHUNK)
    )


def _wrong(sequence: int, row: SealedEvent | None, count: _Count) -> Broken | None:
    """What is wrong with the row that should be event no. `sequence`."""
    if row is None or row.sequence != sequence:
        return Broken(sequence, f"Event no. {sequence} was removed.")
    event = row.event
    if digest_of(event) != bytes(event.digest):
        return Broken(sequence, f"Event no. {sequence} ({_name(event)}) was changed.")
    detail: EventDetail | None = getattr(event, "detail", None)
    if detail is None:
        count.erased += event.detail_digest is not None
    elif event.detail_digest is None or chain.detail_digest(
        bytes(detail.salt), detail.data
    ) != bytes(event.detail_digest):
        return Broken(
            sequence, f"The private detail of event no. {sequence} ({_name(event)}) was changed."
        )
    count.sealed += 1
    return None


def _name(event: Event) -> str:
    return f"{event.type}, id {event.id}"


def _in_letters(letters: Sequence[Figures], public: bytes) -> Broken | None:
    for letter in letters:
        if not letter.is_signed_by(public):
            return Broken(
                letter.sequence,
                f"The letter about event no. {letter.sequence} is not signed by the key of this "
                "record: it was changed, or is from another installation.",
            )
    return _in_anchors(iter(letter.as_line() for letter in letters), "letter")


def _in_anchors(lines: Iterator[dict[str, Any]], source: str = "anchor file") -> Broken | None:
    """Compare the anchors, in whatever order they were written, with the seals of the database."""
    last = Seal.objects.order_by("-last_sequence").first()
    end = last.last_sequence if last else 0
    wrong: Broken | None = None
    while batch := list(islice(lines, _CHUNK)):
        seals = Seal.objects.in_bulk([anchor["seal"] for anchor in batch])
        for anchor in batch:
            problem = _against(anchor, seals.get(anchor["seal"]), end, source)
            if problem and (wrong is None or problem.sequence < wrong.sequence):
                wrong = problem
    return wrong


def _against(anchor: Mapping[str, Any], seal: Seal | None, end: int, source: str) -> Broken | None:
    known = anchor["sequence"]
    if seal is None and known > end:
        return Broken(
            end + 1,
            f"The record ends with event no. {end}, but the {source} knows event no. {known}: "
            f"events were cut off from no. {end + 1} on.",
        )
    if seal is None or seal.last_sequence != known or bytes(seal.hash).hex() != anchor["hash"]:
        return Broken(
            known,
            f"The seal up to event no. {known} is not the one in the {source}: the record was "
            "rewritten at this event or before it.",
        )
    return None


def _lines(path: Path, length: int) -> Iterator[dict[str, Any]]:
    """The anchors in the first `length` bytes of the file. A line cut short by a crash is none."""
    if not length:
        return
    with path.open("rb") as file:
        for line in file:
            length -= len(line)
            try:
                anchor = json.loads(line)
            except ValueError:
                continue
            if isinstance(anchor, dict) and {"seal", "sequence", "hash"} <= anchor.keys():
                yield anchor
            if length <= 0:
                return


def _unsealed() -> tuple[int, Broken | None]:
    """How many events wait for a seal, and the first that no seal will ever reach."""
    waiting = Event.objects.filter(sealed__isnull=True)
    last = Seal.objects.order_by("-id").first()
    slipped_in = (
        waiting.filter(txid__lt=last.horizon).order_by("position").first()
        if last and not is_from_another_server(last)
        else None
    )
    if last is None or slipped_in is None:
        return waiting.count(), None
    return waiting.count(), Broken(
        last.last_sequence + 1,
        f"An event ({_name(slipped_in)}) was slipped in behind what had been sealed.",
    )
