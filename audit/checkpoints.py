"""Checkpoints: now and then the state of the record in a few signed figures that go outside.

The anchor file has every seal, but lies on a machine of ours. A checkpoint is small enough for a
letter, and can be compared by somebody who does not have AUDIT_KEY.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from audit import chain, seal, signing
from audit.checkpoint_text import Figures
from audit.models import Checkpoint, Seal, SealedEvent

# Any fixed number: whoever holds this advisory lock makes the checkpoint. Where a process of an
# earlier version makes one as well, under another number, there are two: each is true by itself.
_LOCK = 7_308_627_003
_CHUNK = 5_000


def take(
    *, every: timedelta | None = None, tell: Callable[[Figures], None] | None = None
) -> Figures | None:
    """Make a checkpoint after the last seal, write it to the anchor file, and return it.

    None, and nothing is written: nothing was sealed since the last one, that one is younger than
    `every`, or somebody else is just making one. `tell` is called in the same transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
        before = Checkpoint.objects.select_related("seal").order_by("-seal").first()
        last = Seal.objects.order_by("-id").first()
        # The clock of the database, by which seals say when they were made.
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        if last is None or (before is not None and not _is_due(before, last, every, now)):
            return None
        figures = _figures(before, last, now)
        Checkpoint.objects.create(
            seal=last,
            sum=bytes.fromhex(figures.sum),
            at=now,
            signature=signing.from_text(figures.signature),
        )
        if tell is not None:
            tell(figures)
        # After the commit: an anchor for a checkpoint that was rolled back would cry wolf.
        transaction.on_commit(lambda: seal.append_to_anchor(figures.line()))
    return figures


def _is_due(before: Checkpoint, last: Seal, every: timedelta | None, now: datetime) -> bool:
    if before.seal_id >= last.pk:
        return False
    # A clock that comes a little early each time must not make it every other time.
    return every is None or now - before.at > every - timedelta(minutes=10)


def _figures(before: Checkpoint | None, last: Seal, now: datetime) -> Figures:
    reached = before.seal.last_sequence if before is not None else 0
    total = bytes(before.sum) if before is not None else chain.GENESIS
    rows = (
        SealedEvent.objects.filter(sequence__gt=reached, sequence__lte=last.last_sequence)
        .order_by("sequence")
        .values_list("sequence", "event__digest")
        .iterator(_CHUNK)
    )
    for sequence, digest in rows:
        total = chain.running_sum(total, sequence=sequence, digest=bytes(digest))
    return signed(last, total=total, at=now)


def signed(link: Seal, *, total: bytes, at: datetime) -> Figures:
    """The figures after this seal, with a signature by AUDIT_KEY."""
    key = settings.AUDIT_KEY.encode()
    plain = Figures(
        sequence=link.last_sequence,
        seal=link.pk,
        seal_hash=bytes(link.hash).hex(),
        sum=total.hex(),
        at=chain.moment(at),
    )
    return replace(
        plain,
        key=signing.to_text(signing.public_key(key)),
        signature=signing.to_text(signing.sign(key, plain.said())),
    )


def figures_of(row: Checkpoint, *, public: bytes) -> Figures:
    """A checkpoint as it was told, with the seal it stands on."""
    return Figures(
        sequence=row.seal.last_sequence,
        seal=row.seal_id,
        seal_hash=bytes(row.seal.hash).hex(),
        sum=bytes(row.sum).hex(),
        at=chain.moment(row.at),
        key=signing.to_text(public),
        signature=signing.to_text(bytes(row.signature)),
    )
