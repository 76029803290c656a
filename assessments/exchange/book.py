"""Any workbook or CSV file as sheets of cells, refused before it can do harm.

A workbook may hold a single cell in its last row and column, or unpack to a thousand times its
size: both are measured before anything opens it.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
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

from vendors.imports import formulas, table
from vendors.imports.cells import name_of
from vendors.imports.table import Unreadable

__all__ = ["MOST_BYTES", "Book", "Cell", "Sheet", "Unreadable", "read", "shown"]

MOST_BYTES: Final = 20_000_000
MOST_ROWS: Final = 25_000
MOST_COLUMNS: Final = 300
MOST_SHEETS: Final = 60
_MOST_UNPACKED: Final = 150_000_000
_MOST_PARTS: Final = 5_000
_MOST_CELLS: Final = 3_000_000
#: More often than this nobody repeats what is not empty.
_MOST_REPEATS: Final = 1_000

_REFERENCE: Final = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[ >/]")
_ROW_NUMBER: Final = re.compile(rb"""\br=["']([0-9]+)["']""")
_HIDDEN: Final = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_REPEATED: Final = re.compile(rb"""number-(?:rows|columns)-repeated=["']([0-9]+)["']""")

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
    return "" if value is None else str(value)


def read(content: bytes) -> Book:
    """The workbook or CSV file in `content`. Raises Unreadable, which says what to do."""
    if not content.strip(b"\x00 \r\n\t"):
        raise Unreadable(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise Unreadable(too_large())
    if content[:4] == b"PK\x03\x04":
        return _packed(content)
    if content[:4] == b"\xd0\xcf\x11\xe0":
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable(_locked())
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


@dataclass(frozen=True)
class _Inside:
    """What calamine does not tell of a sheet."""

    formulas: frozenset[str] = frozenset()
    hidden: frozenset[int] = frozenset()
    valueless: frozenset[str] = frozenset()


def _packed(content: bytes) -> Book:
    pages: dict[str, _Inside] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            _refuse_parts(entries)
            for entry in entries:
                # Reading every part proves that the sizes named are the real ones.
                inside = packed.read(entry)
                if entry.filename.endswith((".xml", ".rels")):
                    _refuse_markup(entry.filename, inside)
                if entry.filename.startswith("xl/worksheets/") and inside[:1] == b"<":
                    pages[entry.filename] = _measure_xlsx(inside)
                elif entry.filename == "content.xml":
                    _measure_ods(inside)
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise Unreadable(_not_opened()) from error
    if "content.xml" in names:
        return Book("ods", _sheets(content, {}), formulas_seen=False)
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("This is no workbook. Save it as .xlsx or .ods, or as CSV."))
    paths = formulas.sheet_paths(content)
    return Book(
        "xlsx", _sheets(content, {name: pages.get(path, _Inside()) for name, path in paths.items()})
    )


def _refuse_parts(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > _MOST_PARTS or sum(one.file_size for one in entries) > _MOST_UNPACKED:
        raise Unreadable(_("The workbook is too large when unpacked. Save the list as CSV."))
    if any(one.filename.lower().endswith(("vbaproject.bin", "/script-lb.xml")) for one in entries):
        raise Unreadable(_("The workbook holds macros. Save it as .xlsx, which leaves them out."))


def _refuse_markup(name: str, inside: bytes) -> None:
    """No spreadsheet program declares entities, which could unfold to any size."""
    if b"<!DOCTYPE" in inside or b"<!ENTITY" in inside:
        raise Unreadable(
            _("The workbook declares its own entities, in %(part)s. Save it again as .xlsx.")
            % {"part": name[:100]}
        )
    if name == "META-INF/manifest.xml" and b"encryption-data" in inside:
        raise Unreadable(_locked())


def _not_opened() -> str:
    return _("The workbook cannot be opened. Save it again as .xlsx, without a password.")


def _locked() -> str:
    return _("The workbook is protected by a password. Remove it, and save the workbook again.")


def _measure_xlsx(inside: bytes) -> _Inside:
    """What is in a sheet. Raises Unreadable for more rows or columns than a list has."""
    rows = columns = 0
    for letters, number in _REFERENCE.findall(inside):
        rows = max(rows, int(number))
        columns = max(columns, _column_number(letters))
    tags = _ROW.findall(inside)
    for part in _ROW.split(inside)[1:]:
        columns = max(columns, len(_CELL.findall(part)))
    _refuse_size(max(rows, len(tags)), columns)
    hidden = set()
    for at, tag in enumerate(tags, start=1):
        if _HIDDEN.search(tag):
            number = _ROW_NUMBER.search(tag)
            hidden.add(int(number[1]) if number else at)
    return _Inside(formulas.in_sheet(inside), frozenset(hidden), formulas.without_value(inside))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_size(rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        raise Unreadable(
            _(
                "A sheet of the workbook has something in row %(rows)d; at most %(most)d rows can "
                "be read. Delete what is below the list, or save the list as CSV."
            )
            % {"rows": rows, "most": MOST_ROWS}
        )
    if rows * columns > _MOST_CELLS or columns > 16_384:
        raise Unreadable(
            _(
                "A sheet of the workbook has %(columns)d columns. Delete what is to the right of "
                "the list, or save the list as CSV."
            )
            % {"columns": columns}
        )


def _measure_ods(inside: bytes) -> None:
    for part in inside.split(b"<table:table-row")[1:]:
        if b"office:value-type" not in part and b"<text:p" not in part:
            continue
        tag, _mark, cells = part.partition(b">")
        filled = [
            cell.partition(b">")[0]
            for cell in cells.split(b"<table:table-cell")[1:]
            if b"office:value-type" in cell.partition(b">")[0]
        ]
        for found in (tag, *filled):
            times = _REPEATED.search(found)
            if times and int(times[1]) > _MOST_REPEATS:
                raise Unreadable(
                    _("The workbook repeats a cell %(times)d times. Save the list as CSV.")
                    % {"times": int(times[1])}
                )


def _sheets(content: bytes, inside: Mapping[str, _Inside]) -> list[Sheet]:
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
                inside.get(found.name, _Inside()),
            )
            for found in book.sheets_metadata
            if found.typ == SheetTypeEnum.WorkSheet
        ]
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_not_opened()) from error


def _sheet(found: CalamineSheet, visible: bool, inside: _Inside) -> Sheet:
    _refuse_size(found.total_height, found.total_width)
    rows: list[list[Cell]] = [
        [*row[:MOST_COLUMNS]] for row in found.to_python(skip_empty_area=False)
    ]
    merged = tuple(
        (top, left, low, right) for (top, left), (low, right) in found.merged_cell_ranges or ()
    )
    return Sheet(
        found.name, rows, visible, inside.formulas, inside.hidden, merged, inside.valueless
    )
