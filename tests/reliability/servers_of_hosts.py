"""PostgreSQL and the queue on hosts of their own, from the programs that tests and demo use."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg2
import redis

from config import embedded_servers as private
from config.children import Account, stop, wait_until
from tests.reliability.hosts import NETWORK, Host

_ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
_POSTGRES_PORT, _VALKEY_PORT = 5432, 6379


@contextmanager
def servers(folder: Path, database: Host, broker: Host) -> Iterator[tuple[str, str]]:
    """Both servers running: the addresses for DATABASE_URL and REDIS_URL."""
    folder.mkdir(parents=True)
    folder.chmod(0o711)
    account = Account(65534, 65534) if os.geteuid() == 0 else None
    home = private.Home(folder=folder, logs=folder / "logs", account=account, durable=False)
    home.logs.mkdir()
    known, use = private.known(home), private.programs(home)
    private.make_cluster(home, use, known)
    with ExitStack() as running:
        postgres = _postgres(home, use, database)
        running.callback(stop, postgres, signal.SIGINT, grace=30)
        database_url = f"postgresql://surety:{known.postgres_password}@{database.address}/surety"
        admin_url = database_url.removesuffix("/surety") + "/postgres"
        _wait(lambda: _made(admin_url), postgres, home.logs / "postgres.log")
        valkey = _valkey(home, use, known, broker)
        running.callback(stop, valkey, signal.SIGTERM, grace=10)
        redis_url = f"redis://:{known.valkey_password}@{broker.address}:{_VALKEY_PORT}/0"
        _wait(lambda: _answers(redis_url), valkey, home.logs / "valkey.log")
        yield database_url, redis_url


def _wait(true: object, process: "subprocess.Popen[bytes]", log: Path) -> None:
    assert callable(true)
    assert wait_until(lambda: process.poll() is not None or bool(true()), seconds=90)
    assert process.poll() is None, log.read_text(errors="replace")


def _postgres(home: private.Home, use: private.Programs, host: Host) -> "subprocess.Popen[bytes]":
    rules = home.postgres / "pg_hba.conf"
    with rules.open("a", encoding="ascii") as more:
        more.write(f"host all all {NETWORK}.0/24 scram-sha-256\n")
    options = {
        "listen_addresses": host.address,
        "unix_socket_directories": "",
        "timezone": "UTC",
        "max_connections": "200",
        "jit": "off",
        "fsync": "off",
        "synchronous_commit": "off",
        "autovacuum": "off",
    }
    command = [str(use.postgres), "-D", str(home.postgres), "-p", str(_POSTGRES_PORT)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return host.start(
        command,
        log=home.logs / "postgres.log",
        environment=_ENVIRONMENT,
        folder=home.workplace,
        as_nobody=True,
    )


def _made(url: str) -> bool:
    """Whether it answers; makes our database then."""
    with contextlib.suppress(psycopg2.OperationalError):
        line = psycopg2.connect(url, connect_timeout=5)
        line.autocommit = True
        with contextlib.closing(line), line.cursor() as cursor:
            cursor.execute("CREATE DATABASE surety")
        return True
    return False


def _valkey(
    home: private.Home, use: private.Programs, known: private.Known, host: Host
) -> "subprocess.Popen[bytes]":
    home.valkey.mkdir(mode=0o700)
    if home.account is not None:
        os.chown(home.valkey, home.account.uid, home.account.gid)
    lines = [
        f"bind {host.address}",
        f"port {_VALKEY_PORT}",
        f"requirepass {known.valkey_password}",
        f'dir "{home.valkey}"',
        "maxmemory-policy noeviction",
        "appendonly no",
        'save ""',
    ]
    settings = home.valkey / "valkey.conf"
    private.write_private(settings, "\n".join(lines) + "\n", home.account)
    return host.start(
        [str(use.valkey), str(settings)],
        log=home.logs / "valkey.log",
        environment=_ENVIRONMENT,
        folder=home.workplace,
        as_nobody=True,
    )


def _answers(url: str) -> bool:
    with contextlib.suppress(redis.RedisError), redis.Redis.from_url(url) as client:
        return bool(client.ping())
    return False
