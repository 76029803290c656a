"""A private PostgreSQL and Valkey for one data folder, from the programs in two wheels.

For the demo, the tests and developers; never part of the production image. Nothing of the system
is touched: both listen on free loopback ports with passwords of their own, and the folder holds
all they know. `python -m config.embedded run --data FOLDER` runs them until Ctrl-C.
"""

import argparse
import contextlib
import fcntl
import os
import pwd
import re
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.children import (
    Account,
    ask_to_stop,
    command_line,
    exists,
    stop,
    wait_until,
    working_in,
)
from config.embedded_servers import (
    EmbeddedError,
    Home,
    Known,
    Process,
    delete,
    known,
    make_cluster,
    programs,
    reaches,
    start_postgres,
    start_valkey,
)

__all__ = ["EmbeddedError", "Servers", "claim", "remove", "running_servers", "start"]

_SHARED = Path("/var/tmp")  # noqa: S108 - folders in it are made by us, with a random name


@dataclass
class Servers:
    """The two running servers. Stop them with `stop()`; they also stop when this process dies."""

    home: Home
    moved: bool
    """Whether the data are not in the asked folder but under /var/tmp (see `start`)."""
    known: Known
    postgres: Process
    valkey: Process
    lock: IO[str]

    @property
    def folder(self) -> Path:
        """Where the data really are."""
        return self.home.folder

    @property
    def database_url(self) -> str:
        return self.known.database_url

    @property
    def redis_url(self) -> str:
        return self.known.redis_url

    def fallen(self) -> str | None:
        """The name of a server that has ended by itself, or None."""
        if self.postgres.poll() is not None:
            return "PostgreSQL"
        if self.valkey.poll() is not None:
            return "Valkey"
        return None

    def revive(self) -> None:
        """Start again what has ended, at the same address.

        Raises EmbeddedError: it does not come up, or its port was taken meanwhile.
        """
        before = self.known
        use = programs(self.home)
        if self.postgres.poll() is not None:
            self.postgres, self.known = start_postgres(self.home, use, self.known)
        if self.valkey.poll() is not None:
            self.valkey, self.known = start_valkey(self.home, use, self.known)
        if self.known != before:
            raise EmbeddedError("A server's port was taken by another program: start again.")

    def stop(self) -> None:
        """Stop both and let go of the folder. Harmless when called twice."""
        stop(self.valkey, signal.SIGTERM, grace=10)
        # SIGINT is PostgreSQL's "fast": open connections are cut, data are written out.
        stop(self.postgres, signal.SIGINT, grace=30)
        self.lock.close()


@contextlib.contextmanager
def running_servers(data_dir: Path, *, durable: bool = True) -> Iterator[Servers]:
    """`start`, and `stop` at the end of the block."""
    servers = start(data_dir, durable=durable)
    try:
        yield servers
    finally:
        servers.stop()


def start(data_dir: Path, *, durable: bool = True) -> Servers:
    """Start both servers on the data of `data_dir`, making them the first time.

    With `durable=False` nothing is flushed to disk: fast, and for tests only.

    As root the servers run as `nobody` (PostgreSQL refuses root). Where `nobody` cannot reach
    `data_dir`, such as below a private home folder, the data go to a folder under /var/tmp that
    `data_dir/servers-folder` names. Servers left over from a killed run are stopped first.

    Call it from the main thread: the servers live as long as the thread that started them.

    Raises EmbeddedError: another run has the folder, or a server does not come up.
    """
    lock = claim(data_dir)
    try:
        return _start(data_dir.resolve(), lock, durable=durable)
    except OSError as error:
        lock.close()
        raise EmbeddedError(f"The private servers cannot start: {error}.") from error
    except BaseException:
        lock.close()
        raise


def claim(data_dir: Path) -> IO[str]:
    """Make the folder if need be and keep every other run out of it, until the result is closed.

    Raises EmbeddedError: another run has it, or it may not be written.
    """
    try:
        if not data_dir.is_dir():
            data_dir.mkdir(parents=True)
            # `nobody` must be able to pass through, not to look around.
            data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
        lock = (data_dir / "lock").open("a")
    except OSError as error:
        raise EmbeddedError(
            f"The folder {data_dir} cannot be written ({error.strerror}): choose another one."
        ) from error
    try:
        # The system lets go of the lock however the run ends.
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise EmbeddedError(
            f"Another run is using {data_dir}: stop it first, or choose another folder."
        ) from None
    return lock


def remove(data_dir: Path) -> None:
    """Stop leftover servers of `data_dir` and delete their data, wherever they are."""
    if not data_dir.is_dir():
        return
    data_dir = data_dir.resolve()
    with claim(data_dir):
        home = _recorded_home(data_dir) or data_dir
        _stop_leftovers(home)
        for name in ("postgres", "postgres.new", "valkey", "servers.json", "programs"):
            delete(home / name)
        if home != data_dir:
            delete(home)
            delete(data_dir / "servers-folder")


def _start(data_dir: Path, lock: IO[str], *, durable: bool) -> Servers:
    account = _account()
    folder = _home(data_dir, account)
    logs = data_dir / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    _stop_leftovers(folder)
    home = Home(folder=folder, logs=logs, account=account, durable=durable)
    use = programs(home)
    secret = known(home)
    make_cluster(home, use, secret)
    postgres, secret = start_postgres(home, use, secret)
    try:
        valkey, secret = start_valkey(home, use, secret)
    except BaseException:
        stop(postgres, signal.SIGINT, grace=30)
        raise
    return Servers(
        home=home,
        moved=folder != data_dir,
        known=secret,
        postgres=postgres,
        valkey=valkey,
        lock=lock,
    )


def _account() -> Account | None:
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(entry.pw_uid, entry.pw_gid)


def _recorded_home(data_dir: Path) -> Path | None:
    with contextlib.suppress(FileNotFoundError):
        home = Path((data_dir / "servers-folder").read_text().strip())
        if home.is_dir() and home.stat().st_uid == os.geteuid():
            return home
    return None


def _home(data_dir: Path, account: Account | None) -> Path:
    recorded = _recorded_home(data_dir)
    if recorded is not None:
        return recorded
    if account is None or reaches(data_dir, account):
        return data_dir
    place = re.sub(r"[^A-Za-z0-9]+", "-", str(data_dir)).strip("-")[-60:]
    home = _SHARED / f"surety-{place}-{secrets.token_hex(4)}"
    home.mkdir()
    home.chmod(0o711)
    (data_dir / "servers-folder").write_text(f"{home}\n")
    return home


def _stop_leftovers(home: Path) -> None:
    """Stop servers of this very folder that outlived a killed run.

    A pid file can be old and its number given to somebody else's process: only one whose command
    line names our folder is ours.
    """
    for pid_file, mark, ask in (
        (home / "postgres" / "postmaster.pid", home / "postgres", signal.SIGINT),
        (home / "valkey" / "valkey.pid", home / "valkey" / "valkey.conf", signal.SIGTERM),
    ):
        pid = _pid_in(pid_file)
        if pid is not None and str(mark) in command_line(pid):
            ask_to_stop(pid, ask, grace=30)
    # The helpers of a killed PostgreSQL end by themselves a moment later; two at once would harm.
    cluster = home / "postgres"
    if not wait_until(lambda: not working_in(cluster), seconds=10):
        for pid in working_in(cluster):
            os.kill(pid, signal.SIGKILL)
    # It would refuse to start while *any* process has the number in this file: a stranger, or the
    # killed one that its parent has not fetched yet.
    pid = _pid_in(cluster / "postmaster.pid")
    if pid is not None and exists(pid):
        (cluster / "postmaster.pid").unlink()


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def main() -> None:
    """`run` prints the addresses and stops on Ctrl-C; `remove` deletes the data."""
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=main.__doc__)
    parser.add_argument("action", choices=["run", "remove"])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data")
    parser.add_argument("--fast", action="store_true", help="never flush to disk; for tests")
    chosen = parser.parse_args()
    try:
        if chosen.action == "remove":
            remove(chosen.data)
            return
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with (
            contextlib.suppress(KeyboardInterrupt),
            running_servers(chosen.data, durable=not chosen.fast) as servers,
        ):
            print(f"DATABASE_URL={servers.database_url}")
            print(f"REDIS_URL={servers.redis_url}", flush=True)
            print(f"Data in {servers.folder}. Ctrl-C stops both.", file=sys.stderr)
            while servers.fallen() is None:
                time.sleep(1)
            raise EmbeddedError(f"{servers.fallen()} has stopped: see its log in {chosen.data}.")
    except EmbeddedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
