"""Copies of vendors with all that belongs to them, made by COPY, with events of their own."""

import io
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from audit import chain
from audit.ids import uuid7
from scoring.engine.methodology import DIMENSIONS
from scoring.models import BandCount, DayDelta, DimensionCell

#: Tables in the order of their references: columns that hold ids to be made anew.
TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("vendors_vendor", ("id",)),
    ("vendors_vendorunit", ("vendor_id",)),
    ("vendors_externalid", ("vendor_id",)),
    ("vendors_engagement", ("id", "vendor_id")),
    ("assessments_assessment", ("id", "vendor_id", "engagement_id")),
    ("assessments_answer", ("id", "assessment_id")),
    ("assessments_sheet", ("assessment_id",)),
    ("scoring_score", ("id", "assessment_id", "vendor_id")),
    ("scoring_currentscore", ("assessment_id", "vendor_id", "score_id")),
    ("scoring_decision", ("id", "engagement_id", "assessment_id", "score_id")),
    ("scoring_standing", ("vendor_id", "driver")),
    ("scoring_searchtext", ("vendor_id",)),
)
_WORDS = (
    "'Amber','Bronze','Cobalt','Delta','Eastern','Falcon','Golden','Helix','Indigo','Jade',"
    "'Krypton','Lunar','Meridian','Northern','Onyx','Pacific','Quartz','Royal','Solar','Titan',"
    "'United','Vector','Western','Zephyr'"
)
_NAME = f"(ARRAY[{_WORDS}])[1 + (copy.n * 7) % 24] || ' ' || t.name || ' ' || copy.n"
_NAME_OF_VENDOR = _NAME.replace("t.name", "v.name")
#: Columns that differ from copy to copy, as SQL over the template's row `t` and `copy.n`.
_OWN = {
    ("vendors_vendor", "name"): f"({_NAME})::varchar",
    ("vendors_vendor", "registration_number"): "(t.registration_number || copy.n)::varchar",
    ("vendors_vendor", "registration_key"): "(t.registration_key || copy.n)::varchar",
    ("vendors_externalid", "value"): "(t.value || lpad(copy.n::text, 6, '0'))::varchar",
    ("vendors_externalid", "key"): "(t.key || lpad(copy.n::text, 6, '0'))::varchar",
    ("scoring_standing", "name"): f"({_NAME})::varchar",
    ("scoring_searchtext", "sort_name"): f"lower({_NAME_OF_VENDOR})::varchar",
    ("scoring_searchtext", "text"): (
        f"replace(regexp_replace(regexp_replace(t.text, '(hrb[0-9]+)', '\\1' || copy.n), "
        "'( [0-9]{10})', '\\1' || lpad(copy.n::text, 6, '0')), "
        f"lower(v.name), lower({_NAME_OF_VENDOR}))"
    ),
}


def multiply(copies: int, of_last: int) -> None:
    """Add `copies` copies of the templates, the last one with `of_last` vendors only."""
    if copies < 1:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE template ON COMMIT DROP AS SELECT id, "
            "row_number() OVER (ORDER BY id) AS place FROM vendors_vendor"
        )
        # Triggers and references are checked afterwards, by `prove`.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, ids in TABLES:
            _copy_table(cursor, table, ids, copies, of_last)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    roll_up()


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND is_generated = 'NEVER' AND NOT (column_name = 'id' AND is_identity = 'YES') "
        "ORDER BY ordinal_position",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def _copy_table(cursor: Any, table: str, ids: tuple[str, ...], copies: int, of_last: int) -> None:
    columns = _columns(cursor, table)
    chosen = ", ".join(_expression(table, column, ids) for column in columns)
    of_vendor = "t.id" if table == "vendors_vendor" else "t.vendor_id"
    source = f"{table} t"
    if table in {"assessments_answer", "assessments_sheet"}:
        source += " JOIN assessments_assessment a ON a.id = t.assessment_id"
        of_vendor = "a.vendor_id"
    if table == "scoring_decision":
        source += " JOIN vendors_engagement e ON e.id = t.engagement_id"
        of_vendor = "e.vendor_id"
    if table == "scoring_searchtext":
        source += " JOIN vendors_vendor v ON v.id = t.vendor_id"
    for first in range(1, copies + 1, 250):
        last = min(first + 249, copies)
        pipe = io.BytesIO()
        cursor.copy_expert(
            f"COPY (SELECT {chosen} FROM {source} "
            f"CROSS JOIN (SELECT generate_series({first}, {last}) AS n) AS copy "
            f"JOIN template ON template.id = {of_vendor} "
            f"WHERE copy.n < {copies} OR template.place <= {of_last}) TO STDOUT (FORMAT binary)",
            pipe,
        )
        pipe.seek(0)
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)", pipe)


def _expression(table: str, column: str, ids: tuple[str, ...]) -> str:
    if column in ids:
        # The time at the head stays, or a copied history would be out of order.
        made = f"md5(t.{column}::text || ':' || copy.n)"
        return f"overlay({made} placing replace(left(t.{column}::text, 18), '-', '') from 1)::uuid"
    return _OWN.get((table, column), f't."{column}"')


def roll_up() -> None:
    """The sums as the services would have left them."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in (BandCount, DimensionCell, DayDelta):
            cursor.execute(f"TRUNCATE {model._meta.db_table} RESTART IDENTITY")
        cursor.execute(
            "INSERT INTO scoring_bandcount (unit_id, tier, country, band, status, vendors) "
            "SELECT unit_id, tier, country, band, status, count(*) FROM scoring_standing "
            "WHERE valid_to IS NULL AND NOT archived GROUP BY 1, 2, 3, 4, 5"
        )
        cursor.execute(
            "INSERT INTO scoring_dimensioncell (unit_id, tier, dimension, vendors, total) "
            "SELECT s.unit_id, s.tier, (%s::text[])[d.at], count(*), sum(d.points) "
            "FROM scoring_standing s, unnest(s.dimensions) WITH ORDINALITY AS d(points, at) "
            "WHERE s.valid_to IS NULL AND NOT s.archived AND d.points IS NOT NULL "
            "GROUP BY 1, 2, 3",
            [list(DIMENSIONS)],
        )
        cursor.execute(
            "INSERT INTO scoring_daydelta (unit_id, day, band, delta) "
            "SELECT unit_id, day, band, sum(delta) FROM ("
            " SELECT unit_id, valid_from AS day, band, 1 AS delta FROM scoring_standing"
            " UNION ALL"
            " SELECT unit_id, valid_to, band, -1 FROM scoring_standing WHERE valid_to IS NOT NULL"
            ") moved GROUP BY 1, 2, 3"
        )


def events() -> None:
    """An event per copied vendor, with the digest that its content has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (v.id) v.id, u.unit_id FROM vendors_vendor v "
            "JOIN vendors_vendorunit u ON u.vendor_id = v.id "
            "LEFT JOIN audit_event e ON e.aggregate_id = v.id "
            "WHERE e.position IS NULL ORDER BY v.id, u.id"
        )
        rows = cursor.fetchall()
        moment = datetime.now(UTC)
        for batch in _batches(rows, 20_000):
            lines = io.StringIO("".join(_event(vendor, unit, moment) for vendor, unit in batch))
            cursor.copy_expert(
                "COPY audit_event (id, type, occurred_at, actor_kind, actor_id, aggregate_type, "
                "aggregate_id, unit_id, data, digest) FROM STDIN",
                lines,
            )
        # Their vendors have their standings already: nothing is left to be queued.
        cursor.execute(
            "INSERT INTO audit_dispatched (event_id) SELECT position FROM audit_event e "
            "WHERE NOT EXISTS (SELECT FROM audit_dispatched d WHERE d.event_id = e.position)"
        )


def _batches(rows: list[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


def _event(vendor: UUID, unit: UUID, moment: datetime) -> str:
    event_id = uuid7()
    digest = chain.event_digest(
        event_id=event_id,
        event_type="vendor.created",
        occurred_at=moment,
        actor_kind="system",
        actor_id="",
        aggregate_type="vendor",
        aggregate_id=vendor,
        unit_id=unit,
        data={},
        detail_digest=None,
    ).hex()
    return (
        f"{event_id}\tvendor.created\t{moment.isoformat()}\tsystem\t\tvendor\t{vendor}\t{unit}"
        f"\t{{}}\t\\\\x{digest}\n"
    )
