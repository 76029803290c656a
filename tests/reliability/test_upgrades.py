"""Upgrades with data: rows written at every earlier state of the schema are there at the end.

One database is taken from nothing to now, one migration after the other. After each, a row is
written into every table of its app, by the models as they were then. So whatever version somebody
comes from, each migration after it has met rows in the tables that it touches.
"""

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from pytest_django.plugin import DjangoDbBlocker

from tests.house.code import APPS
from tests.reliability import rows
from tests.reliability.databases import address_of

#: (table, column) that a migration changes in rows that were there, and why.
MEANT = {
    ("assessments_answer", "in_words"): "0021 marks answers to questions in words",
    ("assessments_sheet", "cells"): "0005 rewrites sheets of the first layout",
    ("scoring_standing", "dimensions"): "0011 makes a list of what had names",
}


@dataclass
class Walked:
    """What the walk has written, and what is left of it at the end."""

    written: list[tuple[str, str, Any, dict[str, Any]]] = field(default_factory=list)
    """Table, column of the key, key, row."""
    models: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)
    migrations: int = 0
    first_sheet: Any = None
    answers: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def walked(django_db_blocker: DjangoDbBlocker) -> Iterator[Walked]:
    """A database of its own, walked up to now; the usual one of the tests is not needed."""
    name = f"test_walk_{uuid4().hex[:12]}"
    with (
        django_db_blocker.unblock(),
        closing(psycopg2.connect(address_of("postgres"))) as server,
    ):
        server.autocommit = True
        server.cursor().execute(f"CREATE DATABASE {name}")
        usual = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield _walk()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual
            server.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")


def _walk() -> Walked:
    found = Walked()
    executor = MigrationExecutor(connection)
    executor.recorder.ensure_schema()
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    state = ProjectState(real_apps=executor.loader.unmigrated_apps)
    for migration, _backwards in plan:
        state = executor.apply_migration(state, migration)
        found.migrations += 1
        if migration.app_label in APPS:
            _fill(state.apps, migration, found)
    call_command("migrate", verbosity=0, stdout=io.StringIO())
    return found


def _fill(apps: Any, migration: Any, found: Walked) -> None:
    maker = rows.Maker(apps)
    for model in rows.of_app(apps, migration.app_label):
        label = model._meta.label_lower
        try:
            row = maker.make(model)
        except DatabaseError as error:
            found.refused[label] = str(error).splitlines()[0]
            continue
        found.models[label] += 1
        key = rows.stored(row)
        found.written.append((model._meta.db_table, model._meta.pk.column, row.pk, key))
    match migration.app_label, migration.name[:4]:
        case "assessments", "0004":
            found.first_sheet = _sheet_of_the_first_layout(apps)
        case "assessments", "0018":
            found.answers = _answers_of_all_kinds(apps)


def _assessment(apps: Any, content: dict[str, Any], keys: list[str]) -> Any:
    make = rows.Maker(apps)
    questionnaire = apps.get_model("assessments.Questionnaire").objects.create(
        key=f"walk-{uuid4().hex[:8]}", version="1", title="Walk", status="draft", content=content
    )
    engagement = make.make(apps.get_model("vendors.Engagement"))
    return apps.get_model("assessments.Assessment").objects.create(
        vendor=engagement.vendor,
        engagement=engagement,
        unit=engagement.unit,
        questionnaire=questionnaire,
        sections=[],
        questions=keys,
        tier="high",
        status="cancelled",
        opened_at=datetime(2026, 3, 10, tzinfo=UTC),
    )


def _sheet_of_the_first_layout(apps: Any) -> Any:
    """Two questions; the first is answered with evidence until a day, which its cell names."""
    until = date(2026, 6, 30)
    day = (until - date(2000, 1, 1)).days
    keys = ["first", "second"]
    of = _assessment(apps, {"sections": []}, keys)
    cells = b"SURS\x01\x00" + bytes(10)
    cells += (0).to_bytes(2, "little") + bytes([1, 3]) + day.to_bytes(2, "little") + bytes(6)
    make = rows.Maker(apps)
    answer, sheets = apps.get_model("assessments.Answer"), apps.get_model("assessments.Sheet")
    said = {"assessment": of, "question_key": "first", "evidence_until": until}
    answer.objects.create(**rows.values_for(answer, make, **said))
    return sheets.objects.create(**rows.values_for(sheets, make, assessment=of, cells=cells)).pk


def _answers_of_all_kinds(apps: Any) -> dict[str, Any]:
    """In words that look like the key of an option, and such a key."""
    keys = ["in_words", "a_choice"]
    kinds = dict(zip(keys, ("text", "choice"), strict=True))
    content = {"sections": [{"questions": [{"key": k, "kind": kinds[k]} for k in keys]}]}
    of = _assessment(apps, content, keys)
    model, make = apps.get_model("assessments.Answer"), rows.Maker(apps)
    made = {}
    for key in keys:
        said = {"assessment": of, "question_key": key, "value": "yes"}
        made[key] = model.objects.create(**rows.values_for(model, make, **said)).pk
    return made


def _now(table: str, column: str, key: Any) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t) FROM {table} t WHERE {column} = %s", [key])
        row = cursor.fetchone()
    return rows.loaded(row[0]) if row else None


def _tables() -> set[str]:
    return set(connection.introspection.table_names())


def test_every_row_that_was_written_on_the_way_is_there_and_says_the_same(walked: Walked) -> None:
    assert walked.migrations > 100
    assert len(walked.written) > 1_000
    tables = _tables()
    wrong = []
    for table, column, key, before in walked.written:
        if table not in tables:
            continue
        after = _now(table, column, getattr(key, "pk", key))
        if after is None:
            wrong.append(f"{table} {key} is gone")
            continue
        wrong += [
            f"{table}.{name}: {before[name]!r} became {after[name]!r}"
            for name in before.keys() & after.keys()
            if before[name] != after[name] and (table, name) not in MEANT
        ]
    assert wrong == []


def test_rows_were_written_into_most_tables(walked: Walked) -> None:
    """Some ask for more than their columns say; those have tests of their own."""
    never = walked.refused.keys() - walked.models.keys()
    assert len(walked.models) > 2 * len(never), walked.refused


def test_a_sheet_of_the_first_layout_is_rewritten_and_tells_its_date_apart(walked: Walked) -> None:
    after = _now("assessments_sheet", "assessment_id", walked.first_sheet)
    assert after is not None
    cells = bytes.fromhex(after["cells"].removeprefix("\\x"))
    assert cells[:6] == b"SURS\x02\x00"
    assert cells[19] == 3 | 0x80
    assert cells[25] == 0


def test_answers_in_words_are_marked_and_found_and_choices_are_not(walked: Walked) -> None:
    after = {key: _now("assessments_answer", "id", pk) for key, pk in walked.answers.items()}
    marked = {key: row["in_words"] for key, row in after.items() if row is not None}
    assert marked == {"in_words": True, "a_choice": False}
    folded = {key: row["folded"].split() for key, row in after.items() if row is not None}
    assert "yes" in folded["in_words"]
    assert "yes" not in folded["a_choice"]


def test_the_schema_is_the_one_of_the_models(walked: Walked) -> None:
    out = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=out)
    assert "No changes detected" in out.getvalue()
    call_command("migrate", check_unapplied=True, verbosity=0, stdout=io.StringIO())
