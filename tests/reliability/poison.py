"""Tasks and faults that take a worker down; loaded by a worker of a test (`--include`)."""

import os
import signal
from pathlib import Path
from uuid import UUID

from celery import shared_task

from scoring import inputs

#: Where a test looks how often something was begun, and names what kills.
FOLDER = Path(os.environ.get("POISON_FOLDER", "/nonexistent"))


def _begun(name: str) -> None:
    with (FOLDER / name).open("a") as file:
        file.write("x")


@shared_task(name="poison.kill")
def kill() -> None:
    """What a crash of a library, or the machine's killer, does to a worker."""
    _begun("killed")
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(name="poison.well")
def well() -> None:
    """What waits behind it."""
    _begun("well")


_gather = inputs.gather


def _gather_or_die(ids: frozenset[UUID], **more: object) -> object:
    named = FOLDER / "assessment"
    if named.exists() and UUID(named.read_text()) in ids:
        _begun("died")
        os.kill(os.getpid(), signal.SIGKILL)
    return _gather(ids, **more)  # type: ignore[arg-type]


if FOLDER.is_dir():
    inputs.gather = _gather_or_die  # type: ignore[assignment]
