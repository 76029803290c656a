"""Any workbook or CSV file as sheets of cells, refused before it can do harm.

A workbook may hold a single cell in its last row and column, or unpack to a thousand times its
size: both are measured before anything opens it.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from audit.texts import straight
from vendors.imports import formulas, packed, table
from vendors.imports.cells import name_of
from vendors.imports.packed import Inside, Unreadable

__all__ = ["MOST_BYTES", "Book", "Cell", "Sheet", "Unreadable", "read", "shown"]

MOST_BYTES: Final = 20_000_000
MOST_ROWS: Final = 25_000
MOST_COLUMNS: Final = 300
MOST_SHEETS: Final = 60
_MOST: Final = packed.Most(rows=MOST_ROWS, cells=3_000_000)

Cell = str | int | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows[0][0]` is A1; every row has its own width.

    formulas: names of cells with a formula or the error of one, as C7; valueless: those of them
    that have left no value. hidden: numbers of hidden rows, from 1. merged: (top, left, bottom,
    right), from 0.
    """

    name: str
    rows: list[list[Cell]]
    visible: bool = True
    formulas: frozenset[str] = frozenset()
    hidden: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    valueless: frozenset[str] = frozenset()

    def text(self, row: int, column: int) -> str:
        """What the cell shows, from 0; "" outside the sheet."""
        if not 0 <= row < len(self.rows) or not 0 <= column < len(self.rows[row]):
            return ""
        return shown(self.rows[row][column])

    def has_formula(self, row: int, column: int) -> bool:
        """Whether the cell (from 0) holds a formula or the error of one."""
        return name_of(column, row + 1) in self.formulas

    def lacks_value(self, row: int, column: int) -> bool:
        """Whether the cell (from 0) holds a formula that has left no value."""
        return name_of(column, row + 1) in self.valueless


@dataclass(frozen=True)
class Book:
    """A file read. `formulas_seen`: whether its kind shows which cells are formulas."""

    kind: str  # "csv", "xlsx", "xls" or "ods"
    sheets: list[Sheet]
    formulas_seen: bool = True
    facts: Mapping[str, str] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of this name, whatever its capitals."""
        wanted = name.strip().casefold()
        return next((s for s in self.sheets if s.name.strip().casefold() == wanted), None)


def shown(value: object) -> str:
    """A cell as text: 100042.0 is 100042, a day is 2026-01-31."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return value.date().isoformat() if at_midnight else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else straight(str(value))


def read(content: bytes) -> Book:
    """The workbook or CSV file in `content`. Raises Unreadable, which says what to do."""
    if not content.strip(b"\x00 \r\n\t"):
        raise Unreadable(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise Unreadable(too_large())
    if content[:4] == b"PK\x03\x04":
        kind, inside = packed.looked_through(content, _MOST)
        if kind == "ods":
            return Book("ods", _sheets(content, {}), formulas_seen=False)
        paths = formulas.sheet_paths(content)
        pages = {name: inside.get(path, Inside()) for name, path in paths.items()}
        return Book("xlsx", _sheets(content, pages))
    if content[:4] == b"\xd0\xcf\x11\xe0":
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable(packed.locked())
        return Book("xls", _sheets(content, {}), formulas_seen=False)
    rows, encoding, delimiter = table.text_rows(content)
    for line in rows:
        if line.broken:
            raise Unreadable(
                _("Line %(line)d: %(what)s") % {"line": line.number, "what": line.broken}
            )
    # A quoted cell may run over several lines; the row keeps the number of its first one.
    cells: list[list[Cell]] = [[] for _line in range(rows[-1].number)] if rows else []
    for line in rows:
        cells[line.number - 1] = list(line.cells[:MOST_COLUMNS])
    return Book(
        "csv",
        [Sheet(_("List"), cells)],
        facts={"encoding": encoding, "delimiter": delimiter},
    )


def too_large() -> str:
    """What to say of a file that is not even read."""
    return _("The file is larger than %(most)d MB. Split it, or remove pictures from it.") % {
        "most": MOST_BYTES // 1_000_000
    }


def _sheets(content: bytes, inside: Mapping[str, Inside]) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if len(book.sheet_names) > MOST_SHEETS:
            raise Unreadable(
                _("The workbook has %(count)d sheets; at most %(most)d can be read.")
                % {"count": len(book.sheet_names), "most": MOST_SHEETS}
            )
        return [
            _sheet(
                book.get_sheet_by_name(found.name),
                found.visible == SheetVisibleEnum.Visible,
                inside.get(found.name, Inside()),
            )
            for found in book.sheets_metadata
            if found.typ == SheetTypeEnum.WorkSheet
        ]
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(packed.not_opened()) from error


def _sheet(found: CalamineSheet, visible: bool, inside: Inside) -> Sheet:
    _MOST.check(found.total_height, found.total_width)
    rows: list[list[Cell]] = [
        [*row[:MOST_COLUMNS]] for row in found.to_python(skip_empty_area=False)
    ]
    merged = tuple(
        (top, left, low, right) for (top, left), (low, right) in found.merged_cell_ranges or ()
    )
    return Sheet(
        found.name, rows, visible, inside.formulas, inside.hidden, merged, inside.valueless
    )
