"""From the bytes of a CSV or spreadsheet file to rows of text with their line numbers."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from audit.texts import straight
from vendors.imports import packed
from vendors.imports.packed import Unreadable

__all__ = ["MOST_BYTES", "MOST_ROWS", "Line", "Table", "Unreadable", "read", "text_rows"]

MOST_BYTES: Final = 10_000_000
MOST_ROWS: Final = 20_000
_MOST_COLUMNS: Final = 200
#: Room is made for every cell up to the last; how many rows a list may have is counted afterwards.
_MOST: Final = packed.Most(rows=1_048_576, cells=6_000_000)
#: A quoted cell may hold line breaks; one that is open longer than this was never closed.
_MOST_LINES_IN_A_ROW: Final = 12
_EXACT: Final = 10**15
_HEADER_WITHIN: Final = 15
_DELIMITERS: Final = (",", ";", "\t", "|")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


@dataclass(frozen=True)
class Line:
    """One row: its line in the file (from 1) and its cells; `broken` says why it has none."""

    number: int
    cells: Sequence[str]
    broken: str = ""


@dataclass(frozen=True)
class Table:
    """A file read: how it was understood, its headings, and the rows below them."""

    kind: str  # "csv" or "sheet"
    header: Sequence[str]
    lines: list[Line]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    facts: dict[str, str] = field(default_factory=dict)


def read(content: bytes, *, is_header: Callable[[Sequence[str]], int], wanted: str = "") -> Table:
    """The table in `content`.

    `is_header` tells how many headings of a row are known; 0 where it is no header. `wanted`: the
    sentence that says which headings are needed, where the list is not one of vendors. Raises
    Unreadable with a sentence.
    """
    if not content.strip(b"\x00 \r\n\t"):
        raise Unreadable(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise Unreadable(
            _("The file is larger than %(most)d MB. Split it into parts.")
            % {"most": MOST_BYTES // 1_000_000}
        )
    if content[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}:
        return _read_sheet(content, is_header, wanted)
    return _read_csv(content, is_header, wanted)


def _decode(content: bytes) -> tuple[str, str]:
    text, encoding = _decoded(content)
    return straight(text), encoding


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, codec, label in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(codec), label
            except UnicodeDecodeError as error:
                raise Unreadable(_not_text()) from error
    sample = content[:2000]
    if b"\x00" in sample:
        # Text in a Western script, saved as UTF-16 without a mark: every other byte is zero.
        odd, even = sample[1::2].count(0), sample[0::2].count(0)
        codec = "utf-16-le" if odd > even else "utf-16-be"
        try:
            text = content.decode(codec)
        except UnicodeDecodeError as error:
            raise Unreadable(_not_text()) from error
        if "\x00" in text:
            raise Unreadable(_not_text())
        return text, "UTF-16"
    for codec, label in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if sum(char < " " and char not in "\t\r\n\f\v" for char in text[:2000]) > 5:
            break
        return text, label
    raise Unreadable(_not_text())


def _not_text() -> str:
    return _("This is neither a CSV file nor an Excel workbook. Save the list as one of them.")


def _records(lines: Sequence[str], delimiter: str) -> Iterator[Line]:
    """The rows of a CSV file; one with a quotation mark that is never closed spoils no other."""
    at = 0
    while at < len(lines):
        taken, cells, broken = _record(lines, at, delimiter)
        yield Line(at + 1, cells, broken)
        at += taken


def _record(lines: Sequence[str], at: int, delimiter: str) -> tuple[int, list[str], str]:
    """(lines taken, cells, why it is broken) of the row that begins at line `at`."""
    if lines[at].count('"') % 2 == 0:
        return 1, _split(lines[at : at + 1], delimiter, strict=False), ""
    for taken in range(1, min(_MOST_LINES_IN_A_ROW, len(lines) - at) + 1):
        try:
            return taken, _split(lines[at : at + taken], delimiter, strict=True), ""
        except csv.Error:
            continue
    cells = _split(lines[at : at + 1], delimiter, strict=False)
    # A stray quotation mark inside a cell is only a character; at its start it opens the cell.
    opened = any(cell.lstrip().startswith('"') for cell in lines[at].split(delimiter))
    if not opened:
        return 1, cells, ""
    return 1, cells, _("A quotation mark is opened on this line and not closed.")


def _split(lines: Sequence[str], delimiter: str, *, strict: bool) -> list[str]:
    reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    row = next(reader, [])
    if strict and next(reader, None) is not None:
        raise csv.Error("more than one row")
    return row


def _read_csv(content: bytes, is_header: Callable[[Sequence[str]], int], wanted: str) -> Table:
    text, encoding = _decode(content)
    csv.field_size_limit(MOST_BYTES)
    lines = [line.replace("\x00", "") for line in io.StringIO(text, newline=None)]
    if lines and lines[0].strip().lower().startswith("sep="):
        lines[0] = "\n"
    best: tuple[int, int, str, int] | None = None
    for delimiter in _DELIMITERS:
        for index, line in enumerate(_first(_records(lines, delimiter))):
            known = is_header(line.cells)
            if known and (best is None or known > best[0]):
                best = (known, index, delimiter, line.number)
    if best is None:
        raise _no_header(_split(lines[:1], _likely(lines[0]), strict=False), wanted)
    _known, index, delimiter, _number = best
    rows = list(_records(lines, delimiter))
    return Table(
        kind="csv",
        header=[cell.strip() for cell in rows[index].cells],
        lines=_body(rows[index + 1 :]),
        encoding=encoding,
        delimiter=delimiter,
    )


def text_rows(content: bytes) -> tuple[list[Line], str, str]:
    """(every row of a CSV file, its encoding, its delimiter), whatever its headings are.

    The delimiter is the one that cuts most of the first rows into equally many cells. Raises
    Unreadable.
    """
    text, encoding = _decode(content)
    csv.field_size_limit(MOST_BYTES)
    lines = [line.replace("\x00", "") for line in io.StringIO(text, newline=None)]
    if lines and lines[0].strip().lower().startswith("sep="):
        lines[0] = "\n"

    def cut(delimiter: str) -> tuple[int, int]:
        widths = [len(line.cells) for line in _first(_records(lines, delimiter))]
        wide = [width for width in widths if width > 1]
        return max((wide.count(width) for width in wide), default=0), max(widths, default=0)

    delimiter = max(_DELIMITERS, key=cut)
    rows = list(_records(lines, delimiter))
    if len(rows) > MOST_ROWS:
        raise Unreadable(
            _("The list has %(count)d rows; at most %(most)d can be imported at once. Split it.")
            % {"count": len(rows), "most": MOST_ROWS}
        )
    return rows, encoding, delimiter


def _first(rows: Iterator[Line]) -> list[Line]:
    return [line for line, _count in zip(rows, range(_HEADER_WITHIN), strict=False)]


def _likely(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _no_header(found: Sequence[str], wanted: str) -> Unreadable:
    named = ", ".join(f"“{cell.strip()[:40]}”" for cell in found[:12] if cell.strip())
    wanted = wanted or _(
        "No column with the vendors' names was found. Give it the heading “name”, “vendor” or "
        "“supplier name”."
    )
    return Unreadable(
        _("%(wanted)s The first row has: %(found)s.")
        % {"wanted": wanted, "found": named or _("nothing")}
    )


def _body(rows: Sequence[Line]) -> list[Line]:
    kept = [line for line in rows if line.broken or any(cell.strip() for cell in line.cells)]
    if len(kept) > MOST_ROWS:
        raise Unreadable(
            _("The list has %(count)d rows; at most %(most)d can be imported at once. Split it.")
            % {"count": len(kept), "most": MOST_ROWS}
        )
    return kept


def _read_sheet(content: bytes, is_header: Callable[[Sequence[str]], int], wanted: str) -> Table:
    try:
        if content.startswith(b"PK"):
            packed.looked_through(content, _MOST)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = []
        for name in book.sheet_names:
            found = book.get_sheet_by_name(name)
            _MOST.check(found.total_height, found.total_width)
            sheets.append((name, found.to_python(skip_empty_area=False)))
    except (CalamineError, OSError) as error:
        raise Unreadable(packed.not_opened()) from error
    for name, rows in sheets:
        for index, row in enumerate(rows[:_HEADER_WITHIN]):
            header = [_cell(cell).strip() for cell in row[:_MOST_COLUMNS]]
            if is_header(header):
                below = [
                    Line(number, [_cell(cell) for cell in cells[:_MOST_COLUMNS]])
                    for number, cells in enumerate(rows[index + 1 :], start=index + 2)
                ]
                return Table(kind="sheet", header=header, lines=_body(below), sheet=name)
    first = next((row for _name, rows in sheets for row in rows if any(row)), [])
    raise _no_header([_cell(cell) for cell in first], wanted)


def _cell(value: object) -> str:
    """A cell as the spreadsheet shows it: 100042.0 is the number 100042.

    Of more than 15 digits the last ones are lost, so such a number stays as it is kept.
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < _EXACT else f"{value:.15E}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None else straight(str(value))
