"""Workbooks for tests of imports."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter


def workbook(*rows: Sequence[Any], name: str = "Statements") -> bytes:
    """A workbook with these rows; text that begins with "=" is written as a formula."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(name)
    for line, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, date):
                sheet.write_datetime(line, column, value, day)
            elif isinstance(value, str) and value.startswith("="):
                sheet.write_formula(line, column, value, value=7)
            else:
                sheet.write(line, column, value)
    book.close()
    return stream.getvalue()
