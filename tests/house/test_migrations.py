"""A migration holds nobody up: on a large table it rewrites nothing and locks nobody out."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models.expressions import RawSQL

from tests.house.code import APPS

#: Models whose tables grow with the portfolio and with time.
LARGE = {
    "assessments.answer",
    "assessments.assessment",
    "assessments.earlieranswer",
    "assessments.sheet",
    "audit.dispatched",
    "audit.event",
    "audit.eventdetail",
    "audit.seal",
    "audit.sealedevent",
    "scoring.currentscore",
    "scoring.indicatorvalue",
    "scoring.score",
    "scoring.standing",
    "vendors.engagement",
    "vendors.vendor",
    "vendors.vendorunit",
    "webhooks.attempt",
    "webhooks.delivery",
}
#: The last migration of each app that is older than this rule. What those cost is in
#: docs/benchmarks.md and docs/operations.md.
BEFORE = {
    "accounts": "0009",
    "assessments": "0016",
    "audit": "0003",
    "reports": "0003",
    "scoring": "0024",
    "vendors": "0028",
    "webhooks": "0002",
}
#: (app, migration) -> why it may do what the rule refuses, and what whoever upgrades has to know.
REASONS: dict[tuple[str, str], str] = {
    (
        "assessments",
        "0021_fold_answers_in_pieces",
    ): "answers in pieces of 5,000, each a transaction "
    "of its own, which writes only those that somebody wrote words in",
    ("accounts", "0011_known_devices"): "the sessions of those who are signed in, into a new table",
}


def complaints(migration: migrations.Migration) -> Iterator[str]:
    """What in a migration would hold up whoever works on a large table."""
    made = {
        f"{migration.app_label}.{operation.name_lower}"
        for operation in migration.operations
        if isinstance(operation, migrations.CreateModel)
    }
    for operation in _whole(migration.operations):
        if isinstance(operation, migrations.RunPython):
            yield "RunPython may go through a whole table: say in REASONS through which"
        name = getattr(operation, "model_name", None)
        label = f"{migration.app_label}.{str(name).lower()}"
        if name is not None and label in LARGE - made:
            problem = _problem(operation)
            if problem:
                yield f"{label}: {problem}"
    if migration.atomic:
        yield from _locked_too_early(migration, made)


def _locked_too_early(migration: migrations.Migration, made: set[str]) -> Iterator[str]:
    """Each operation takes Django a while to prepare; a lock is held until the last of them."""
    locked = ""
    for operation in _whole(migration.operations):
        held = _held(operation, migration.app_label) & LARGE - made
        if locked and not held:
            yield f"{locked} is locked while the rest is prepared: put what locks it last"
            return
        locked = locked or ", ".join(sorted(held))


def _held(operation: Any, app: str) -> set[str]:
    """What an operation locks until the end: its table, and what a foreign key of it refers to.

    Those of a whole new table are made in the end.
    """
    held = {f"{app}.{str(getattr(operation, 'model_name', None)).lower()}"}
    field = getattr(operation, "field", None)
    if isinstance(field, models.ForeignKey):
        held.add(str(field.remote_field.model).lower())
    return held


def _whole(operations: Any) -> Iterator[Any]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from _whole(operation.database_operations)
        else:
            yield operation


def _problem(operation: Any) -> str:
    match operation:
        case AddIndexConcurrently() | RemoveIndexConcurrently() | AddConstraintNotValid():
            return ""
        case migrations.AddIndex() | migrations.RemoveIndex():
            return "use AddIndexConcurrently or RemoveIndexConcurrently, with atomic = False"
        case migrations.AddConstraint(constraint=models.CheckConstraint()):
            return "use AddConstraintNotValid, and ValidateConstraint in a migration after it"
        case migrations.AddConstraint():
            return "this constraint builds an index while nobody may write"
        case migrations.AlterField():
            return "another type rewrites the table: add a column beside"
        case migrations.AddField(field=field):
            return _problem_of_field(field)
    return ""


def _problem_of_field(field: Any) -> str:
    if isinstance(field, models.GeneratedField):
        return "a generated column rewrites the table"
    if isinstance(getattr(field, "db_default", None), models.Func | RawSQL):
        return "a default that is worked out for each row rewrites the table"
    if field.db_index or field.unique:
        return "its index is built while nobody may write: db_index=False, then concurrently"
    return ""


def newer() -> list[migrations.Migration]:
    """The migrations of ours that the rule is about."""
    found = MigrationLoader(None).disk_migrations
    return [
        migration
        for (app, name), migration in sorted(found.items())
        if app in APPS and name[:4] > BEFORE.get(app, "0000")
    ]


def test_a_new_migration_holds_up_nobody_who_works_on_a_large_table() -> None:
    found = {
        (migration.app_label, migration.name): problems
        for migration in newer()
        if (problems := list(complaints(migration)))
    }
    assert {key: problems for key, problems in found.items() if key not in REASONS} == {}


def test_no_reason_is_left_over() -> None:
    held_up = {(one.app_label, one.name) for one in newer() if list(complaints(one))}
    assert set(REASONS) - held_up == set()


def test_what_builds_beside_the_writers_is_not_in_one_transaction() -> None:
    beside = (AddIndexConcurrently, RemoveIndexConcurrently)
    for migration in MigrationLoader(None).disk_migrations.values():
        if any(isinstance(operation, beside) for operation in migration.operations):
            assert not migration.atomic, migration


def test_what_builds_beside_the_writers_removes_first_what_a_killed_run_has_left() -> None:
    """An index that was half built is there, counts for nothing, and is in the way of the next."""
    for migration in MigrationLoader(None).disk_migrations.values():
        for before, operation in pairwise([None, *migration.operations]):
            if isinstance(operation, AddIndexConcurrently):
                assert isinstance(before, migrations.RunSQL), migration
                wanted = f"DROP INDEX CONCURRENTLY IF EXISTS {operation.index.name}"
                assert before.sql == wanted, migration


def test_the_large_tables_are_models_that_there_are() -> None:
    state = MigrationLoader(None).project_state()
    assert {label for label in LARGE if tuple(label.split(".")) not in state.models} == set()


def with_operations(*given: Any) -> migrations.Migration:
    """A migration of the record that does this."""

    class Some(migrations.Migration):
        operations = list(given)

    return Some("0099_some", "audit")


INDEX = models.Index(fields=["title"], name="an_index")
CHECK = models.CheckConstraint(condition=models.Q(pk__gt=0), name="a_check")
UNIQUE = models.UniqueConstraint(fields=["title"], name="a_unique")


@pytest.mark.parametrize(
    ("operation", "refused"),
    [
        (migrations.AddIndex("event", INDEX), True),
        (AddIndexConcurrently("event", INDEX), False),
        (migrations.AddIndex("small", INDEX), False),
        (migrations.RemoveIndex("event", "an_index"), True),
        (migrations.AddConstraint("event", CHECK), True),
        (AddConstraintNotValid("event", CHECK), False),
        (migrations.AddConstraint("event", UNIQUE), True),
        (migrations.AlterField("event", "type", models.TextField()), True),
        (migrations.AddField("event", "more", models.TextField(default="")), False),
        (migrations.AddField("event", "more", models.TextField(db_index=True)), True),
        (migrations.AddField("event", "at", models.TextField(db_default=RawSQL("x()", ()))), True),
        (migrations.RunPython(migrations.RunPython.noop), True),
        (migrations.SeparateDatabaseAndState([migrations.AddIndex("event", INDEX)]), True),
    ],
)
def test_the_rule_can_fail(operation: Any, refused: bool) -> None:
    assert bool(list(complaints(with_operations(operation)))) is refused


def test_a_large_table_is_locked_by_the_last_operations_only() -> None:
    column = migrations.AddField("event", "more", models.TextField(default=""))
    refers = migrations.AddField("small", "event", models.ForeignKey("audit.event", models.PROTECT))
    other = migrations.AddField("small", "more", models.TextField(default=""))
    for lock in (column, refers):
        assert list(complaints(with_operations(lock, other)))
        assert not list(complaints(with_operations(other, lock)))
        assert not list(complaints(with_operations(other, column, refers)))


def test_a_table_made_by_the_migration_itself_is_empty_and_may_have_anything() -> None:
    made = migrations.CreateModel("Event", [("title", models.TextField())])
    assert list(complaints(with_operations(made, migrations.AddIndex("event", INDEX)))) == []
