"""A document as a workbook: what it says in words, and each of its tables as a live one."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.organisation import organisation_name
from audit.workbooks import new_workbook
from reports.document import Document, Facts, Kind, Table, Words

_FORMATS: Final[dict[Kind, dict[str, Any]]] = {
    Kind.TEXT: {"text_wrap": True, "valign": "top"},
    Kind.CODE: {"valign": "top", "font_name": "Consolas", "font_size": 9},
    Kind.COUNT: {"num_format": "#,##0", "valign": "top"},
    Kind.POINTS: {"num_format": "0.000", "valign": "top"},
    Kind.EXACT: {"num_format": "0.000", "valign": "top"},
    Kind.CHANGE: {"num_format": "+0.000;-0.000;0.000", "valign": "top"},
    Kind.SHARE: {"num_format": "0.0%", "valign": "top"},
    Kind.AMOUNT: {"num_format": "#,##0.00##", "valign": "top"},
    Kind.DAY: {"valign": "top", "align": "left"},
}
#: Language -> how its readers write days. Numbers follow the program that shows them.
_DAYS: Final = {"en": "d mmm yyyy", "de": "dd.mm.yyyy"}
#: In any other.
_DAY: Final = "yyyy-mm-dd"
_WIDTHS: Final = {Kind.TEXT: 28, Kind.CODE: 68}
_MILLI: Final = {Kind.POINTS, Kind.EXACT, Kind.CHANGE}
#: What the name of a sheet must not hold, and how long it may be.
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST: Final = 31


def render(document: Document, as_of: date) -> bytes:
    """The document as XLSX; the same gives the same bytes."""
    stream = io.BytesIO()
    day = _DAYS.get((get_language() or "").partition("-")[0], _DAY)
    with new_workbook(stream, default_date_format=day) as book:
        book.set_properties(
            {
                "title": f"{document.title}: {document.subject}",
                "author": "Surety",
                "company": organisation_name(),
                "created": datetime.combine(as_of, time(), tzinfo=UTC).replace(tzinfo=None),
            }
        )
        looks = _FORMATS | {Kind.DAY: {**_FORMATS[Kind.DAY], "num_format": day}}
        formats = {kind: book.add_format(look) for kind, look in looks.items()}
        names = _Names()
        _write_words(book, document, names.take(_("Summary")))
        for number, table in enumerate(document.tables, start=1):
            if table.rows:
                sheet = book.add_worksheet(names.take(table.sheet))
                _write_table(sheet, table, number, formats)
    return stream.getvalue()


class _Names:
    """Names of sheets: short, without what is forbidden, each one once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """The name, or one like it that is free."""
        short = _FORBIDDEN.sub(" ", wanted)[:_LONGEST].strip()
        name, more = short, 1
        while name.casefold() in self._taken:
            more += 1
            name = f"{short[: _LONGEST - len(str(more)) - 1]} {more}"
        self._taken.add(name.casefold())
        return name


def _write_words(book: Any, document: Document, name: str) -> None:
    """The first sheet: cover, summary, and every chapter's words and facts."""
    page = book.add_worksheet(name)
    big = book.add_format({"bold": True, "font_size": 16})
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 30)
    page.set_column(1, 1, 100)
    page.hide_gridlines(2)
    page.write_string(0, 0, f"{document.title}: {document.subject}", big)
    at = 2
    for left, right, style in _said(document):
        page.write_string(at, 0, left, bold if style else wrap)
        page.write_string(at, 1, right, wrap)
        at += 1


def _said(document: Document) -> Iterable[tuple[str, str, bool]]:
    """Rows of the first sheet: name, text, and whether it is a heading."""
    for name, said in document.cover:
        yield name, said, False
    for mark in document.marks:
        yield "", mark, False
    yield _("In short"), "", True
    for said in document.summary:
        yield "", said, False
    for section in document.sections:
        told = [block for block in section.blocks if isinstance(block, Words | Facts)]
        if told:
            yield section.title, "", True
        for block in told:
            rows = block.rows if isinstance(block, Facts) else [("", said) for said in block.said]
            for name, said in rows:
                yield name, said, False


def _write_table(sheet: Any, table: Table, number: int, formats: Any) -> None:
    """One table with filters that sorts and sums up by itself."""
    sheet.freeze_panes(1, 0)
    columns = []
    for at, column in enumerate(table.columns):
        width = _WIDTHS.get(column.kind, 14)
        sheet.set_column(at, at, max(width, min(len(column.title) + 4, 40)))
        look: dict[str, Any] = {"header": column.title, "format": formats[column.kind]}
        if table.total is not None:
            if at == 0:
                look["total_string"] = str(table.total[0])
            elif column.kind.is_number and table.total[at] is not None:
                look["total_function"] = "sum"
                look["total_value"] = _value(column.kind, table.total[at])
        columns.append(look)
    sheet.add_table(
        0,
        0,
        len(table.rows) + (table.total is not None),
        len(table.columns) - 1,
        {
            "name": f"Table{number}",
            "columns": _unlike(columns),
            "data": [
                [
                    _value(column.kind, value)
                    for column, value in zip(table.columns, row, strict=True)
                ]
                for row in table.rows
            ],
            "total_row": table.total is not None,
            "style": "Table Style Light 1",
        },
    )


def _unlike(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A table does not take two columns of one name."""
    seen: dict[str, int] = {}
    for column in columns:
        name = column["header"]
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        count = seen[name.casefold()]
        column["header"] = name if count == 1 else f"{name} ({count})"
    return columns


def _value(kind: Kind, value: Any) -> Any:
    if isinstance(value, str) or value is None:
        return value or None
    if kind in _MILLI:
        return value / 1000
    if isinstance(value, date):
        return datetime.combine(value, time())
    return value
