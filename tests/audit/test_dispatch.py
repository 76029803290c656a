"""From a committed event to the queue, also when the queue cannot be reached."""

import json
import socket
from collections.abc import Callable, Generator
from datetime import timedelta
from typing import Any

import pytest
import redis
from celery import Celery, current_app
from django.conf import settings
from django.db import transaction

from accounts.principal import SYSTEM
from audit import clock, dispatch, sweep
from audit.ids import uuid7
from audit.models import Dispatched, Event
from audit.record import record
from tests.audit.sample import Plain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("broker")]

TASK = "tests.audit.react"


@pytest.fixture(autouse=True)
def _route(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Plain events call a task of this test."""
    monkeypatch.setattr(dispatch, "routes", lambda: {"test.plain": (TASK,)})
    dispatch.outage.end()
    yield
    dispatch.outage.end()


@pytest.fixture
def use_broker(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Celery]:
    """Send through another broker from now on, with the settings of the real one."""

    def use(url: str) -> Celery:
        app = Celery("elsewhere", broker=url, set_as_current=False)
        app.conf.update(
            broker_transport_options=current_app.conf.broker_transport_options,
            broker_connection_timeout=current_app.conf.broker_connection_timeout,
            task_default_queue=current_app.conf.task_default_queue,
        )
        monkeypatch.setattr(dispatch, "current_app", app)
        dispatch.outage.end()
        return app

    return use


def a_port_where_nobody_listens() -> int:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port: int = closed.getsockname()[1]
    return port


def save(number: int = 1) -> Event:
    with transaction.atomic():
        return record(Plain(aggregate_id=uuid7(), number=number), by=SYSTEM)


def queued() -> list[str]:
    """The event ids in the queue."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        messages = [json.loads(raw) for raw in client.lrange("interactive", 0, -1)]
    return [message["headers"]["argsrepr"].strip("[]'\"") for message in messages]


def test_an_event_is_queued_when_its_transaction_commits() -> None:
    with transaction.atomic():
        event = record(Plain(aggregate_id=uuid7(), number=1), by=SYSTEM)
        assert queued() == []
    assert queued() == [str(event.id)]
    assert Dispatched.objects.filter(event=event.position).exists()


def test_what_is_rolled_back_is_never_queued() -> None:
    with transaction.atomic():
        record(Plain(aggregate_id=uuid7(), number=1), by=SYSTEM)
        transaction.set_rollback(True)
    assert queued() == []


def test_a_broker_that_is_down_does_not_fail_the_save_and_the_sweep_sends_it_later(
    use_broker: Callable[[str], Celery],
) -> None:
    use_broker(f"redis://127.0.0.1:{a_port_where_nobody_listens()}/0")
    event = save()
    assert Event.objects.filter(pk=event.pk).exists()
    assert not Dispatched.objects.exists()
    assert sweep.redispatch(older_than=timedelta(0)) == 0

    use_broker(settings.REDIS_URL)
    assert sweep.redispatch(older_than=timedelta(0)) == 1
    assert queued() == [str(event.id)]
    assert sweep.redispatch(older_than=timedelta(0)) == 0


def test_while_the_broker_is_known_to_be_down_no_further_save_tries_it(
    use_broker: Callable[[str], Celery], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = use_broker(f"redis://127.0.0.1:{a_port_where_nobody_listens()}/0")
    tries: list[str] = []
    real = elsewhere.send_task

    def counting(name: str, *args: Any, **options: Any) -> Any:
        tries.append(name)
        return real(name, *args, **options)

    monkeypatch.setattr(elsewhere, "send_task", counting)
    for number in range(20):
        save(number)
    assert tries == [TASK]
    assert Event.objects.count() == 20


def test_the_sweep_leaves_alone_what_is_just_being_sent_and_what_is_long_past() -> None:
    dispatch.outage.begin()
    event = save()
    dispatch.outage.end()
    assert sweep.redispatch(older_than=timedelta(minutes=1)) == 0
    with clock.at(clock.now() + timedelta(days=3)):
        assert sweep.redispatch() == 0
    assert sweep.redispatch(older_than=timedelta(0)) == 1
    assert queued() == [str(event.id)]


def test_a_crash_between_queueing_and_marking_queues_twice_rather_than_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(BaseException):
        pass

    def die(*args: object, **options: object) -> None:
        raise Killed

    with monkeypatch.context() as during:
        during.setattr(Dispatched.objects, "bulk_create", die)
        with pytest.raises(Killed):
            save()
    assert len(queued()) == 1
    assert sweep.redispatch(older_than=timedelta(0)) == 1
    assert len(queued()) == 2


def test_events_that_nothing_reacts_to_are_not_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "routes", dict)
    save()
    assert sweep.redispatch(older_than=timedelta(0)) == 0
    assert queued() == []
