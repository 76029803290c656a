"""What a report says, whatever it is printed as: sections of words, facts, tables and charts.

A document holds values, not texts: points are whole milli-points, shares numbers from 0 to 1, days
`date`. The paper (`reports.paper`) and the workbook (`reports.book`) each put them as they can, so
that both say the same figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Kind(Enum):
    """What the values of a column are, and so how they are put."""

    TEXT = "text"
    COUNT = "count"
    # Milli-points, cut to one place as pages show them; EXACT with all three.
    POINTS = "points"
    EXACT = "exact"
    # A difference in milli-points, with its sign.
    CHANGE = "change"
    SHARE = "share"
    # Money and other figures, with the places that they have.
    AMOUNT = "amount"
    DAY = "day"
    # A hash or an id: in the type of a machine, broken anywhere.
    CODE = "code"

    @property
    def is_number(self) -> bool:
        """Whether it is set to the right, and is a number in a workbook."""
        return self in _NUMBERS


_NUMBERS = {Kind.COUNT, Kind.POINTS, Kind.EXACT, Kind.CHANGE, Kind.SHARE, Kind.AMOUNT}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `width`: its share of the paper; 0 leaves it to the workbook."""

    title: str
    kind: Kind = Kind.TEXT
    width: float = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values under a head; `total`: a last row that sums up.

    `group`: the column whose value becomes a heading of the paper, above the rows that share it.
    `below`: one of texts without a share of the paper, which stand below their row there.
    `empty`: the sentence that stands where there are no rows. `shades`: a key of `BANDS` per row
    and column, for tables that are read as a map. `sheet`: its name in the workbook. `printed`: the
    rows on paper, where they are fewer than those in the workbook.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    sheet: str
    empty: str = ""
    note: str = ""
    total: Sequence[Any] | None = None
    group: int | None = None
    below: int | None = None
    printed: Sequence[Sequence[Any]] | None = None
    shades: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with a text each; `kind` is TEXT or CODE."""

    rows: Sequence[tuple[str, str]]
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Words:
    """Paragraphs, or the points of a list."""

    said: Sequence[str]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: its kind (`templates/reports/charts.typ`), what it shows, and the same in words.

    The table with the same figures stands below it.
    """

    kind: str
    title: str
    alt: str
    data: Mapping[str, Any]


Block = Table | Facts | Words | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter, or with `level` 2 a part of the one before it."""

    title: str
    blocks: Sequence[Block]
    level: int = 1


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. `cover`: what its first page says; `marks`: warnings that stand there."""

    title: str
    subject: str
    cover: Sequence[tuple[str, str]]
    summary: Sequence[str]
    marks: Sequence[str]
    sections: Sequence[Section]
    footer: str
    # Drawn on the first page.
    cover_chart: Chart | None = None

    @property
    def tables(self) -> list[Table]:
        """All of its tables, in their order."""
        return [
            block
            for section in self.sections
            for block in section.blocks
            if isinstance(block, Table)
        ]
