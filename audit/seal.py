"""Sealing: committed events get a gap-free sequence number and a keyed hash, link by link."""

import json
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from audit import chain
from audit.models import Seal

# Any fixed number: whoever holds this advisory lock is the one sealer.
_SEALER_LOCK = 7_308_627_001

_TAKE = """
WITH taken AS (
    INSERT INTO audit_sealedevent (sequence, event_id)
    SELECT %(last)s + row_number() OVER (ORDER BY e.position), e.position
    FROM audit_event e
    WHERE e.txid < %(horizon)s AND {unsealed}
    ORDER BY e.position
    LIMIT %(limit)s
    RETURNING sequence, event_id
)
SELECT taken.sequence, e.digest FROM taken JOIN audit_event e ON e.position = taken.event_id
ORDER BY taken.sequence
"""
_SINCE = "e.txid >= %(since)s AND NOT EXISTS (SELECT FROM audit_sealedevent s WHERE s.event_id = e.position)"
_ANY = "NOT EXISTS (SELECT FROM audit_sealedevent s WHERE s.event_id = e.position)"


def seal(*, limit: int = 50_000) -> int:
    """Seal what has been committed; return how many events were sealed (0 when another seals).

    Only events of transactions older than every running one are taken, so that none can slip in
    behind a sequence number already given.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
        horizon = cursor.fetchone()[0]
        last = Seal.objects.order_by("-id").first()
        since = last.horizon if last else 0
        # After a restore into a new cluster transaction ids start again: then look at them all.
        unsealed = _SINCE if since <= horizon else _ANY
        cursor.execute(
            _TAKE.format(unsealed=unsealed),
            {
                "last": last.last_sequence if last else 0,
                "horizon": horizon,
                "since": since,
                "limit": limit,
            },
        )
        rows = cursor.fetchall()
        if not rows:
            return 0
        link = Seal.objects.create(
            first_sequence=rows[0][0],
            last_sequence=rows[-1][0],
            # When the limit cut the run short, the rest is still below this horizon.
            horizon=horizon if len(rows) < limit else since,
            hash=chain.seal_hash(
                settings.AUDIT_KEY.encode(),
                previous=bytes(last.hash) if last else chain.GENESIS,
                first_sequence=rows[0][0],
                digests=[bytes(digest) for _, digest in rows],
            ),
        )
        link.refresh_from_db(fields=["sealed_at"])
        # After the commit: an anchor for a seal that was rolled back would cry wolf.
        transaction.on_commit(lambda: anchor(link))
    return len(rows)


def anchor(link: Seal) -> None:
    """Write the seal to the file outside the database, where cutting off the tail would show."""
    write_anchor(
        Path(settings.AUDIT_ANCHOR_FILE),
        sequence=link.last_sequence,
        seal=link.id,
        hash=bytes(link.hash),
        sealed_at=link.sealed_at,
    )


def write_anchor(path: Path, *, sequence: int, seal: int, hash: bytes, sealed_at: datetime) -> None:
    """Append one JSON line to `path` and flush it to disk."""
    line = json.dumps(
        {"seal": seal, "sequence": sequence, "hash": hash.hex(), "sealed_at": sealed_at.isoformat()}
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
