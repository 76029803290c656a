"""A portfolio of any size: a few dozen vendors through the services, the rest copied from them.

The copies are made with COPY and then proved by the checks that real data have to pass: packed
sheets equal their rows, roll-ups equal a recount, scoring and standing a sample anew changes
nothing, and the record verifies.
"""

import io
import itertools
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import BusinessUnit, Membership, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_user
from accounts.services import api_clients
from assessments.models import Assessment
from assessments.schema import Kind, Question
from assessments.selectors import answers_of, schema_of, visible_questions
from assessments.services import answers, assessments
from assessments.services.answers import AnswerInput
from audit import chain, clock, dispatch
from audit.ids import uuid7
from audit.seal import seal
from scoring.models import BandCount, CurrentScore, DayDelta, DimensionCell, Standing
from scoring.services import scores, standings
from vendors.intake import Service, intake
from vendors.models import Vendor
from vendors.services import engagements, vendors

TEMPLATES = 48
UNITS = 3
PASSWORD = "for measurements only 7"
EMAIL = "bench@example.com"
_COUNTRIES = ("DE", "VN", "CN", "IN", "PL", "MX", "TR", "MY", "CZ", "TH", "IT", "KR", "TW", "BR")
_FIRST = ("Alder", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Harbor", "Iris", "Linden")
_SECOND = ("Castings", "Circuits", "Coatings", "Forge", "Labs", "Moulding", "Optics", "Tools")


@dataclass(frozen=True)
class Access:
    """How to ask the measured servers."""

    email: str
    password: str
    api_key: str


def load(count: int, *, seed: int = 7) -> Access:
    """Fill the empty, migrated database with `count` vendors and prove it."""
    began = time.monotonic()
    access = _people()
    _templates(min(TEMPLATES, count), random.Random(seed))
    copies, rest = divmod(count - Vendor.objects.count(), TEMPLATES)
    _multiply(copies + bool(rest), rest or TEMPLATES)
    _events()
    while seal():
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    prove()
    _say(f"{Vendor.objects.count():,} vendors in {time.monotonic() - began:.0f} s, proved")
    return access


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _people() -> Access:
    for number in range(UNITS):
        BusinessUnit.objects.create(name=f"Unit {number}", code=f"unit-{number}")
    user = User.objects.create_user(EMAIL, PASSWORD, name="Bench")
    Membership.objects.create(user=user, role=Role.ADMINISTRATOR)
    Membership.objects.create(user=user, role=Role.LEGAL)
    client = api_clients.add(
        name="ERP", scopes=["scores:read", "vendors:read"], units=[], all_units=True, by=SYSTEM
    )
    key = api_clients.create_key(client=client, by=SYSTEM)
    return Access(EMAIL, PASSWORD, key.secret)


def _templates(count: int, chance: random.Random) -> None:
    """Vendors as staff would make them, in every stage from draft to signed off."""
    units = list(BusinessUnit.objects.order_by("code"))
    signer = User.objects.get(email=EMAIL)
    start = datetime.now(UTC) - timedelta(days=200)
    with dispatch.inline():
        for number in range(count):
            with clock.at(start + timedelta(days=4 * number)):
                _template(number, units[number % UNITS], signer, chance)
    # Answers have aged since: the copies shall be as of today.
    ids = list(Assessment.objects.values_list("pk", flat=True))
    scores.rescore_many(assessment_ids=ids, cause=scores.AGEING, force=True)


def _template(number: int, unit: BusinessUnit, signer: User, chance: random.Random) -> None:
    vendor = vendors.create(
        name=f"{_FIRST[number % 10]} {_SECOND[number % 8]} {number}",
        unit=unit,
        country=_COUNTRIES[number % len(_COUNTRIES)],
        registration_number=f"HRB{number:06d}",
        category=("Tooling", "Electronics", "Software")[number % 3],
        by=SYSTEM,
    )
    vendors.set_external_id(
        vendor=vendor, system="sap-prd-100", value=f"{1000 + number:010d}", by=SYSTEM
    )
    engagement = engagements.create(
        vendor=vendor,
        unit=unit,
        title="Series production",
        service=list(Service)[number % len(Service)].value,
        made_in=[vendor.country.code],
        # Most engagements are small: one in six is drawn by chance, the others are of a low tier.
        intake={
            question.key: _intake(question, chance, mild=number % 6 > 0)
            for question in intake().questions
        },
        by=SYSTEM,
    )
    assessment = assessments.open_assessment(engagement=engagement, by=SYSTEM)
    _answer(assessment, chance, share=1.0 if number % 4 else 0.5)
    if number % 4 == 0:
        return
    assessments.submit(assessment=assessment, by=SYSTEM)
    if number % 4 > 1:
        legal = principal_for_user(signer)
        assessments.take(assessment=assessment, by=legal)
        if number % 4 == 3:
            assessments.sign_off(assessment=assessment, by=legal)


def _intake(question: Any, chance: random.Random, *, mild: bool) -> Any:
    options = question.options
    chosen = min(options, key=lambda one: one.risk) if mild else chance.choice(options)
    return [chosen.key] if question.kind == "multiple" else chosen.key


def _answer(assessment: Assessment, chance: random.Random, *, share: float) -> None:
    questionnaire = schema_of(assessment)
    for _round in range(4):
        stored = answers_of(assessment)
        asked = [
            key for key in visible_questions(questionnaire, assessment, stored) if key not in stored
        ]
        some = asked if share == 1.0 else asked[: int(len(asked) * share)]
        if not some:
            return
        values = {
            key: AnswerInput(_value(questionnaire.by_key[key].question, chance)) for key in some
        }
        answers.save(assessment=assessment, values=values, by=SYSTEM)


def _value(question: Question, chance: random.Random) -> Any:
    if question.kind is Kind.MULTIPLE:
        return [chance.choice([one.key for one in question.options if not one.exclusive])]
    if question.choices:
        return chance.choice(question.choices).key
    if question.kind is Kind.NUMBER and question.curve:
        return chance.choice(question.curve.points)[0]
    return "2026-01-15" if question.kind is Kind.DATE else "In our own words."


# --- copies ---------------------------------------------------------------------------------

#: Tables in the order of their references: columns that hold ids to be made anew.
_TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("vendors_vendor", ("id",)),
    ("vendors_vendorunit", ("vendor_id",)),
    ("vendors_externalid", ("vendor_id",)),
    ("vendors_engagement", ("id", "vendor_id")),
    ("assessments_assessment", ("id", "vendor_id", "engagement_id")),
    ("assessments_answer", ("id", "assessment_id")),
    ("assessments_sheet", ("assessment_id",)),
    ("scoring_score", ("id", "assessment_id", "vendor_id", "engagement_id")),
    ("scoring_currentscore", ("assessment_id", "vendor_id", "engagement_id", "score_id")),
    ("scoring_standing", ("vendor_id", "driver")),
)
_WORDS = (
    "'Amber','Bronze','Cobalt','Delta','Eastern','Falcon','Golden','Helix','Indigo','Jade',"
    "'Krypton','Lunar','Meridian','Northern','Onyx','Pacific','Quartz','Royal','Solar','Titan',"
    "'United','Vector','Western','Zephyr'"
)
_NAME = f"(ARRAY[{_WORDS}])[1 + (copy.n * 7) % 24] || ' ' || t.name || ' ' || copy.n"
#: Columns that differ from copy to copy, as SQL over the template's row `t` and `copy.n`.
_OWN = {
    ("vendors_vendor", "name"): f"({_NAME})::varchar",
    ("vendors_vendor", "registration_number"): "(t.registration_number || copy.n)::varchar",
    ("vendors_vendor", "registration_key"): "(t.registration_key || copy.n)::varchar",
    ("vendors_externalid", "value"): "(t.value || lpad(copy.n::text, 6, '0'))::varchar",
    ("vendors_externalid", "key"): "(t.key || lpad(copy.n::text, 6, '0'))::varchar",
    ("scoring_standing", "name"): f"({_NAME})::varchar",
    ("scoring_standing", "sort_name"): f"lower({_NAME})::varchar",
    ("scoring_standing", "search"): (
        f"replace(regexp_replace(regexp_replace(t.search, '(hrb[0-9]+)', '\\1' || copy.n), "
        "'( [0-9]{10})', '\\1' || lpad(copy.n::text, 6, '0')), "
        f"lower(t.name), lower({_NAME}))"
    ),
}


def _multiply(copies: int, of_last: int) -> None:
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
        for table, ids in _TABLES:
            _copy_table(cursor, table, ids, copies, of_last)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    _roll_up()


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
        return f"md5(t.{column}::text || ':' || copy.n)::uuid"
    return _OWN.get((table, column), f't."{column}"')


def _roll_up() -> None:
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
            "SELECT s.unit_id, s.tier, d.key, count(*), sum(d.value::bigint) "
            "FROM scoring_standing s, jsonb_each_text(s.dimensions) d "
            "WHERE s.valid_to IS NULL AND NOT s.archived GROUP BY 1, 2, 3"
        )
        cursor.execute(
            "INSERT INTO scoring_daydelta (unit_id, day, band, delta) "
            "SELECT unit_id, day, band, sum(delta) FROM ("
            " SELECT unit_id, valid_from AS day, band, 1 AS delta FROM scoring_standing"
            " UNION ALL"
            " SELECT unit_id, valid_to, band, -1 FROM scoring_standing WHERE valid_to IS NOT NULL"
            ") moved GROUP BY 1, 2, 3"
        )


def _events() -> None:
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


# --- proof ------------------------------------------------------------------------------------


def prove(sample: int = 50, sheets: int = 1000) -> None:
    """Hold the data to the checks of real data; stop with a sentence where one fails.

    The record is checked whole, references too; sheets, scores and standings by sample.
    """
    call_command("check_sheets", sample=sheets, stdout=io.StringIO())
    call_command("verify_audit", stdout=io.StringIO())
    _prove_references()
    vendor_ids = list(Vendor.objects.order_by("?").values_list("pk", flat=True)[:sample])
    ids = list(Assessment.objects.filter(vendor__in=vendor_ids).values_list("pk", flat=True))
    before = _told(vendor_ids)
    scores.rescore_many(assessment_ids=ids, cause="bench", force=True)
    standings.restand_many(vendor_ids=vendor_ids)
    for was, now in zip(before, _told(vendor_ids), strict=True):
        if was != now:
            sys.exit(f"Scoring a copied vendor anew makes {now} of {was}.")


def _told(vendor_ids: list[UUID]) -> list[Any]:
    present = Standing.objects.filter(vendor__in=vendor_ids, valid_to__isnull=True)
    current = CurrentScore.objects.filter(vendor__in=vendor_ids)
    said = ("vendor", "unit", "name", "search", "sort_name", "band", "points", "lo", "hi", "driver")
    return [
        *present.order_by("vendor", "unit").values_list(*said),
        *current.order_by("pk").values_list("pk", "points", "band", "lo", "hi"),
    ]


def _prove_references() -> None:
    """Every foreign key of the copied tables leads somewhere."""
    with connection.cursor() as cursor:
        for table, _ids in _TABLES:
            for key, relation in connection.introspection.get_relations(cursor, table).items():
                column, other = relation[0], relation[1]
                cursor.execute(
                    f'SELECT count(*) FROM {table} t WHERE t."{key}" IS NOT NULL AND NOT EXISTS '
                    f'(SELECT FROM {other} o WHERE o."{column}" = t."{key}")'
                )
                if cursor.fetchone()[0]:
                    sys.exit(f"{table}.{key} names rows of {other} that do not exist.")
