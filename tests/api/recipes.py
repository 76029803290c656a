"""The code of docs/api.md, piece by piece, as it stands there."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

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
