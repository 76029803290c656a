"""Sealing: committed events get a gap-free sequence number and a keyed hash, link by link."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Min

from audit import chain
from audit.models import Event, Seal

# Any fixed number: whoever holds this advisory lock is the one sealer.
_SEALER_LOCK = 7_308_627_001

# The oldest transaction that runs and could still write an event, else the next one to begin.
# Transactions of other databases on the same server cannot: theirs may take as long as they like.
# (Where this role may not see whose a transaction is, it counts as ours.)
_HORIZON = """
SELECT coalesce(
    (
        SELECT min(running.xid::text::bigint)
        FROM pg_snapshot_xip(now_seen.snapshot) AS running(xid)
        WHERE NOT EXISTS (
            SELECT FROM pg_stat_activity a
            JOIN pg_database d ON d.oid = a.datid
            WHERE a.backend_xid = running.xid::xid AND d.datname <> current_database()
        )
    ),
    pg_snapshot_xmax(now_seen.snapshot)::text::bigint
)
FROM (SELECT pg_current_snapshot() AS snapshot) AS now_seen
"""
# Events of transactions older than every running one, by `horizon`. A row that is visible though
# its transaction id lies in this cluster's future was restored from another: none runs behind it.
# An event waits while an earlier one of its aggregate must wait: that one's transaction may carry
# the higher id, when it began to write later but held the lock of the aggregate first.
_TAKE = """
WITH foreign_from AS (
    SELECT (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint AS txid
), taken AS (
    INSERT INTO audit_sealedevent (sequence, event_id)
    SELECT %(last)s + row_number() OVER (ORDER BY e.position), e.position
    FROM audit_event e
    WHERE (%(all)s OR e.txid >= %(since)s)
        AND (e.txid < %(horizon)s OR e.txid >= (SELECT txid FROM foreign_from))
        AND NOT EXISTS (SELECT FROM audit_sealedevent s WHERE s.event_id = e.position)
        AND NOT EXISTS (
            SELECT FROM audit_event earlier
            WHERE earlier.aggregate_id = e.aggregate_id AND earlier.position < e.position
                AND earlier.txid >= %(horizon)s
                AND earlier.txid < (SELECT txid FROM foreign_from)
        )
    ORDER BY e.position
    LIMIT %(limit)s
    RETURNING sequence, event_id
)
SELECT taken.sequence, e.digest FROM taken JOIN audit_event e ON e.position = taken.event_id
ORDER BY taken.sequence
"""
_OLDEST_LEFT = """
SELECT min(e.txid) FROM audit_event e
WHERE (%(all)s OR e.txid >= %(since)s)
    AND NOT EXISTS (SELECT FROM audit_sealedevent s WHERE s.event_id = e.position)
"""


def seal(*, limit: int = 50_000) -> int:
    """Seal what has been committed; return how many events were sealed (0 when another seals).

    Only events of transactions older than every running one are taken, so that none can slip in
    behind a sequence number already given. Numbers have no gaps, and follow the order of
    positions within an aggregate.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        horizon = horizon_of(cursor)
        last = Seal.objects.order_by("-id").first()
        since = last.horizon if last else 0
        bounds = {
            "last": last.last_sequence if last else 0,
            "horizon": horizon,
            "since": since,
            # After a restore into a new cluster transaction ids start again: look at them all.
            "all": since > horizon,
            "limit": limit,
        }
        cursor.execute(_TAKE, bounds)
        rows = cursor.fetchall()
        if not rows:
            return 0
        # Everything below the horizon of a seal is sealed: the next run need not look there.
        cursor.execute(_OLDEST_LEFT, bounds)
        oldest_left = cursor.fetchone()[0]
        link = Seal.objects.create(
            first_sequence=rows[0][0],
            last_sequence=rows[-1][0],
            horizon=horizon if oldest_left is None else min(horizon, oldest_left),
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


def wait_for_the_sealer(cursor: CursorWrapper) -> None:
    """Until nobody seals; nobody does before the end of this transaction."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALER_LOCK])


@dataclass(frozen=True)
class Unsealed:
    """Events that no seal covers yet: how many, and when the first of them was recorded."""

    count: int
    oldest: datetime | None


def unsealed() -> Unsealed:
    """What waits to be sealed. Looks only at what came since the last seal."""
    last = Seal.objects.order_by("-id").first()
    since = 0 if last is None or is_from_another_server(last) else last.horizon
    rows = Event.objects.filter(txid__gte=since, sealed__isnull=True)
    return Unsealed(**rows.aggregate(count=Count("pk"), oldest=Min("recorded_at")))


def waiting() -> int:
    """How many events no seal covers yet."""
    return unsealed().count


def is_from_another_server(link: Seal) -> bool:
    """Whether the seal was made before the database was restored into a younger cluster.

    Transaction ids begin again there, so its horizon says nothing of what is written now. The next
    seal has one of here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint")
        return bool(link.horizon > cursor.fetchone()[0])


def horizon_of(cursor: CursorWrapper) -> int:
    """The transaction id below which nothing of this database is still running."""
    cursor.execute(_HORIZON)
    found: int = cursor.fetchone()[0]
    return found


def anchor(link: Seal) -> None:
    """Append the seal as a JSON line to the file outside the database.

    Whoever cuts off the end of the record cannot cut it off there.
    """
    append_to_anchor(
        json.dumps(
            {
                "seal": link.id,
                "sequence": link.last_sequence,
                "hash": bytes(link.hash).hex(),
                "sealed_at": link.sealed_at.isoformat(),
            }
        )
    )


def append_to_anchor(line: str) -> None:
    """Append a line to the anchor file, and flush it to disk."""
    path = Path(settings.AUDIT_ANCHOR_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
