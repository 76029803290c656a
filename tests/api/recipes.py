"""The code of docs/api.md, piece by piece, as it stands there, and what it meets when it is run."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from django.db import connection

from tests.audit.sample import seal_now
from tests.factories.scoring import catch_up

REPOSITORY: Final = Path(__file__).parents[2]
PAGE: Final = REPOSITORY / "docs" / "api.md"
_PIECE: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING: Final = re.compile(r"^## (.+)$", re.MULTILINE)
#: What every recipe builds on.
LINES: Final = "The lines that all recipes use"


@dataclass(frozen=True)
class Piece:
    """One block of code: its language, its text, and the line of the page it begins at."""

    language: str
    code: str
    line: int


def pieces() -> dict[str, list[Piece]]:
    """The blocks of each section, by its heading; sections without code are left out."""
    text = PAGE.read_text()
    heads = [*_HEADING.finditer(text)]
    found: dict[str, list[Piece]] = {}
    for block in _PIECE.finditer(text):
        heading = [head[1] for head in heads if head.start() < block.start()][-1]
        line = text.count("\n", 0, block.start()) + 2
        found.setdefault(heading, []).append(Piece(block[1], block[2], line))
    return found


@dataclass
class Recipes:
    """Runs sections of the page; `names` holds what their Python has defined so far."""

    environment: Mapping[str, str]
    names: dict[str, Any] = field(default_factory=dict)

    def run(self, *headings: str) -> None:
        """The Python of these sections, in this order."""
        for heading in headings:
            for piece in pieces()[heading]:
                if piece.language == "python":
                    # As many empty lines before it as there are on the page: errors name the line.
                    code = "\n" * (piece.line - 1) + piece.code
                    exec(compile(code, str(PAGE), "exec"), self.names)

    def __getattr__(self, name: str) -> Any:
        """Something that the Python has defined."""
        try:
            return self.names[name]
        except KeyError:
            raise AttributeError(name) from None

    def shell(self, heading: str, folder: Path) -> list[str]:
        """What each command of a section prints, run in `folder`."""
        return [
            subprocess.run(
                ["bash", "-eu", "-c", piece.code],
                env={
                    **os.environ,
                    **self.environment,
                    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                },
                cwd=folder,
                stdout=subprocess.PIPE,
                check=True,
                text=True,
            ).stdout
            for piece in pieces()[heading]
            if piece.language == "sh"
        ]


def settle() -> None:
    """What workers and the sealer do within a second."""
    catch_up()
    seal_now()


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server of the page's receiver; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def working(work: Callable[[], Any]) -> Iterator[None]:
    """As a worker does it: again and again, until the recipe has what it waits for."""
    over = threading.Event()

    def again() -> None:
        try:
            while not over.wait(0.1):
                work()
        finally:
            connection.close()

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def nowhere() -> str:
    """An address at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
