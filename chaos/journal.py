"""What a client has sent, and what it was told: on disk before it goes on, to be compared later."""

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

#: What became of an operation. MAYBE: nobody said; either outcome is right, but never a half.
SENT: Final = "sent"
OK: Final = "ok"
REFUSED: Final = "refused"
MAYBE: Final = "maybe"


class Journal:
    """A file of one client: a JSON object per line, flushed to disk with each."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def note(self, state: str, kind: str, mark: str, **what: Any) -> None:
        """One line: an operation is named by its mark, which no other has."""
        line = json.dumps(
            {"at": round(time.time(), 3), "state": state, "kind": kind, "mark": mark, **what}
        )
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Nothing more will be noted."""
        self._file.close()


@dataclass
class Operation:
    """One thing that a client wanted: all that was noted of it."""

    kind: str
    mark: str
    state: str
    what: dict[str, Any]
    """The members of all its lines; later ones win."""


def operations(folder: Path) -> Iterator[Operation]:
    """Every operation of every client, with how it ended for the client."""
    for path in sorted(folder.glob("*.jsonl")):
        found: dict[str, Operation] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            kind, mark, state = row.pop("kind"), row.pop("mark"), row.pop("state")
            one = found.setdefault(mark, Operation(kind, mark, SENT, {}))
            one.state = _ended(one.state, state)
            one.what.update(row)
        for one in found.values():
            if one.state == SENT:
                one.state = MAYBE
            yield one


def _ended(before: str, now: str) -> str:
    """Told once that it was done, it is done; a refusal after a silence says nothing of it."""
    if OK in (before, now):
        return OK
    if MAYBE in (before, now):
        return MAYBE
    return now
