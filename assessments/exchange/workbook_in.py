"""A questionnaire read from a workbook of the layout that `workbook_out` writes.

Every problem names its sheet, row and column. Nothing is guessed: a cell that cannot be taken
leaves the whole file untaken.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments import schema
from assessments.exchange import columns
from assessments.exchange.book import Book, Sheet, shown
from assessments.exchange.cell_values import Line, value_of
from assessments.exchange.columns import (
    ABOUT,
    COLUMNS,
    CURVES,
    OPTIONS,
    QUESTIONS,
    README,
    SECTIONS,
    SHEETS,
    TEXTS,
    Column,
)
from assessments.exchange.problems import Found, Problem
from vendors.imports.cells import name_of

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")

Node = dict[str, Any]


def is_ours(book: Book) -> bool:
    """Whether the workbook has the layout of a questionnaire of Surety."""
    return all(book.sheet(name) is not None for name in (ABOUT, SECTIONS, QUESTIONS))


def read(book: Book) -> Found:
    """The questionnaire in the workbook, or every reason why there is none."""
    reading = _Reading(book)
    return reading.result()


class _Reading:
    """One workbook on its way to a questionnaire."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._problems: list[Problem] = []
        self._notes: list[Problem] = []
        self._places: dict[str, Line] = {}
        self._sections: dict[str, Node] = {}
        self._questions: dict[str, Node] = {}
        self._options: dict[tuple[str, str], Node] = {}
        self._lines: dict[int, Line] = {}
        self._homes: dict[str, str] = {}
        self._data: Node = {}

    def result(self) -> Found:
        """Go through the sheets in order."""
        for found in self._book.sheets:
            if found.name.strip().casefold() not in {name.casefold() for name in (*SHEETS, README)}:
                self._notes.append(Problem(_("This sheet is not known and left out."), found.name))
        self._data = self._about()
        for line in self._list(SECTIONS):
            self._section(line)
        for line in self._list(QUESTIONS):
            self._question(line)
        for line in self._list(OPTIONS):
            self._option(line)
        for line in self._list(CURVES):
            self._point(line)
        self._translations()
        if self._problems:
            return self._found(None)
        self._data["sections"] = list(self._sections.values())
        try:
            content = schema.parse(self._data)
        except schema.QuestionFileInvalid as error:
            self._problems += [self._placed(path, text) for path, text in error.errors]
            return self._found(None)
        return self._found(content)

    def _found(self, content: schema.Questionnaire | None) -> Found:
        return Found(content, tuple(self._problems), tuple(self._notes))

    def _about(self) -> Node:
        sheet = self._book.sheet(ABOUT)
        node: Node = {}
        if sheet is None:
            self._problems.append(Problem(_("The sheet “%(name)s” is missing.") % {"name": ABOUT}))
            return node
        known = {column.heading.casefold(): column for column in columns.ABOUT_FIELDS}
        for row in range(1, len(sheet.rows)):
            name = sheet.text(row, 0).strip()
            line = Line(sheet, row, {"value": 1})
            if name.casefold() == "format":
                self._format(line)
            elif column := known.get(name.casefold()):
                if sheet.has_formula(row, 1):
                    self._problems.append(line.problem("value", name, _formula()))
                value = self._value(line, "value", column)
                if value is not None:
                    _put(node, column.path, value)
                    self._places[column.path] = line
            elif name:
                self._notes.append(
                    line.problem("value", name, _("This field is not known and left out."))
                )
        return node

    def _format(self, line: Line) -> None:
        said = line.text("value")
        if said != columns.FORMAT:
            self._problems.append(
                line.problem(
                    "value",
                    "Format",
                    _("This release reads “%(format)s”. Export the questionnaire again.")
                    % {"format": columns.FORMAT},
                )
            )

    def _list(self, name: str) -> Iterator[Line]:
        sheet = self._book.sheet(name)
        if sheet is None or not sheet.rows:
            if name in {SECTIONS, QUESTIONS}:
                self._problems.append(Problem(_("The sheet is missing or empty."), name))
            return
        at = self._headings(sheet, COLUMNS[name])
        for row in range(1, len(sheet.rows)):
            if not any(shown(cell).strip() for cell in sheet.rows[row]):
                continue
            line = Line(sheet, row, at)
            self._refuse_formulas(line, COLUMNS[name], at)
            if row + 1 in sheet.hidden:
                self._notes.append(
                    Problem(_("This row is hidden; it is taken all the same."), name, row + 1)
                )
            yield line

    def _headings(self, sheet: Sheet, wanted: Sequence[Column]) -> dict[str, int]:
        known = {column.heading.casefold(): column.path for column in wanted}
        at: dict[str, int] = {}
        for column, cell in enumerate(sheet.rows[0]):
            heading = shown(cell).strip()
            path = known.get(heading.casefold())
            if path is None and sheet.name.casefold() == TEXTS.casefold():
                path = heading if _LANGUAGE.match(heading) else None
            if path in at:
                reason = _("There are two columns with this heading. Remove one of them.")
                self._problems.append(
                    Problem(reason, sheet.name, 1, heading, name_of(column, 1), heading)
                )
            elif path:
                at[path] = column
            elif heading:
                reason = _("This column is not known and left out.")
                self._notes.append(Problem(reason, sheet.name, 1, heading, name_of(column, 1)))
        return at

    def _refuse_formulas(self, line: Line, wanted: Sequence[Column], at: Mapping[str, int]) -> None:
        heading = {column.path: column.heading for column in wanted}
        for path, column in at.items():
            if line.sheet.has_formula(line.row, column):
                self._problems.append(line.problem(path, heading.get(path, path), _formula()))

    # What a row becomes

    def _section(self, line: Line) -> None:
        node = self._node(line, columns.SECTION_COLUMNS)
        key = str(node.get("key", ""))
        if not key or key in self._sections:
            self._double(line, "key", key)
            return
        node["questions"] = []
        self._places[f"sections[{len(self._sections)}]"] = line
        self._sections[key] = node

    def _question(self, line: Line) -> None:
        node = self._node(line, columns.QUESTION_COLUMNS)
        section, behind = str(node.pop("section", "")), str(node.pop("behind", ""))
        key = str(node.get("key", ""))
        if not key or key in self._questions:
            self._double(line, "key", key)
            return
        self._questions[key] = node
        self._homes[key] = section
        self._lines[id(node)] = line
        _tidy(node)
        if behind:
            parent = self._questions.get(behind)
            if parent is None or parent is node:
                self._problems.append(
                    line.problem(
                        "behind", "Behind", _("No question above has this key. Put it further up.")
                    )
                )
                return
            if self._homes.get(behind) != section:
                self._problems.append(
                    line.problem(
                        "section", "Section", _("The question it is behind is in another section.")
                    )
                )
            parent.setdefault("gate", {}).setdefault("children", []).append(node)
        elif (home := self._sections.get(section)) is not None:
            home["questions"].append(node)
        else:
            self._problems.append(
                line.problem(
                    "section", "Section", _("No section has this key. Add it, or mend it.")
                )
            )

    def _option(self, line: Line) -> None:
        node = self._node(line, columns.OPTION_COLUMNS)
        key = str(node.pop("question", ""))
        question = self._questions.get(key)
        if question is None:
            self._problems.append(line.problem("question", "Question", _unknown_question()))
            return
        question.setdefault("options", []).append(node)
        self._options.setdefault((key, str(node.get("key", ""))), node)
        self._lines[id(node)] = line

    def _point(self, line: Line) -> None:
        node = self._node(line, columns.CURVE_COLUMNS)
        question = self._questions.get(str(node.get("question", "")))
        if question is None:
            self._problems.append(line.problem("question", "Question", _unknown_question()))
            return
        for path, heading in (("value", "Value"), ("risk", "Risk")):
            if path not in node:
                self._problems.append(line.problem(path, heading, _("Enter a number.")))
        points = question.setdefault("curve", {}).setdefault("points", [])
        points.append([node.get("value"), node.get("risk")])

    def _double(self, line: Line, path: str, key: str) -> None:
        reason = (
            _("This key is used above already. Each is used once.") if key else _("Enter a key.")
        )
        self._problems.append(line.problem(path, "Key", reason))

    # What a cell says

    def _node(self, line: Line, wanted: Sequence[Column]) -> Node:
        node: Node = {}
        for column in wanted:
            value = self._value(line, column.path, column)
            if value is None:
                continue
            _put(node, column.path, value)
        return node

    def _value(self, line: Line, path: str, column: Column) -> Any:
        """The value of a cell; None where it is empty. What cannot be read is noted."""
        try:
            return value_of(line.cell(path), column)
        except ValueError as error:
            self._problems.append(line.problem(path, column.heading, str(error)))
        return None

    # Texts in other languages

    def _translations(self) -> None:
        sheet = self._book.sheet(TEXTS)
        if sheet is None or not sheet.rows:
            return
        fixed = {column.path for column in columns.TEXT_COLUMNS}
        seen: set[tuple[str, str, str, str]] = set()
        for line in self._list(TEXTS):
            place = (line.text("sheet"), line.text("key"), line.text("option"), line.text("column"))
            if place in seen:
                self._problems.append(
                    line.problem("key", "Key", _("This text stands above already. Remove a row."))
                )
            seen.add(place)
            said = {
                path: shown(line.cell(path))
                for path in line.at
                if path not in fixed and shown(line.cell(path)).strip()
            }
            self._translate(line, place, said)

    def _translate(
        self, line: Line, place: tuple[str, str, str, str], said: Mapping[str, str]
    ) -> None:
        sheet, key, option, heading = place
        wanted = columns.ABOUT_FIELDS if sheet == ABOUT else COLUMNS.get(sheet, ())
        column = next(
            (c for c in wanted if c.sort == "text" and c.heading.casefold() == heading.casefold()),
            None,
        )
        node = {
            ABOUT: self._data,
            SECTIONS: self._sections.get(key),
            QUESTIONS: self._questions.get(key),
            OPTIONS: self._options.get((key, option)),
        }.get(sheet)
        if column is None or node is None:
            if said:
                reason = _("No text stands there. Mend sheet, key, option or column of this row.")
                self._problems.append(line.problem("key", "Key", reason))
            return
        *above, last = column.path.split(".")
        for part in above:
            node = node.get(part) or {}
        english = node.get(last)
        if english is None:
            if said:
                reason = _("There is no English text to translate in this place.")
                self._problems.append(line.problem("en", "English", reason))
            return
        shows = shown(line.cell("en"))
        if shows and shows.strip() != str(english).strip():
            reason = _("The English text was changed on its sheet. Look at the translations again.")
            self._notes.append(line.problem("en", "English", reason))
        if said:
            node[last] = {"en": english, **said}
            listed = self._data.setdefault("languages", ["en"])
            listed += [language for language in said if language not in listed]

    # Where a rule of the format is broken

    def _placed(self, path: str, text: str) -> Problem:
        """A problem of the format as one of a cell."""
        node: Any = self._data
        line: Line | None = None
        sheet, rest = ABOUT, path
        taken = ""
        for found in re.finditer(r"([a-z_]+)((?:\[\d+\])?)(?:\.|\Z)", path):
            name, index = found[1], found[2]
            if not isinstance(node, Mapping):
                break
            node = node.get(name)
            if index and isinstance(node, list):
                node = node[int(index[1:-1])] if int(index[1:-1]) < len(node) else None
            taken = path[: found.end()]
            if isinstance(node, Mapping) and id(node) in self._lines:
                line = self._lines[id(node)]
            elif taken.rstrip(".") in self._places:
                line = self._places[taken.rstrip(".")]
            else:
                continue
            rest = path[found.end() :]
        if line is not None:
            sheet = line.sheet.name
        bare = re.sub(r"\[\d+\]", "", rest)
        heading = columns.heading_of(sheet, bare)
        if line is None:
            return Problem(text, sheet, 0, heading or path)
        column = next(
            (c.path for c in (COLUMNS.get(sheet) or columns.ABOUT_FIELDS) if c.heading == heading),
            "value",
        )
        return line.problem(column, heading, text)


def _put(node: Node, path: str, value: Any) -> None:
    """Set "knock_out.at" of a node."""
    *above, last = path.split(".")
    for part in above:
        node = node.setdefault(part, {})
    node[last] = value


def _tidy(node: Node) -> None:
    """What a kind needs though nothing of it is filled in, and what means nothing."""
    if node.get("kind") == "date":
        node.setdefault("date", {})


def _formula() -> str:
    return _("This is a formula, or the error of one. Paste its value instead.")


def _unknown_question() -> str:
    return _("No question has this key. Mend it, or remove the row.")
