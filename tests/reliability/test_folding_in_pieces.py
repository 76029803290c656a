"""The words of answers that were there before they were kept folded: piece by piece, and once."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from pytest_django.plugin import DjangoDbBlocker

from tests import migrated
from tests.reliability import rows
from tests.reliability.databases import address_of

BEFORE = ("assessments", "0020_steps_for_many")
PIECES = import_module("assessments.migrations.0021_fold_answers_in_pieces")
#: As answers were found before their words were kept.
BY_AN_INDEX = """
CREATE FUNCTION surety_said_words(value jsonb, note text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN surety_plain((value #>> '{}') || ' ' || note);
CREATE INDEX answer_words ON assessments_answer
    USING gin (surety_said_words(value, note) gin_trgm_ops);
"""
#: As the column was while the tables themselves made it.
GENERATED = """
CREATE FUNCTION surety_said_words(value jsonb, note text, in_words boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN in_words AND jsonb_typeof(value) = 'string'
        THEN surety_plain((value #>> '{}') || ' ' || note)
    WHEN note = '' THEN ''
    ELSE surety_plain(note)
END;
UPDATE assessments_answer SET in_words = question_key LIKE 'text%';
ALTER TABLE assessments_answer ADD COLUMN folded text
    GENERATED ALWAYS AS (surety_said_words(value, note, in_words)) STORED;
CREATE INDEX answer_words ON assessments_answer USING gin (folded gin_trgm_ops);
"""
#: question -> (value, note, what is kept)
SAID: dict[str, tuple[Any, str, str]] = {
    "text_1": ("Schließfächer", "", "schliessfacher"),
    "text_2": ("yes", "Größe 3", "yes grosse 3"),
    "text_3": (None, "", ""),
    "choice_1": ("yes", "", ""),
    "choice_2": ("yes", "Vault at Łódź", "vault at lodz"),
    "number_1": (12, "", ""),
}


@pytest.fixture(scope="module")
def as_it_was(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of its own as it was, with answers of all kinds, to be copied."""
    with django_db_blocker.unblock(), named(f"test_was_{uuid4().hex[:12]}", "template1") as name:
        executor = MigrationExecutor(connection)
        leaves = executor.loader.graph.leaf_nodes()
        state = executor.migrate([BEFORE, *(one for one in leaves if one[0] != BEFORE[0])])
        answer(state.apps)
        connection.close()
        yield name


@pytest.fixture
def before(
    as_it_was: str, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A copy of that database for one test; pieces hold two answers."""
    monkeypatch.setattr(PIECES, "_PIECE", 2)
    with django_db_blocker.unblock(), named(f"test_pieces_{uuid4().hex[:12]}", as_it_was) as name:
        yield name


@contextmanager
def named(name: str, template: str) -> Iterator[str]:
    """A new database, a copy of another, that Django works in until the end of the block."""
    with closing(psycopg2.connect(address_of("postgres"))) as server:
        server.autocommit = True
        server.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        usual = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual
            server.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")


def answer(apps: Any) -> None:
    """Each of SAID, in one assessment."""
    kinds = {key: key.partition("_")[0] for key in SAID}
    content = {"sections": [{"questions": [{"key": k, "kind": kinds[k]} for k in SAID]}]}
    questionnaire = apps.get_model("assessments.Questionnaire").objects.create(
        key="pieces", version="1", title="Pieces", status="draft", content=content
    )
    make = rows.Maker(apps)
    engagement = make.make(apps.get_model("vendors.Engagement"))
    assessment = apps.get_model("assessments.Assessment").objects.create(
        vendor=engagement.vendor,
        engagement=engagement,
        unit=engagement.unit,
        questionnaire=questionnaire,
        sections=[],
        questions=list(SAID),
        tier="high",
        status="cancelled",
        opened_at=datetime(2026, 3, 10, tzinfo=UTC),
    )
    model = apps.get_model("assessments.Answer")
    for key, (value, note, _kept) in SAID.items():
        said = {"assessment": assessment, "question_key": key, "value": value, "note": note}
        model.objects.create(**rows.values_for(model, make, **said))


def run(statement: str) -> None:
    """Run a statement in the database of the test."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def kept() -> dict[str, str]:
    """What is kept of each answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT question_key, folded FROM assessments_answer")
        return dict(cursor.fetchall())


def go_on() -> None:
    """Apply what is left, as an installation does."""
    call_command("migrate", verbosity=0, stdout=StringIO())


WANTED = {key: words for key, (_value, _note, words) in SAID.items()}


def test_answers_that_were_there_are_kept_folded_and_those_in_words_are_marked(before: str) -> None:
    go_on()
    assert kept() == WANTED
    with connection.cursor() as cursor:
        cursor.execute("SELECT question_key FROM assessments_answer WHERE in_words")
        assert {key for (key,) in cursor.fetchall()} == {"text_1", "text_2"}


@pytest.mark.parametrize("earlier", [BY_AN_INDEX, GENERATED])
def test_a_database_of_an_earlier_way_to_search_comes_to_the_same_schema(
    before: str, as_it_was: str, earlier: str
) -> None:
    go_on()
    wanted = migrated.schema_of(address_of(before))
    with named(f"test_pieces_{uuid4().hex[:12]}", as_it_was) as name:
        run(earlier)
        go_on()
        assert kept() == WANTED
        assert migrated.schema_of(address_of(name)) == wanted


def test_a_run_that_was_killed_between_two_pieces_is_begun_again(
    before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PIECES._pieces

    def one_piece(cursor: Any) -> Iterator[Any]:
        yield next(real(cursor))
        raise KeyboardInterrupt

    monkeypatch.setattr(PIECES, "_pieces", one_piece)
    with pytest.raises(KeyboardInterrupt):
        go_on()
    done = [key for key, words in kept().items() if words]
    assert 0 < len(done) < len([words for words in WANTED.values() if words])

    monkeypatch.setattr(PIECES, "_pieces", real)
    go_on()
    assert kept() == WANTED


def test_what_is_written_while_the_pieces_are_under_way_is_folded(
    before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PIECES._pieces

    def beside(cursor: Any) -> Iterator[Any]:
        for piece in real(cursor):
            yield piece
            run("UPDATE assessments_answer SET note = 'Später' WHERE question_key = 'choice_1'")

    monkeypatch.setattr(PIECES, "_pieces", beside)
    go_on()
    assert kept() == {**WANTED, "choice_1": "spater"}


def test_nobody_writes_other_words_than_were_said(before: str) -> None:
    go_on()
    run("UPDATE assessments_answer SET folded = 'something else'")
    assert kept() == WANTED
