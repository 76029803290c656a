"""Lists of trainings: from the rows of a file to who was trained in what, and until when."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.workbooks import new_workbook
from vendors import master_data
from vendors.imports import cells, table
from vendors.imports.cells import Problem, name_of
from vendors.imports.formulas import formula_cells
from vendors.imports.table import Line, Table, Unreadable
from vendors.services.training_lists import MOST_ROWS, Trained, row_problems

_HEADINGS: Final[Mapping[str, str]] = {
    "name": "name|person|employee|full name|trainee|participant|mitarbeiter|teilnehmer",
    "side": "side|whose|whose person|company|ours or vendor|seite",
    "job": "job|role|function|position|job title|funktion",
    "topic": "topic|training|course|subject|title|thema|schulung|kurs",
    "done_on": "done on|date|trained on|completed on|completion date|day|datum",
    "valid_until": "valid until|expires|expires on|expiry|expiry date|valid to|gultig bis",
    "certificate": "certificate|certificate number|certificate no|reference|zertifikat|nachweis",
}
FIELDS: Final = tuple(_HEADINGS)
NEEDED: Final = ("name", "topic", "done_on")
_FIELD_OF: Final = {
    heading: field for field, words in _HEADINGS.items() for heading in words.split("|")
}
_SIDES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("ours", "our", "us", "we", "buyer", "customer", "unsere", "wir"), "ours"),
    **dict.fromkeys(
        ("vendor", "vendors", "the vendors", "supplier", "suppliers", "theirs", "lieferant"),
        "vendor",
    ),
}


@dataclass(frozen=True)
class ReadList:
    """What a file says: good rows with their lines, and every cell that cannot be taken."""

    rows: list[tuple[int, Trained]]
    problems: list[Problem]
    encoding: str
    unused: list[str]


def field_of(heading: str) -> str | None:
    """What a column with this heading holds; None where it is not known."""
    return _FIELD_OF.get(master_data.name_key(heading.replace("_", " ")))


def _known(row: Sequence[str]) -> int:
    fields = {field_of(cell) for cell in row if len(cell) < 60} - {None}
    return len(fields) if "name" in fields else 0


def read(content: bytes, *, side: str) -> ReadList:
    """The list in `content`. `side`: whose people they are where the list does not say.

    Raises Unreadable with a sentence.
    """
    wanted = _("The list needs the columns “name”, “topic” and “date”.")
    found = table.read(content, is_header=_known, wanted=wanted)
    used: dict[str, int] = {}
    for index, heading in enumerate(found.header):
        name = field_of(heading)
        if name and name not in used:
            used[name] = index
    if missing := [name for name in NEEDED if name not in used]:
        words = {"name": _("name"), "topic": _("topic"), "done_on": _("date")}
        raise Unreadable(
            ngettext(
                "The column “%(names)s” is missing. The headings are: %(found)s.",
                "The columns “%(names)s” are missing. The headings are: %(found)s.",
                len(missing),
            )
            % {
                "names": "”, “".join(words[name] for name in missing),
                "found": ", ".join(cell for cell in found.header if cell),
            }
        )
    if len(found.lines) > MOST_ROWS:
        raise Unreadable(
            _("The list has %(count)d rows; at most %(most)d can be imported at once. Split it.")
            % {"count": len(found.lines), "most": MOST_ROWS}
        )
    formulas = formula_cells(content, found.sheet) if found.kind == "sheet" else None
    rows: list[tuple[int, Trained]] = []
    problems: list[Problem] = []
    for line in found.lines:
        made = _row(line, found, used, formulas or frozenset(), side)
        if isinstance(made, Trained):
            rows.append((line.number, made))
        else:
            problems += made
    unused = [
        cell for index, cell in enumerate(found.header) if cell and index not in used.values()
    ]
    return ReadList(rows, problems, found.encoding, unused)


def _row(
    line: Line, found: Table, used: Mapping[str, int], formulas: frozenset[str], side: str
) -> Trained | list[Problem]:
    if line.broken:
        return [Problem(line.number, "", "", " ".join(line.cells)[:120], line.broken)]

    def text(name: str) -> str:
        at = used.get(name)
        return line.cells[at].strip() if at is not None and at < len(line.cells) else ""

    def problem(name: str, reason: str) -> Problem:
        at = used.get(name)
        cell = name_of(at, line.number) if at is not None and found.kind == "sheet" else ""
        heading = found.header[at] if at is not None else name
        return Problem(line.number, cell, heading, text(name)[:120], reason)

    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for name in FIELDS:
        try:
            at = used.get(name)
            if at is not None and name_of(at, line.number) in formulas:
                raise ValueError(_("This is a formula. Paste its value instead."))
            values[name] = _value(name, text(name), side)
        except ValueError as error:
            problems.append(problem(name, str(error)))
    if problems:
        return problems
    said = row_problems(values)
    return [problem(name, reason) for name, reason in said.items()] or Trained(**values)


def _value(name: str, text: str, side: str) -> str | date | None:
    cells.refuse_formula(text)
    if name in {"done_on", "valid_until"}:
        return cells.day(text)
    if name != "side":
        return text
    if not text:
        return side
    found = _SIDES.get(master_data.name_key(text))
    if found is None:
        raise ValueError(_("Write “ours” or “vendor”."))
    return found


def template() -> bytes:
    """An empty workbook with the columns, and an example."""
    stream = io.BytesIO()
    book = new_workbook(stream)
    sheet = book.add_worksheet(_("Trainings"))
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [cell.replace("_", " ") for cell in FIELDS], bold)
    for index, name in enumerate(FIELDS):
        is_day = name in {"done_on", "valid_until"}
        sheet.set_column(index, index, 14 if is_day else 26, day if is_day else None)
    sheet.data_validation(1, 1, MOST_ROWS, 1, {"validate": "list", "source": ["ours", "vendor"]})
    book.close()
    return stream.getvalue()
