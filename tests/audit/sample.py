"""Events for tests of the record, and a way to write them on connections of their own."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, transaction

from accounts.principal import SYSTEM
from audit import seal
from audit.events import Payload
from audit.ids import uuid7
from audit.models import Event, SealedEvent
from audit.record import record


class Noted(Payload):
    """Something with a public and a private part."""

    type: ClassVar[str] = "test.noted"
    aggregate_type: ClassVar[str] = "test"
    private: ClassVar[frozenset[str]] = frozenset({"note"})

    number: int
    note: str = ""


class Plain(Payload):
    """Something without a private part."""

    type: ClassVar[str] = "test.plain"
    aggregate_type: ClassVar[str] = "test"

    number: int


def note(number: int, *, about: UUID | None = None) -> Event:
    """Record one event in a transaction of its own."""
    with transaction.atomic():
        return record(
            Noted(aggregate_id=about or uuid7(), number=number, note=f"private {number}"),
            by=SYSTEM,
        )


def settle() -> None:
    """Wait until no other transaction, such as the database's own housekeeping, is older."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(txid), 0) FROM audit_event WHERE txid < 1000000000")
            if cursor.fetchone()[0] < seal.horizon_of(cursor):
                return
        time.sleep(0.05)
    raise AssertionError("Some transaction does not end.")


def seal_now(*, limit: int = 50_000) -> int:
    """Seal once everything can be sealed."""
    settle()
    return seal.seal(limit=limit)


def tamper(*statements: str) -> None:
    """Do what only a database administrator can: with the triggers switched off."""
    tables = ["audit_event", "audit_seal", "audit_sealedevent", "audit_checkpoint"]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            for statement in statements:
                cursor.execute(statement)
        finally:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def position(sequence: int) -> int:
    """The key of the event that was sealed as this number."""
    return SealedEvent.objects.get(sequence=sequence).event_id


class Script:
    """A thread with a connection of its own that does one step when told to, and waits."""

    def __init__(self) -> None:
        self._todo: list[Callable[[], Any] | None] = []
        self._step = threading.Semaphore(0)
        self._done = threading.Semaphore(0)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            self._step.acquire()
            step = self._todo.pop(0)
            if step is None:
                connection.close()
                return
            try:
                step()
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                self._error = error
            self._done.release()

    def do(self, step: Callable[[], Any]) -> None:
        """Run `step` in the thread and wait until it is done."""
        self.begin(step)
        self.wait()

    def begin(self, step: Callable[[], Any]) -> None:
        """Run `step` in the thread without waiting."""
        self._todo.append(step)
        self._step.release()

    def wait(self) -> None:
        """Until the step that was begun is done; raises what it raised."""
        assert self._done.acquire(timeout=20), "The step did not end."
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """End the thread and its connection."""
        self._todo.append(None)
        self._step.release()
        self._thread.join(timeout=20)


@contextmanager
def open_transaction() -> Generator[Script]:
    """A script inside a transaction that commits at the end of the block."""
    script = Script()
    atomic = transaction.atomic()
    script.do(atomic.__enter__)
    try:
        yield script
        script.do(lambda: atomic.__exit__(None, None, None))
    finally:
        script.close()
