"""All of Surety as processes that may be killed, and are started again as a supervisor would."""

import contextlib
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import redis
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from bench.stack import free_port
from config import queues
from config.children import running, spawn, stop_all, wait_until
from config.embedded import EmbeddedError, Servers, remove, running_servers
from config.embedded_servers import Process
from config.processes import PROCESSES, command, workers_that_answer

REPOSITORY: Final = Path(__file__).resolve().parent.parent
NAMES: Final = ("web", "worker", "worker-bulk", "worker-reports", "worker-outbound", "beat")
SERVERS: Final = ("postgres", "valkey")
MOVED_CLOCK: Final = Path(__file__).with_name("moved_clock")


@dataclass
class Stack:
    """What runs, what is down at the moment, and when it comes up again."""

    folder: Path
    servers: Servers
    port: int
    running: dict[str, Process] = field(default_factory=dict)
    down: dict[str, float] = field(default_factory=dict)
    """Name -> when it is started again (monotonic)."""
    shifted: dict[str, int] = field(default_factory=dict)
    """Name -> by how many seconds its clock is wrong."""
    groups: set[int] = field(default_factory=set)
    by_itself: int = 0
    """How often a process ended though nobody had killed it."""

    def settings(self) -> dict[str, str]:
        """What a Surety process needs to run here."""
        return {
            **os.environ,
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "SECRET_KEY": "for-chaos-only-" + "s" * 40,
            "AUDIT_KEY": "for-chaos-only-" + "a" * 40,
            "AUDIT_ANCHOR_FILE": str(self.folder / "anchor.jsonl"),
            "STATIC_ROOT": str(self.folder / "static"),
            "MEDIA_ROOT": str(self.folder / "media"),
            "RUN_FOLDER": str(self.folder),
            "HTTPS": "false",
            "API_RATE": "1000000/min",
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "chaos.settings",
            "WEB_BIND": f"127.0.0.1:{self.port}",
            "WEB_PROCESSES": "2",
            "WEB_THREADS": "8",
            "WORKER_CONCURRENCY": "2",
            "BULK_CONCURRENCY": "1",
            "WEBHOOK_CONCURRENCY": "8",
            "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1/32",
            "OPENBLAS_NUM_THREADS": "1",
        }

    def start(self, name: str, shift: int = 0) -> None:
        """Start one process, whose clock is wrong by `shift` seconds."""
        settings: Mapping[str, str] = self.settings()
        self.shifted.pop(name, None)
        if shift:
            self.shifted[name] = shift
            settings = {
                **settings,
                "PYTHONPATH": str(MOVED_CLOCK),
                "CHAOS_CLOCK_SHIFT": str(shift),
            }
        line = command(name, settings)
        process = spawn(
            # With equal rights: beside 20 clients, who gives way would not come up in time.
            line[line.index(sys.executable) :],
            log=self.folder / "logs" / f"{name}.log",
            environment=settings,
            folder=REPOSITORY,
        )
        self.groups.add(process.pid)
        self.running[name] = process
        self.down.pop(name, None)

    def look_after(self, chance: random.Random, *, shifts: tuple[int, ...] = ()) -> None:
        """Start again what is due; what has ended by itself comes up after a moment, too.

        With `shifts`, every sixth start is one with a wrong clock.
        """
        now = time.monotonic()
        for name, process in self.running.items():
            if name not in self.down and process.poll() is not None:
                self.by_itself += 1
                self.down[name] = now + chance.uniform(0.2, 2.0)
        if self.servers.fallen() and not any(self.down.get(one, 0.0) > now for one in SERVERS):
            self.revive()
        for name in [one for one, when in self.down.items() if when <= now and one in NAMES]:
            wrong = bool(shifts) and chance.random() < 1 / 6
            self.start(name, chance.choice(shifts) if wrong else 0)

    def revive(self) -> None:
        """Start PostgreSQL and Valkey where they are down."""
        # Killed backends may still hold the shared memory, the longer the busier the machine is.
        end = time.monotonic() + 120
        while True:
            try:
                self.servers.revive()
                break
            except EmbeddedError:
                if time.monotonic() > end:
                    raise
        for one in SERVERS:
            self.down.pop(one, None)

    def heal(self) -> None:
        """Everything runs, with the right clocks, and answers."""
        if self.servers.fallen():
            self.revive()
        self.down.clear()
        wrong = [self.running[name] for name in self.shifted]
        stop_all(wrong, signal.SIGTERM, grace=20)
        for name in NAMES:
            if name in self.shifted or self.running[name].poll() is not None:
                self.start(name)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Until pages are served and workers take tasks; what ends meanwhile is started again."""
        left = {name for name in NAMES if name.startswith("worker")}
        well = PROCESSES["web"].healthy
        assert well is not None

        def ready() -> bool:
            for name in NAMES:
                if self.running[name].poll() is not None:
                    self.by_itself += 1
                    self.start(name)
            # A connection of before Valkey was killed is found dead the first time only.
            with contextlib.suppress(OperationalError, OSError, RedisError):
                answer = workers_that_answer(self.servers.redis_url, *left, seconds=1)
                left.difference_update(answer)
            return not left and well(self.settings())

        if not wait_until(ready, seconds=300, every=0.3):
            who = ", ".join(sorted(left)) or "web"
            sys.exit(f"Not everything came up again ({who}): see {self.folder / 'logs'}.")

    def empty_queue(self) -> None:
        """All that Valkey holds is gone."""
        with redis.Redis.from_url(self.servers.redis_url) as client:
            client.flushall()

    def forget_valkey(self) -> None:
        """What Valkey had on its disk is gone, while it is down."""
        shutil.rmtree(self.servers.home.valkey / "appendonlydir", ignore_errors=True)

    def queued(self) -> dict[str, int]:
        """How much lies in each queue, and in the hands of workers."""
        with redis.Redis.from_url(self.servers.redis_url) as client:
            found = {name: int(client.llen(name)) for name in queues.QUEUES}
            return {**found, "in hand": int(client.hlen("unacked"))}

    def stop(self, *names: str) -> None:
        """Let these end in order, and whatever was left of them."""
        stop_all([self.running[name] for name in names], signal.SIGTERM, grace=20)
        if set(names) == set(NAMES):
            # Children that outlived their parents.
            for group in self.groups:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(group, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that run."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(one) for one in text.split() if running(int(one))]


@contextmanager
def stack(folder: Path) -> Iterator[Stack]:
    """Fresh servers in an emptied folder. Data are flushed to disk, as in production."""
    if (folder / "data").exists():
        remove(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    folder.chmod(0o711)
    # WhiteNoise warns of a folder that is not there.
    (folder / "static").mkdir()
    with running_servers(folder / "data") as servers:
        made = Stack(folder=folder, servers=servers, port=free_port())
        try:
            yield made
        finally:
            if made.running:
                made.stop(*NAMES)
