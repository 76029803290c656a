"""The database itself keeps the record as it was written."""

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from audit.models import Event
from tests.audit.sample import note, seal_now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("anchor_file")]

TABLES = ["audit_event", "audit_seal", "audit_sealedevent", "audit_dispatched"]


@pytest.fixture
def _one_row_in_each_table() -> None:
    note(1)
    seal_now()
    position = Event.objects.get().position
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_dispatched (event_id) VALUES (%s)", [position])


@pytest.mark.usefixtures("_one_row_in_each_table")
@pytest.mark.parametrize("table", TABLES)
def test_rows_cannot_be_deleted(table: str) -> None:
    with (
        pytest.raises((IntegrityError, InternalError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.usefixtures("_one_row_in_each_table")
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("audit_event", "data = '{}'"),
        ("audit_seal", "hash = ''"),
        ("audit_sealedevent", "sequence = 9"),
        ("audit_dispatched", "at = now()"),
    ],
)
def test_rows_cannot_be_changed(table: str, column: str) -> None:
    with (
        pytest.raises((IntegrityError, InternalError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET {column}")
