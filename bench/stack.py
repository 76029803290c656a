"""Private servers and real processes for a measurement; nothing is left running behind it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import redis

from config.children import spawn, stop_all, wait_until
from config.embedded import remove, running_servers
from config.embedded_servers import Process
from config.processes import PROCESSES, command, workers_that_answer

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDER = REPOSITORY / "build" / "bench"


@contextmanager
def servers() -> Iterator[Mapping[str, str]]:
    """A fresh PostgreSQL and Valkey: DATABASE_URL and REDIS_URL.

    Data are flushed to disk as in production; the folder is emptied first.
    """
    if (FOLDER / "data").exists():
        remove(FOLDER / "data")
    for anchor in FOLDER.glob("anchor*.jsonl"):
        anchor.unlink()
    with running_servers(FOLDER / "data") as running:
        yield {"DATABASE_URL": running.database_url, "REDIS_URL": running.redis_url}


def new_database(url: str, name: str) -> str:
    """Create a database on the server of `url`; return its address."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    return url.rpartition("/")[0] + f"/{name}"


@contextmanager
def portfolio(vendors: int) -> Iterator[dict[str, str]]:
    """Fresh servers with a database of so many vendors: what a process needs to run on it."""
    with servers() as urls:
        database = new_database(urls["DATABASE_URL"], f"bench_{vendors}")
        settings = environment(database, urls["REDIS_URL"])
        loaded("bench.http_load", vendors, settings=settings)
        yield settings


def environment(database_url: str, redis_url: str, *, port: int = 0) -> dict[str, str]:
    """What a Surety process needs to run against these servers."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "for-measurements-only-" + "s" * 32,
        "AUDIT_KEY": "for-measurements-only-" + "a" * 32,
        "AUDIT_ANCHOR_FILE": str(FOLDER / "anchor.jsonl"),
        "STATIC_ROOT": str(FOLDER / "static"),
        "MEDIA_ROOT": str(FOLDER / "media"),
        "RUN_FOLDER": str(FOLDER),
        "HTTPS": "false",
        "API_RATE": "1000000/min",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "WEB_BIND": f"127.0.0.1:{port}",
    }


def loaded(module: str, *arguments: str | int, settings: Mapping[str, str]) -> dict[str, Any]:
    """What a loader says in its last line, once it has filled the database of these settings.

    A process of its own: one process can know one database only.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env=settings,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def free_port() -> int:
    """A port on the loopback interface that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def processes(names: Sequence[str], settings: Mapping[str, str]) -> Iterator[dict[str, Process]]:
    """The named processes of `config.processes`, ready, and stopped at the end."""
    running: dict[str, Process] = {}
    try:
        for name in names:
            running[name] = spawn(
                command(name, settings),
                log=FOLDER / "logs" / f"{name}.log",
                environment=settings,
                folder=REPOSITORY,
            )
        _wait(names, settings)
        yield running
    finally:
        stop_all(list(running.values()), signal.SIGTERM, grace=15)


def _wait(names: Sequence[str], settings: Mapping[str, str]) -> None:
    workers = {name for name in names if name.startswith("worker")}

    def ready() -> bool:
        if workers:
            workers.difference_update(
                workers_that_answer(settings["REDIS_URL"], *workers, seconds=1)
            )
        well = PROCESSES["web"].healthy
        return not workers and ("web" not in names or well is None or well(settings))

    if not wait_until(ready, seconds=90, every=0.2):
        sys.exit(f"Not everything became ready: see {FOLDER / 'logs'}.")


def flush(redis_url: str) -> None:
    """Empty the queue and the cache."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
