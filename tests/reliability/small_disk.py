"""Programs on a disk of their own, which a test fills, or makes unwritable, for real.

A small file system in memory, mounted where only these programs see it: `unshare` makes a mount
namespace, as root or with a namespace of users. `python -m tests.reliability.small_disk` runs in
it: it mounts, starts a private PostgreSQL and Valkey there, and does what it is told.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from config.embedded import EmbeddedError, Servers, running_servers

_REPOSITORY: Final = Path(__file__).parents[2]


def in_own_mounts(*command: str) -> list[str]:
    """The command line that runs `command` where it may mount, and nobody else sees it."""
    who = [] if os.geteuid() == 0 else ["--map-current-user", "--keep-caps"]
    return ["unshare", *who, "--mount", "--", *command]


def mount(*arguments: str) -> None:
    """Mount something in the namespace of this process. Raises CalledProcessError."""
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


# --- in the test --------------------------------------------------------------------------------


@dataclass
class SmallDisk:
    """The servers there, as a test drives them."""

    process: subprocess.Popen[str]
    database_url: str
    redis_url: str
    folder: Path

    def tell(self, order: str) -> Any:
        """Have an order carried out; its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{order}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "The servers of the small disk have ended."
        return json.loads(line)


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """A private PostgreSQL and Valkey on a disk of so many megabytes."""
    # Where the servers' own user can reach it.
    folder = Path(tempfile.mkdtemp(prefix="disk-", dir=os.environ["SURETY_TEST_FOLDER"]))
    folder.chmod(0o711)
    command = [sys.executable, "-m", "tests.reliability.small_disk", str(folder), str(megabytes)]
    with subprocess.Popen(
        in_own_mounts(*command),
        cwd=_REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            started = process.stdout.readline()
            assert started, "The servers of the small disk did not start."
            yield SmallDisk(process=process, folder=folder, **json.loads(started))
        finally:
            assert process.stdin is not None
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait(timeout=60)


# --- in the namespace ---------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> None:
    """Mount, start, and do what is told until nobody says anything more."""
    folder, megabytes = Path(arguments[0]), arguments[1]
    mount("-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder))
    with running_servers(folder / "servers") as servers:
        assert not servers.moved, "The servers are somewhere else."
        _say({"database_url": servers.database_url, "redis_url": servers.redis_url})
        for line in sys.stdin:
            _say(_done(line.strip(), servers, folder))


def _done(order: str, servers: Servers, folder: Path) -> Any:
    filler, cluster = folder / "filler", servers.home.postgres
    match order:
        case "fill":
            return _fill(filler)
        case "empty":
            filler.unlink()
        case "kill":
            servers.postgres.kill()
            servers.postgres.wait(timeout=10)
        case "lock":
            mount("--bind", str(cluster), str(cluster))
            mount("-o", "remount,ro,bind", str(cluster))
        case "unlock":
            subprocess.run(["umount", str(cluster)], check=True)
        case "revive":
            try:
                servers.revive()
            except (EmbeddedError, OSError) as error:
                return str(error)
        case "fallen":
            return servers.fallen()
    return "done"


def _fill(filler: Path) -> int:
    """Take all the room that is left; how many bytes that was."""
    with filler.open("ab", buffering=0) as file:
        for size in (1_000_000, 4_096, 1):
            with suppress(OSError):
                while file.write(b"\0" * size) == size:
                    pass
        return file.tell()


def _say(what: Any) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
