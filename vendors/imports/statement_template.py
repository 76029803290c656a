"""An empty workbook with every column of a list of statements, and a sheet that explains them."""

import io
from collections.abc import Sequence
from typing import Final

import xlsxwriter
from django.utils.translation import gettext as _

from audit.workbooks import new_workbook
from vendors.imports.statements import label
from vendors.models import Statement
from vendors.models.statement import LINES
from vendors.statement_data import SIGNED

_OF_MANY: Final = ("external_id", "system", "lei", "name")
_ABOUT: Final = (
    "fiscal_year",
    "period_end",
    "months",
    "currency",
    "scale",
    "source",
    "scope",
    "going_concern_doubt",
    "declined",
)
_ROWS: Final = 200


def workbook(*, of_one_vendor: bool) -> bytes:
    """The workbook. For one vendor, the columns that say whose statement it is are left out."""
    columns = [*([] if of_one_vendor else _OF_MANY), *_ABOUT, *LINES, "kept_at", "note"]
    stream = io.BytesIO()
    book = new_workbook(stream)
    _list(book, columns)
    _explained(book, columns)
    book.close()
    return stream.getvalue()


def _list(book: xlsxwriter.Workbook, columns: Sequence[str]) -> None:
    sheet = book.add_worksheet(_("Statements"))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    text = book.add_format({"num_format": "@"})
    amount = book.add_format({"num_format": "#,##0.####"})
    sheet.freeze_panes(1, 0)
    for index, name in enumerate(columns):
        sheet.write_string(0, index, label(name), bold)
        kind = amount if name in LINES else day if name == "period_end" else None
        # Ids are text, or the zeros in front of them are lost.
        sheet.set_column(index, index, 16, text if name in {"external_id", "lei"} else kind)
    chosen = {
        "scale": ["units", "thousands", "millions"],
        "source": list(Statement.Source.values),
        "scope": list(Statement.Scope.values),
        "going_concern_doubt": ["yes", "no"],
        "declined": ["yes", "no"],
    }
    for name, values in chosen.items():
        at = columns.index(name)
        sheet.data_validation(1, at, _ROWS, at, {"validate": "list", "source": values})


def _explained(book: xlsxwriter.Workbook, columns: Sequence[str]) -> None:
    sheet = book.add_worksheet(_("Explained"))
    bold = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90, wrapped)
    sheet.write_row(0, 0, [_("Column"), _("What goes in")], bold)
    for line, name in enumerate(columns, start=1):
        sheet.write_string(line, 0, label(name))
        sheet.write_string(line, 1, _what(name))


def _what(name: str) -> str:
    said = {
        "external_id": _(
            "The id of the vendor in another system. One of id, LEI or name is needed."
        ),
        "system": _("That system, such as sap-100; empty for the one chosen when uploading."),
        "lei": _("Legal Entity Identifier, 20 letters and digits."),
        "name": _("The name as it is here; only where it is the only one of this name."),
        "fiscal_year": _("The year, such as 2025. Needed."),
        "period_end": _("Its last day, as 2025-12-31. Needed unless declined."),
        "months": _("How many months the period has; 12 when left empty."),
        "currency": _("Three letters, such as EUR. Needed unless declined."),
        "scale": _("units, thousands or millions: what all amounts of the row are in."),
        "source": _("audited, reviewed, unaudited or estimate. Needed unless declined."),
        "scope": _("company or group; company when left empty."),
        "going_concern_doubt": _("yes where the auditor or the management doubts; else no."),
        "declined": _("yes where the vendor will not tell; then all amounts stay empty."),
        "kept_at": _("Where the document can be found."),
        "note": _("Anything a reader should know."),
    }
    if name in said:
        return said[name]
    if name in SIGNED:
        return _("Amount; a loss is negative. Empty where it is not known.")
    return _("Amount, not negative. Empty where it is not known.")
