"""Workbooks that are archives (.xlsx, .ods), looked through before a reader of them opens one.

A small file may unpack to gigabytes, hold a single cell in its last row and column (readers make
room for all between), repeat one a million times, or declare entities that unfold for ever.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from vendors.imports import formulas

_MOST_UNPACKED: Final = 150_000_000
_MOST_PARTS: Final = 5_000
_WIDEST: Final = 16_384
#: More often than this nobody repeats what is not empty.
_MOST_REPEATS: Final = 1_000

_REFERENCE: Final = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[ >/]")
_ROW_NUMBER: Final = re.compile(rb"""\br=["']([0-9]+)["']""")
_HIDDEN: Final = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_REPEATED: Final = re.compile(rb"""number-(?:rows|columns)-repeated=["']([0-9]+)["']""")


class Unreadable(ValueError):
    """The file is not a list that can be read. The message says what to do."""


@dataclass(frozen=True)
class Most:
    """How much of a sheet is read: rows, and rows times columns."""

    rows: int
    cells: int

    def check(self, rows: int, columns: int) -> None:
        """Raises Unreadable where a sheet has more."""
        if rows > self.rows:
            raise Unreadable(
                _(
                    "A sheet of the workbook has something in row %(rows)d; at most %(most)d rows "
                    "can be read. Delete what is below the list, or save the list as CSV."
                )
                % {"rows": rows, "most": self.rows}
            )
        if rows * columns > self.cells or columns > _WIDEST:
            raise Unreadable(
                _(
                    "A sheet of the workbook has %(columns)d columns. Delete what is to the right "
                    "of the list, or save the list as CSV."
                )
                % {"columns": columns}
            )


@dataclass(frozen=True)
class Inside:
    """What a reader of values does not tell of a sheet."""

    formulas: frozenset[str] = frozenset()
    hidden: frozenset[int] = frozenset()
    valueless: frozenset[str] = frozenset()


def looked_through(content: bytes, most: Most) -> tuple[str, Mapping[str, Inside]]:
    """("xlsx" or "ods", part of the archive -> what is inside of the sheets of an xlsx).

    Raises Unreadable.
    """
    pages: dict[str, Inside] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            _refuse_parts(entries)
            for entry in entries:
                inside = _unpacked(content, entry)
                if entry.filename.endswith((".xml", ".rels")):
                    _refuse_markup(entry.filename, inside)
                if entry.filename.startswith("xl/worksheets/") and inside[:1] == b"<":
                    pages[entry.filename] = _measure_xlsx(inside, most)
                elif entry.filename == "content.xml":
                    _measure_ods(inside)
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError, struct.error, zlib.error) as error:
        raise Unreadable(not_opened()) from error
    if "content.xml" in names:
        return "ods", {}
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("This is no workbook. Save it as .xlsx or .ods, or as CSV."))
    return "xlsx", pages


def _unpacked(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    """A part, of exactly the size that the archive names: what others will unpack is as large.

    The library believes the size, and unpacks a piece before it cuts it off; so this does not.
    """
    names = content[entry.header_offset + 26 : entry.header_offset + 30]
    start = entry.header_offset + 30 + sum(struct.unpack("<HH", names))
    held = content[start : start + entry.compress_size]
    if entry.flag_bits & 1:
        raise Unreadable(locked())
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        held = stream.decompress(held, entry.file_size + 1)
        if not stream.eof:
            raise Unreadable(_too_large())
    elif entry.compress_type != zipfile.ZIP_STORED:
        raise NotImplementedError(entry.compress_type)
    if len(held) != entry.file_size or zlib.crc32(held) != entry.CRC:
        raise zipfile.BadZipFile(entry.filename)
    return held


def not_opened() -> str:
    """What to say of a workbook that is broken."""
    return _("The workbook cannot be opened. Save it again as .xlsx, without a password.")


def locked() -> str:
    """What to say of a workbook behind a password."""
    return _("The workbook is protected by a password. Remove it, and save the workbook again.")


def _too_large() -> str:
    return _("The workbook is too large when unpacked. Save the list as CSV.")


def _refuse_parts(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > _MOST_PARTS or sum(one.file_size for one in entries) > _MOST_UNPACKED:
        raise Unreadable(_too_large())
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
        raise Unreadable(locked())


def _measure_xlsx(inside: bytes, most: Most) -> Inside:
    """What is in a sheet. Raises Unreadable for more rows or columns than a list has."""
    rows = columns = 0
    for letters, number in _REFERENCE.findall(inside):
        rows = max(rows, int(number))
        columns = max(columns, _column_number(letters))
    tags = _ROW.findall(inside)
    for part in _ROW.split(inside)[1:]:
        columns = max(columns, len(_CELL.findall(part)))
    most.check(max(rows, len(tags)), columns)
    hidden = set()
    for at, tag in enumerate(tags, start=1):
        if _HIDDEN.search(tag):
            number = _ROW_NUMBER.search(tag)
            hidden.add(int(number[1]) if number else at)
    return Inside(formulas.in_sheet(inside), frozenset(hidden), formulas.without_value(inside))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


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
