"""A document as PDF: the data that `templates/reports/report.typ` draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from accounts import pdf
from accounts.organisation import organisation_name
from accounts.templatetags.ui import NONE, percent, points, signed_points
from reports.document import Block, Chart, Document, Facts, Kind, Table, Words


def render(document: Document, as_of: date) -> bytes:
    """The document as PDF/UA-1, in the language that is active; the same gives the same bytes."""
    made_at = datetime.combine(as_of, time(), tzinfo=UTC)
    return pdf.render("reports/report.typ", data=data_of(document), made_at=made_at)


def data_of(document: Document) -> dict[str, Any]:
    """What the template takes: texts, as pages write them, and the figures of drawings."""
    return {
        "title": f"{document.title}: {document.subject}",
        "organisation": organisation_name(),
        "kind": document.title,
        "subject": document.subject,
        "footer": document.footer,
        # Translators: {0} is the page, {1} how many there are. Both stay as they are.
        "page_words": _("Page {0} of {1}"),
        "contents_word": _("Contents"),
        "summary_word": _("In short"),
        "cover": document.cover,
        "cover_chart": _block(document.cover_chart) if document.cover_chart else None,
        "marks": document.marks,
        "summary": document.summary,
        "sections": [
            {
                "title": section.title,
                "level": section.level,
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Words():
            return {"type": "words", "said": block.said, "list": block.is_list}
        case Facts():
            return {"type": "facts", "rows": block.rows, "kind": block.kind.value}
        case Chart():
            return {
                "type": "chart",
                "kind": block.kind,
                "title": block.title,
                "alt": block.alt,
                "data": block.data,
            }
        case Table():
            return _table(block)


def _table(table: Table) -> dict[str, Any]:
    drawn = [at for at, column in enumerate(table.columns) if column.width and at != table.group]
    columns = [table.columns[at] for at in drawn]

    def texts(row: Sequence[Any]) -> list[str]:
        return [text(table.columns[at].kind, row[at]) for at in drawn]

    def below(row: Sequence[Any]) -> str:
        if table.below is None or not row[table.below]:
            return ""
        return f"{table.columns[table.below].title}: {row[table.below]}"

    groups: list[dict[str, Any]] = []
    for row in table.rows if table.printed is None else table.printed:
        title = "" if table.group is None else str(row[table.group])
        if not groups or groups[-1]["title"] != title:
            groups.append({"title": title, "rows": []})
        groups[-1]["rows"].append({"cells": texts(row), "below": below(row)})
    return {
        "type": "table",
        "title": table.title,
        "note": table.note,
        "empty": table.empty,
        "columns": [
            {
                "title": column.title,
                "kind": column.kind.value,
                "number": column.kind.is_number,
                "width": column.width,
            }
            for column in columns
        ],
        "groups": groups,
        "total": None if table.total is None else texts(table.total),
        "shades": {
            f"{row}:{drawn.index(column)}": shade
            for (row, column), shade in table.shades.items()
            if column in drawn
        },
    }


def text(kind: Kind, value: Any) -> str:
    """A value as pages write it, in the reader's language."""
    if value is None or value == "":
        return NONE
    if isinstance(value, str):
        return value
    match kind:
        case Kind.POINTS:
            return points(value)
        case Kind.EXACT:
            return points(value, 3)
        case Kind.CHANGE:
            return signed_points(value)
        case Kind.SHARE:
            return percent(value)
        case Kind.DAY:
            return str(date_format(value, "DATE_FORMAT"))
        case Kind.COUNT | Kind.AMOUNT:
            return number_format(value, force_grouping=True)
    return str(value)
