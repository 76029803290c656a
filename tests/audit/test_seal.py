"""Sealing: no gaps, nothing lost, in the order in which things happened."""

import json
from functools import partial
from pathlib import Path

import psycopg2
import pytest
from django.db import connection, transaction

from accounts.principal import SYSTEM
from audit import seal
from audit.ids import uuid7
from audit.models import Event, Seal, SealedEvent
from audit.record import OutsideTransaction, record
from tests.audit.sample import Plain, Script, note, open_transaction, seal_now

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("anchor_file"),
]


def sealed_numbers() -> list[int]:
    rows = SealedEvent.objects.order_by("sequence").select_related("event")
    return [row.event.data["number"] for row in rows]


def sequences() -> list[int]:
    return list(SealedEvent.objects.order_by("sequence").values_list("sequence", flat=True))


def write(number: int) -> None:
    record(Plain(aggregate_id=uuid7(), number=number), by=SYSTEM)


def test_an_event_belongs_to_the_transaction_of_its_change() -> None:
    with pytest.raises(OutsideTransaction):
        write(1)
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_sealing_numbers_events_without_gaps_and_chains_the_seals() -> None:
    for number in range(3):
        note(number)
    assert seal_now() == 3
    assert seal.seal() == 0
    note(3)
    assert seal_now() == 1
    assert sequences() == [1, 2, 3, 4]
    first, second = Seal.objects.order_by("id")
    assert (first.first_sequence, first.last_sequence) == (1, 3)
    assert (second.first_sequence, second.last_sequence) == (4, 4)
    assert first.hash != second.hash


def test_a_late_committer_is_sealed_and_nothing_slips_in_behind_a_number() -> None:
    with open_transaction() as late:
        late.do(lambda: write(1))
        note(2)
        # The late one began first: neither may be numbered while it could still commit.
        assert seal.seal() == 0
    note(3)
    assert seal_now() == 3
    assert sealed_numbers() == [1, 2, 3]


def test_a_rolled_back_transaction_leaves_no_gap() -> None:
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    note(2)
    assert seal_now() == 1
    assert sequences() == [1]


def test_events_of_one_aggregate_keep_their_order_when_the_later_writer_began_earlier() -> None:
    about = uuid7()
    with open_transaction() as bystander:
        with open_transaction() as began_first:
            # It has the lowest transaction id, but writes about the aggregate last.
            began_first.do(lambda: write(0))
            bystander.do(lambda: write(100))
            with transaction.atomic():
                record(Plain(aggregate_id=about, number=1), by=SYSTEM)
            began_first.do(lambda: record(Plain(aggregate_id=about, number=2), by=SYSTEM))
        # The bystander keeps number 1 from being sealed; number 2 must not overtake it.
        seal.seal()
        assert 2 not in sealed_numbers()
    seal_now()
    numbers = sealed_numbers()
    assert sorted(numbers) == [0, 1, 2, 100]
    assert numbers.index(1) < numbers.index(2)


def test_many_writers_at_once_lose_nothing() -> None:
    writers = [Script() for _ in range(6)]

    def work(start: int) -> None:
        for number in range(start, start + 25):
            with transaction.atomic():
                write(number)
                if number % 5 == 0:
                    transaction.set_rollback(True)

    for index, writer in enumerate(writers):
        writer.begin(partial(work, index * 1000))
    for _ in range(10):
        seal.seal(limit=7)
    for writer in writers:
        writer.wait()
        writer.close()
    while seal_now(limit=7):
        pass
    assert sequences() == list(range(1, 6 * 20 + 1))
    assert SealedEvent.objects.count() == Event.objects.count()


def test_the_limit_leaves_the_rest_to_the_next_run() -> None:
    for number in range(5):
        note(number)
    assert [seal_now(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert sealed_numbers() == [0, 1, 2, 3, 4]


def test_only_one_seals_at_a_time() -> None:
    note(1)
    with open_transaction() as other:
        other.do(_hold_the_lock)
        assert seal.seal() == 0
    assert seal_now() == 1


def _hold_the_lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [seal._SEALER_LOCK])


def test_a_sealer_that_dies_half_way_leaves_nothing_behind(anchor_file: Path) -> None:
    note(1)

    with transaction.atomic():
        assert seal_now() == 1
        transaction.set_rollback(True)
    assert not SealedEvent.objects.exists()
    assert not anchor_file.exists()
    assert seal_now() == 1
    assert sequences() == [1]


def test_each_seal_is_anchored_outside_the_database(anchor_file: Path) -> None:
    note(1)
    seal_now()
    note(2)
    seal_now()
    anchors = [json.loads(line) for line in anchor_file.read_text().splitlines()]
    assert [(one["seal"], one["sequence"], one["hash"]) for one in anchors] == [
        (link.id, link.last_sequence, bytes(link.hash).hex())
        for link in Seal.objects.order_by("id")
    ]


def test_events_restored_from_another_cluster_are_sealed_too() -> None:
    # Their transaction ids lie far in the future of this one.
    with connection.cursor() as cursor:
        note(1)
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER append_only")
        cursor.execute("UPDATE audit_event SET txid = txid + 1000000000")
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER append_only")
    note(2)
    assert seal_now() == 2
    note(3)
    assert seal_now() == 1
    assert sealed_numbers() == [1, 2, 3]


def test_a_long_transaction_in_another_database_of_the_server_holds_nothing_up() -> None:
    elsewhere = psycopg2.connect(
        **{**connection.get_connection_params(), "dbname": "postgres", "cursor_factory": None}
    )
    try:
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        note(1)
        assert seal_now() == 1
    finally:
        elsewhere.close()
