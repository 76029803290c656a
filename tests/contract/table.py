"""The table of what each operation answers: tests/contract/operations.txt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.contract.operations import Operation, bad_parameters

FILE: Final = Path(__file__).with_name("operations.txt")


@dataclass(frozen=True)
class Line:
    """What an operation answers, or the word for why it is not asked."""

    name: str
    good: int
    other: str
    bad: str
    stale: str
    conflict: str
    again: str
    rows: Mapping[str, str]
    """Part of its path -> kind of the row, where it is not the first that it may name."""

    @property
    def conflicting(self) -> dict[str, str]:
        """The rows with which it is 409, as in `rows`."""
        found = self.conflict if "=" in self.conflict else ""
        return dict(each.split("=") for each in found.split(",") if each)

    def untrue(self, one: Operation) -> list[str]:
        """The words that the document speaks against."""
        asked = {
            "no-row": not one.parts,
            "no-input": not one.takes and not one.parameters("query"),
            "any-text": not one.takes
            and bool(one.parameters("query"))
            and not list(bad_parameters(one)),
            "unversioned": "If-Match" not in one.parameters("header"),
            "none": "409" not in one.said["responses"],
            "no-key": "Idempotency-Key" not in one.parameters("header"),
        }
        said = {self.other, self.bad, self.stale, self.conflict, self.again}
        return [word for word, holds in asked.items() if (word in said) != holds]


def lines() -> dict[str, Line]:
    """Name of the operation -> what the table says of it."""
    return {line.name: line for line in _lines()}


def _lines() -> Iterator[Line]:
    for text in FILE.read_text(encoding="utf-8").splitlines():
        if text.startswith("#"):
            continue
        name, good, other, bad, stale, conflict, again, *rows = text.split()
        named = dict(row.split("=") for row in rows)
        yield Line(name, int(good), other, bad, stale, conflict, again, named)
