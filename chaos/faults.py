"""What is done to a running Surety: chosen by chance, done without warning, written down."""

import contextlib
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from redis.exceptions import RedisError

from chaos.stack import NAMES, Stack, children_of

#: What is hit -> how often, in parts.
WEIGHTS: Final = {
    "web": 4,
    "worker": 4,
    "worker-bulk": 3,
    "worker-reports": 2,
    "worker-outbound": 3,
    "beat": 3,
    "postgres": 4,
    "valkey": 3,
    "queue": 1,
}
#: By how many seconds the clock of a process may be wrong after a restart.
SHIFTS: Final = (-90, -20, -5, 5, 20, 90)


@dataclass
class Faults:
    """The faults of one run."""

    stack: Stack
    chance: random.Random
    log: Path
    targets: Sequence[str] = tuple(WEIGHTS)
    count: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many there were."""
        return sum(self.count.values())

    def strike(self) -> None:
        """One fault, or two of different parts in the same moment."""
        free = [one for one in self.targets if one not in self.stack.down]
        for _ in range(2 if self.chance.random() < 0.15 else 1):
            if not free:
                return
            target = self.chance.choices(free, [WEIGHTS[one] for one in free])[0]
            free.remove(target)
            self._hit(target)

    def _hit(self, target: str) -> None:
        pause = self.chance.uniform(0.0, 4.0)
        if target == "postgres":
            how = self._postgres(pause)
        elif target == "valkey":
            how = self._valkey(pause)
        elif target == "queue":
            how = self._queue()
        else:
            how = self._process(target, pause)
        if how is None:
            return
        self.count[f"{target}: {how}"] += 1
        line = {
            "at": round(time.time(), 3),
            "number": self.total,
            "target": target,
            "how": how,
            "pause_s": round(pause, 2),
            "wrong_clocks": self.stack.shifted,
        }
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _process(self, name: str, pause: float) -> str | None:
        """The whole process, its head alone, or one of those that do its work."""
        assert name in NAMES
        process = self.stack.running[name]
        if process.poll() is not None:
            return None
        below = children_of(process.pid)
        how = self.chance.choice(["whole", "head", "child"] if below else ["whole"])
        if how == "child":
            _kill(self.chance.choice(below))
            return "a child"
        if how == "head":
            _kill(process.pid)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        self.stack.down[name] = time.monotonic() + pause
        return "the head alone" if how == "head" else "the whole process"

    def _postgres(self, pause: float) -> str | None:
        process = self.stack.servers.postgres
        if process.poll() is not None:
            return None
        below = children_of(process.pid)
        if below and self.chance.random() < 0.3:
            _kill(self.chance.choice(below))
            return "a backend"
        process.kill()
        process.wait(timeout=10)
        self.stack.down["postgres"] = time.monotonic() + pause
        return "the server"

    def _valkey(self, pause: float) -> str | None:
        process = self.stack.servers.valkey
        if process.poll() is not None:
            return None
        process.kill()
        process.wait(timeout=10)
        self.stack.down["valkey"] = time.monotonic() + pause
        if self.chance.random() < 0.25:
            self.stack.forget_valkey()
            return "the server, its data lost"
        return "the server"

    def _queue(self) -> str | None:
        try:
            self.stack.empty_queue()
        except (OSError, RedisError):
            # It is starting, or has just died.
            return None
        return "emptied"


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
