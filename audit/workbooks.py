"""Workbooks that we hand out: a cell holds what was written into it, and runs nothing."""

from typing import Any, BinaryIO

import xlsxwriter


def new_workbook(stream: BinaryIO, **options: Any) -> xlsxwriter.Workbook:
    """A workbook (.xlsx) to be written into `stream`; `options` as the library has them.

    A text that begins like a formula or an address stays a text, whichever way it gets into its
    cell: some ways (`merge_range`, `write_row`) guess unless they are told not to.
    """
    return xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, **options},
    )
