"""Whatever dies, no score is lost: the beat sweeps up what no task has done."""

import os
import signal
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
import redis
from django.db import connection, transaction

from assessments.models import Assessment
from config import embedded, processes
from config.celery import app
from config.children import spawn, stop, wait_until
from scoring.models import CurrentScore, Standing
from scoring.services import standings
from tests.conftest import StartWorker
from tests.factories.accounts import make_unit
from tests.factories.scoring import say, scored
from tests.factories.vendors import make_vendor
from tests.workers import Worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait: five times what the sweep needs.
PATIENCE = 30
_REPOSITORY = Path(__file__).parents[2]


@dataclass
class Queue:
    """A Valkey of the test's own, which may be emptied and killed."""

    servers: embedded.Servers

    def empty(self) -> None:
        """All that was queued is gone."""
        with redis.Redis.from_url(self.servers.redis_url) as client:
            client.flushall()

    def restart(self) -> None:
        """Killed and started again, with nothing in it."""
        self.servers.valkey.kill()
        self.servers.valkey.wait(timeout=10)
        self.servers.revive()
        self.empty()


@pytest.fixture
def queue(
    tmp_path_factory: pytest.TempPathFactory,
    _worker_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Generator[Queue]:
    """A private Valkey that this process, the workers and the beat of the test all use."""
    folder = Path(os.environ["SURETY_TEST_FOLDER"]) / tmp_path_factory.mktemp("queue").name
    with embedded.running_servers(folder, durable=False) as servers:
        monkeypatch.setitem(_worker_environment, "REDIS_URL", servers.redis_url)
        monkeypatch.setitem(app.conf, "broker_url", servers.redis_url)
        # Connections are kept in two places; both are made anew for the other address.
        monkeypatch.setattr(app, "_pool", None)
        monkeypatch.setattr(app.amqp, "_producer_pool", None)
        yield Queue(servers)


@pytest.fixture
def beat(queue: Queue, _worker_environment: dict[str, str], tmp_path: Path) -> Generator[None]:
    """The real clock process."""
    environment = {**_worker_environment, "RUN_FOLDER": str(tmp_path)}
    process = spawn(
        processes.command("beat", environment),
        log=tmp_path / "beat.log",
        environment=environment,
        folder=_REPOSITORY,
    )
    yield
    stop(process, signal.SIGTERM, grace=10)


def is_scored(assessment: Assessment) -> bool:
    """Whether the score has taken in the latest inputs."""
    assessment.refresh_from_db(fields=["inputs_version"])
    return CurrentScore.objects.filter(
        pk=assessment.pk, inputs_version=assessment.inputs_version
    ).exists()


def kill_whole(worker: Worker) -> None:
    """`kill -9` of the worker and of the processes that do its work."""
    os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.wait(timeout=10)


def waiting_for_a_lock() -> bool:
    """Whether a task stands before a lock that this test holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks w JOIN pg_stat_activity a USING (pid) "
            "WHERE NOT w.granted AND w.locktype IN ('transactionid', 'tuple') "
            "AND a.datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_a_worker_killed_in_the_middle_of_a_task_loses_no_score(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    assessment = scored(make_unit())
    worker = start_worker()
    with transaction.atomic():
        # The save is committed below; the task then waits here, in the middle of its work.
        standings.lock([assessment.vendor_id])
        _save_elsewhere(assessment)
        assert wait_until(waiting_for_a_lock, seconds=PATIENCE), worker.said()
        kill_whole(worker)
    assert not is_scored(assessment)
    again = start_worker()
    assert wait_until(lambda: is_scored(assessment), seconds=PATIENCE), again.said()


def _save_elsewhere(assessment: Assessment) -> None:
    """Save in a transaction of its own, beside the one that holds the lock."""

    def save() -> None:
        try:
            say(assessment, staff=90)
        finally:
            connection.close()

    thread = Thread(target=save)
    thread.start()
    thread.join(timeout=PATIENCE)


def test_a_queue_that_was_emptied_loses_no_score(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    assessment = scored(make_unit())
    # Nobody takes tasks while the answer is saved and a vendor is added; then the queue is gone.
    say(assessment, staff=90)
    vendor = make_vendor(assessment.unit)
    queue.empty()
    worker = start_worker()
    assert wait_until(lambda: is_scored(assessment), seconds=PATIENCE), worker.said()
    assert CurrentScore.objects.get(pk=assessment.pk).cause == "sweep"
    stands = wait_until(
        lambda: Standing.objects.filter(vendor=vendor).count() == 2, seconds=PATIENCE
    )
    assert stands, worker.said()


def test_a_queue_that_dies_under_the_worker_loses_no_score(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    assessment = scored(make_unit())
    worker = start_worker()
    queue.servers.valkey.kill()
    queue.servers.valkey.wait(timeout=10)
    # Saving works without a queue.
    say(assessment, staff=90)
    queue.restart()
    assert wait_until(lambda: is_scored(assessment), seconds=PATIENCE), worker.said()
