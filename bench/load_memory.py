"""How much memory each kind of process has, over time. Reads /proc, so Linux only."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from config.embedded_servers import Process

_MEGABYTE = 1024
#: The beginning is left out of slopes: caches fill, and pages are copied on their first write.
_WARM = 1 / 3


def tree(pid: int) -> list[int]:
    """A process and all that it has started."""
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                said = (task / "children").read_text(encoding="ascii")
                found += [int(child) for child in said.split()]
        except OSError:
            continue
    return found


def megabytes(pid: int) -> float:
    """What a process and its children take, shared pages counted by their part (PSS)."""
    total = 0
    for one in tree(pid):
        try:
            for line in Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total / _MEGABYTE


class Watch:
    """Looks at each process now and then, from its start until `end`."""

    def __init__(self, processes: Mapping[str, Process], *, every: float) -> None:
        self._processes, self._every = processes, every
        self._over = threading.Event()
        self._begun = time.monotonic()
        self.seen: dict[str, list[tuple[float, float]]] = {name: [] for name in processes}
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while True:
            minute = (time.monotonic() - self._begun) / 60
            for name, process in self._processes.items():
                self.seen[name].append((minute, megabytes(process.pid)))
            if self._over.wait(self._every):
                return

    def end(self) -> dict[str, dict[str, float]]:
        """Per process: megabytes at first, at last, at most, and how many more each minute."""
        self._over.set()
        self._thread.join(timeout=30)
        return {name: _said(points) for name, points in self.seen.items() if points}


def _said(points: list[tuple[float, float]]) -> dict[str, float]:
    sizes = [size for _minute, size in points]
    return {
        "first_mb": round(sizes[0], 1),
        "last_mb": round(sizes[-1], 1),
        "most_mb": round(max(sizes), 1),
        "mb_per_minute": round(slope(points[int(len(points) * _WARM) :]), 3),
    }


def slope(points: list[tuple[float, float]]) -> float:
    """Of the line of least squares through these points; 0 where there are fewer than three."""
    if len(points) < 3:
        return 0.0
    middle = sum(x for x, _y in points) / len(points)
    level = sum(y for _x, y in points) / len(points)
    spread = sum((x - middle) ** 2 for x, _y in points)
    return sum((x - middle) * (y - level) for x, y in points) / spread if spread else 0.0
