"""Workbooks of exports: a head and styles by xlsxwriter, and rows as PostgreSQL writes them.

A sheet is a text inside a ZIP file. Everything but its rows is made as usual; the rows are put in
between, so that a hundred thousand of them take no more memory than one.
"""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile

from audit.workbooks import new_workbook
from scoring.models import Export
from scoring.selectors.export_layout import Kind, columns, layout_of

#: What a sheet holds at most, less its head.
MOST_ROWS: Final = 1_048_575
_SHEET: Final = "xl/worksheets/sheet1.xml"
#: No XML can hold these, and rows need no lines.
_CONTROL: Final = bytes(range(32))
_END: Final = b"</sheetData>"
_WIDTHS: Final = {"name": 36, "external_ids": 28, "vendor_id": 38, "id": 38}


@contextmanager
def sheet(export: Export, file: IO[bytes]) -> Iterator[Callable[[bytes], object]]:
    """What takes the rows of the export's sheet; afterwards `file` is a whole workbook.

    Rows are `<row>` elements in UTF-8, without numbers of their own.
    """
    with (
        ZipFile(io.BytesIO(_template(export))) as template,
        ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as book,
    ):
        for name in template.namelist():
            if name != _SHEET:
                book.writestr(name, template.read(name))
        before, after = template.read(_SHEET).split(_END)
        # How far the sheet reaches is not known yet, and need not be said.
        before = re.sub(rb"<dimension [^>]*/>", b"", before)
        with book.open(_SHEET, "w", force_zip64=True) as opened:
            opened.write(before)
            yield lambda piece: opened.write(piece.translate(None, _CONTROL))
            opened.write(_END + after)


def _template(export: Export) -> bytes:
    """The book without its rows."""
    stream = io.BytesIO()
    with new_workbook(stream) as book:
        points = book.add_format({"num_format": "0.000"})
        head = book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet(str(Export.What(export.what).label))
        page.freeze_panes(1, 0)
        for at, (name, leaf) in enumerate(columns(layout_of(export))):
            # The first style that is used is number 1: so cells of points name it.
            style = points if leaf.kind is Kind.POINTS else None
            page.set_column(at, at, _WIDTHS.get(name, max(len(name) + 2, 12)), style)
            page.write_string(0, at, name, head)
    return stream.getvalue()
