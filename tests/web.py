"""A real gunicorn for a test: the command that containers run, on a free port."""

import re
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.children import spawn, stop, wait_until
from config.processes import command

_REPOSITORY = Path(__file__).parent.parent


@dataclass
class Web:
    """Running web processes and the address at which they listen."""

    process: subprocess.Popen[bytes]
    log: Path
    address: str

    @classmethod
    def start(cls, *, environment: Mapping[str, str], log: Path, processes: int = 2) -> "Web":
        """Start the web processes and wait until all of them serve."""
        environment = {
            **environment,
            "WEB_BIND": "127.0.0.1:0",
            "WEB_PROCESSES": str(processes),
            "RUN_FOLDER": str(log.parent),
        }
        process = spawn(
            command("web", environment), log=log, environment=environment, folder=_REPOSITORY
        )
        ready = wait_until(
            lambda: (
                process.poll() is not None or log.read_text().count("Booting worker") >= processes
            ),
            seconds=60,
        )
        listening = re.search(r"Listening at: (http://\S+)", log.read_text())
        web = cls(process, log, listening[1] if listening else "")
        if not ready or not listening or process.poll() is not None:
            web.stop()
            raise AssertionError(f"The web processes did not start:\n{log.read_text()}")
        return web

    def said(self) -> str:
        """Their log so far."""
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        """Let them finish what they are at, and end them."""
        stop(self.process, signal.SIGTERM, grace=20)
