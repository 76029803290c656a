"""A migration that is killed half-way, by either end, is begun again and comes to the same."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psycopg2

from bench.stack import new_database
from config.children import spawn, wait_until
from tests import migrated
from tests.contract.asking import ask
from tests.reliability.conftest import settings_of
from tests.web import Web

_REPOSITORY = Path(__file__).parents[2]
PATIENCE = 900


def begin(settings: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """The migration as an installation begins it."""
    return spawn(
        [sys.executable, "-W", "ignore", "manage.py", "migrate", "--no-input"],
        log=log,
        environment=settings,
        folder=_REPOSITORY,
    )


def applied(address: str) -> int:
    """How many migrations the database says it has."""
    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations')")
        if cursor.fetchone() == (None,):
            return 0
        cursor.execute("SELECT count(*) FROM django_migrations")
        return int(cursor.fetchone()[0])


def cut_off(address: str) -> None:
    """The database ends the connection of whoever migrates, as when it is started anew."""
    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_migration_interrupted_twice_comes_to_the_same_schema(
    django_db_setup: None, tmp_path: Path
) -> None:
    address = new_database(os.environ["DATABASE_URL"], f"interrupted_{os.getpid()}")
    settings = settings_of(address, os.environ["REDIS_URL"], tmp_path)
    log = tmp_path / "migrate.log"

    process = begin(settings, log)
    assert wait_until(lambda: applied(address) > 40, seconds=PATIENCE), log.read_text()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
    first = applied(address)

    web = Web.start(environment=settings, log=tmp_path / "web.log", processes=1)
    try:
        ready = ask(web.address, "/readyz")
        assert ready.status == 503
        assert b"behind: run manage.py migrate" in ready.body
    finally:
        web.stop()

    process = begin(settings, log)
    assert wait_until(lambda: applied(address) > first + 20, seconds=PATIENCE), log.read_text()
    cut_off(address)
    assert process.wait(timeout=PATIENCE) != 0

    assert begin(settings, log).wait(timeout=PATIENCE) == 0, log.read_text()
    assert migrated.schema_of(address) == migrated.schema_of(migrated.address_of(migrated.NAME))
