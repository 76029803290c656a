"""Which cells of an Excel workbook hold a formula, or an error that one left behind.

Readers of values show only results, and nothing for an error. A result may be stale, or come from
a file that is not here; so such cells are named and not taken.
"""

import html
import io
import re
import zipfile
from typing import Final

_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_ATTRIBUTE: Final = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_CELL: Final = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*?>\s*<(?:\w+:)?f\b"""
)
_ERROR: Final = re.compile(
    rb"""<(?:\w+:)?c\b(?=[^>]*?\bt=["']e["'])[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["']"""
)
#: A cell with a formula, up to its end: (attributes, what is inside).
_WITH_FORMULA: Final = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*(<(?:\w+:)?f\b.*?)</(?:\w+:)?c>", re.DOTALL
)
_VALUE: Final = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
#: More than this is no list; the sheet has been measured before it comes here.
_MOST: Final = 200_000_000


def formula_cells(content: bytes, sheet: str) -> frozenset[str] | None:
    """The cells of a sheet with a formula or an error, as C7; None for what is no .xlsx file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            path = _path_of(packed, sheet)
            if not path or packed.getinfo(path).file_size > _MOST:
                return None
            inside = packed.read(path)
    except (zipfile.BadZipFile, KeyError, OSError):
        return None
    return in_sheet(inside)


def in_sheet(inside: bytes) -> frozenset[str]:
    """The cells of a sheet's XML with a formula or an error, as C7."""
    found = [*_CELL.findall(inside), *_ERROR.findall(inside)]
    return frozenset(f"{letters.decode()}{line.decode()}" for letters, line in found)


def without_value(inside: bytes) -> frozenset[str]:
    """The cells of a sheet's XML whose formula has left no value, or an error, as C7.

    A formula that gives an empty text has left that: Excel marks it as text.
    """
    found = [letters + line for letters, line in _ERROR.findall(inside)]
    for attributes, rest in _WITH_FORMULA.findall(inside):
        said = _attributes(attributes)
        value = _VALUE.search(rest)
        if said.get("t") != "str" and not (value and value[1].strip()):
            found.append(said.get("r", "").encode())
    return frozenset(cell.decode() for cell in found)


def sheet_paths(content: bytes) -> dict[str, str]:
    """Sheet -> the file inside the .xlsx that holds it; empty for what is no .xlsx file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = [
                html.unescape(_attributes(tag).get("name", ""))
                for tag in _SHEET.findall(packed.read("xl/workbook.xml"))
            ]
            return {name: _path_of(packed, name) for name in names}
    except (zipfile.BadZipFile, KeyError, OSError):
        return {}


def _path_of(packed: zipfile.ZipFile, sheet: str) -> str:
    """The file inside the workbook that holds the sheet of this name."""
    relation = ""
    for tag in _SHEET.findall(packed.read("xl/workbook.xml")):
        said = _attributes(tag)
        if html.unescape(said.get("name", "")) == sheet:
            relation = next((v for k, v in said.items() if k.endswith(":id")), "")
    for tag in _RELATION.findall(packed.read("xl/_rels/workbook.xml.rels")):
        said = _attributes(tag)
        if said.get("Id") == relation:
            target = said.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.decode("utf-8", "replace"): value.decode("utf-8", "replace")
        for name, value in _ATTRIBUTE.findall(tag)
    }
