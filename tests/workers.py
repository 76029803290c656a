"""A real Celery worker process for a test."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config import processes
from config.children import spawn, stop, wait_until

_REPOSITORY = Path(__file__).parent.parent


@dataclass
class Worker:
    """A running worker, of the prefork kind unless it is one of the named."""

    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, *, environment: Mapping[str, str], log: Path) -> "Worker":
        """Start a worker for every queue but the outbound one and wait until it takes tasks."""
        command = [sys.executable, "-m", "celery", "--app=config.celery", "worker"]
        command += ["--queues=interactive,bulk,reports", "--concurrency=2", "--loglevel=INFO"]
        command += ["--without-gossip", "--without-mingle", f"--hostname={log.stem}@%h"]
        return cls.started(command, environment, log)

    @classmethod
    def start_named(cls, name: str, *, environment: Mapping[str, str], log: Path) -> "Worker":
        """Start a worker as an installation does, and wait until it takes tasks."""
        return cls.started(processes.command(name, environment), environment, log)

    @classmethod
    def started(cls, command: Sequence[str], environment: Mapping[str, str], log: Path) -> "Worker":
        """Start a worker by its command line, and wait until it takes tasks."""
        process = spawn(command, log=log, environment=environment, folder=_REPOSITORY)
        worker = cls(process=process, log=log)
        ready = wait_until(
            lambda: process.poll() is not None or " ready." in worker.said(), seconds=180
        )
        if not ready or process.poll() is not None:
            worker.stop()
            raise AssertionError(f"The worker did not start:\n{worker.said()}")
        return worker

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def kill(self) -> None:
        """`kill -9` of the main process, as the machine's own killer would do it."""
        self.process.kill()
        self.process.wait(timeout=10)

    def stop(self) -> None:
        """Let it finish what it is at, and end it."""
        stop(self.process, signal.SIGTERM, grace=20)
