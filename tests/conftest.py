"""Fixtures for every test: real Celery workers on the test database."""

import os
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import hypothesis
import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import migrated
from tests.workers import Worker

pytest_plugins = ["tests.leaks", "tests.personas"]


#: How long an invented case takes says something of the machine only.
hypothesis.settings.register_profile(
    "surety",
    deadline=None,
    print_blob=True,
)
hypothesis.settings.load_profile("surety")


def pytest_configure() -> None:
    """Build the catalogues that a change since the installation has made old."""
    from config import catalogues

    catalogues.build()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """On the private server, the test database is a copy of one that is migrated already."""
    from django.db import connection

    if "SURETY_TEST_PRIVATE" in os.environ:
        folder = Path(os.environ["SURETY_TEST_FOLDER"])
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated.template(folder)


StartWorker = Callable[[], Worker]


@pytest.fixture(scope="session")
def _worker_environment(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> dict[str, str]:
    """The environment of a process that shall see the test database and no other."""
    from django.conf import settings
    from django.db import connection

    name = connection.settings_dict["NAME"]
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {
        **os.environ,
        "DATABASE_URL": f"{server}/{name}",
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "INFO",
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
    }


@pytest.fixture
def broker() -> Generator[None]:
    """An empty queue before the test, and after it for the next."""
    import redis
    from django.conf import settings

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield
        client.flushdb()


@pytest.fixture
def start_worker(
    _worker_environment: dict[str, str],
    broker: None,
    transactional_db: None,
    tmp_path: Path,
) -> Generator[StartWorker]:
    """Start real prefork workers; each test has its own and may kill them."""
    started: list[Worker] = []

    def start() -> Worker:
        worker = Worker.start(
            environment=_worker_environment, log=tmp_path / f"worker-{len(started)}.log"
        )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture
def celery_worker_process(start_worker: StartWorker) -> Worker:
    """One real prefork worker, ready, on the test database and Valkey."""
    return start_worker()
