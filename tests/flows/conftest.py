"""A queue and a clock of a test's own."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from django.test import override_settings

from config import embedded, processes
from config.celery import app
from config.children import spawn, stop
from tests.conftest import StartWorker
from tests.flows.dying import Queue
from tests.workers import Worker
from webhooks.net_guard import networks_of

_REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def queue(
    tmp_path_factory: pytest.TempPathFactory,
    _worker_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Generator[Queue]:
    """A private Valkey that this process, the workers and the beat of the test all use."""
    # Each parallel test process counts for itself, and all of them share the outer folder.
    name = tmp_path_factory.mktemp("queue").name + os.environ.get("PYTEST_XDIST_WORKER", "")
    folder = Path(os.environ["SURETY_TEST_FOLDER"]) / name
    with embedded.running_servers(folder, durable=False) as servers:
        monkeypatch.setitem(_worker_environment, "REDIS_URL", servers.redis_url)
        monkeypatch.setitem(app.conf, "broker_url", servers.redis_url)
        # Connections are kept in two places; both are made anew for the other address.
        monkeypatch.setattr(app, "_pool", None)
        monkeypatch.setattr(app.amqp, "_producer_pool", None)
        yield Queue(servers)


@pytest.fixture
def start_senders(
    _worker_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    transactional_db: None,
    tmp_path: Path,
) -> Generator[StartWorker]:
    """Start workers that send webhooks, to this machine too; a test may kill them."""
    monkeypatch.setitem(_worker_environment, "WEBHOOK_ALLOWED_NETWORKS", "127.0.0.1/32")
    started: list[Worker] = []

    def start() -> Worker:
        worker = Worker.start_named(
            "worker-outbound",
            environment=_worker_environment,
            log=tmp_path / f"senders-{len(started)}.log",
        )
        started.append(worker)
        return worker

    with override_settings(WEBHOOK_ALLOWED_NETWORKS=networks_of("127.0.0.1/32")):
        yield start
    for worker in started:
        worker.stop()


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
