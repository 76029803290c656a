"""Workbooks of answers, filled in as somebody with a spreadsheet would."""

import io
from typing import Any

import xlsxwriter

from assessments.exchange import book
from assessments.exchange.offline_out import ANSWERS, KEY

Filled = dict[tuple[str, int], Any]


def fill(content: bytes, filled: Filled) -> bytes:
    """The workbook with cells (key of the row, column) set."""
    source = book.read(content)
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": True})
    for sheet in source.sheets:
        page = made.add_worksheet(sheet.name)
        for row, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                key = sheet.text(row, KEY) if sheet.name == ANSWERS else ""
                page.write(row, column, filled.get((key, column), cell) if key else cell)
    made.close()
    return stream.getvalue()
