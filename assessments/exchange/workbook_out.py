"""A questionnaire as a workbook, from which it can be read back without loss."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from assessments.exchange import columns
from assessments.exchange.columns import (
    ABOUT,
    CURVES,
    OPTIONS,
    QUESTIONS,
    README,
    SECTIONS,
    TEXTS,
    Column,
)
from assessments.schema import Questionnaire
from audit.workbooks import new_workbook

#: Below the last row, so many more take part in drop-downs.
_SPARE: Final = 300
#: The longest list that a drop-down can hold, in characters.
_MOST_IN_A_LIST: Final = 255

Row = dict[str, Any]


def write(questionnaire: Questionnaire) -> bytes:
    """The workbook (.xlsx)."""
    rows = _Rows(questionnaire.to_data(), questionnaire.languages)
    stream = io.BytesIO()
    book = new_workbook(stream)
    book.set_properties({"title": str(questionnaire.title)[:200], "comments": columns.FORMAT})
    paint = _Paint(book)
    _read_me(book, paint)
    _about(book, paint, rows.about)
    for sheet, found in (
        (SECTIONS, rows.sections),
        (QUESTIONS, rows.questions),
        (OPTIONS, rows.options),
        (CURVES, rows.points),
    ):
        _list(book, paint, sheet, columns.COLUMNS[sheet], found)
    others = [language for language in questionnaire.languages if language != "en"]
    wide = [
        *columns.TEXT_COLUMNS,
        *(Column(one, one, "plain", "", width=60) for one in others),
    ]
    _list(book, paint, TEXTS, wide, rows.texts)
    book.close()
    return stream.getvalue()


class _Paint:
    """The few formats there are."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        top = {"valign": "top"}
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#E8EDF3", **top}
        )
        self.wrapped = book.add_format({"text_wrap": True, "num_format": "@", **top})
        self.plain = book.add_format({"num_format": "@", **top})
        self.number = book.add_format(top)
        self.title = book.add_format({"bold": True, "font_size": 14})


class _Rows:
    """The content taken apart into rows, in the order of the file."""

    def __init__(self, data: Mapping[str, Any], languages: Sequence[str]) -> None:
        self.sections: list[Row] = []
        self.questions: list[Row] = []
        self.options: list[Row] = []
        self.points: list[Row] = []
        self.texts: list[Row] = []
        self._others = [language for language in languages if language != "en"]
        self.about = self._row(ABOUT, columns.ABOUT_FIELDS, dict(data), "", "")
        self.about["languages"] = ", ".join(languages)
        for section in data["sections"]:
            self.sections.append(
                self._row(SECTIONS, columns.SECTION_COLUMNS, section, section["key"], "")
            )
            for question in section["questions"]:
                self._question(question, section["key"], "")

    def _question(self, question: Mapping[str, Any], section: str, behind: str) -> None:
        key = question["key"]
        row = self._row(QUESTIONS, columns.QUESTION_COLUMNS, question, key, "")
        self.questions.append(row | {"section": section, "behind": behind})
        for option in question.get("options", ()):
            found = self._row(OPTIONS, columns.OPTION_COLUMNS, option, key, option["key"])
            self.options.append(found | {"question": key})
        for value, risk in question.get("curve", {}).get("points", ()):
            self.points.append({"question": key, "value": value, "risk": risk})
        for child in question.get("gate", {}).get("children", ()):
            self._question(child, section, key)

    def _row(
        self,
        sheet: str,
        wanted: Sequence[Column],
        node: Mapping[str, Any],
        key: str,
        option: str,
    ) -> Row:
        row: Row = {}
        for column in wanted:
            value = _at(node, column.path)
            if column.sort == "text" and isinstance(value, Mapping):
                self.texts.append(
                    {
                        "sheet": sheet,
                        "key": key,
                        "option": option,
                        "column": column.heading,
                        "en": value["en"],
                        **{one: value[one] for one in self._others if one in value},
                    }
                )
                value = value["en"]
            elif column.sort == "text" and value is not None and self._others:
                self.texts.append(
                    {"sheet": sheet, "key": key, "option": option, "column": column.heading,
                     "en": value}
                )  # fmt: skip
            if isinstance(value, list):
                value = ", ".join(value)
            row[column.path] = value
        return row


def _at(node: Mapping[str, Any], path: str) -> Any:
    found: Any = node
    for part in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def _list(
    book: xlsxwriter.Workbook,
    paint: _Paint,
    name: str,
    wanted: Sequence[Column],
    rows: Sequence[Row],
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 3 if name == QUESTIONS else 1)
    for at, column in enumerate(wanted):
        long = column.sort in {"text", "plain"}
        sheet.set_column(at, at, column.width, paint.wrapped if long else paint.plain)
        sheet.write_string(0, at, column.heading, paint.head)
        if column.says:
            sheet.write_comment(0, at, column.says)
        _drop_down(sheet, at, column, len(rows) + _SPARE)
    for line, row in enumerate(rows, start=1):
        for at, column in enumerate(wanted):
            put(sheet, (line, at), row.get(column.path), paint.wrapped, paint.number)
    sheet.autofilter(0, 0, max(len(rows), 1), len(wanted) - 1)


def _drop_down(sheet: Worksheet, at: int, column: Column, last: int) -> None:
    words = ["yes", "no"] if column.sort == "yes_no" else list(column.words)
    if not words or column.sort == "keys" or len(",".join(words)) > _MOST_IN_A_LIST:
        return
    sheet.data_validation(
        1,
        at,
        last,
        at,
        {
            "validate": "list",
            "source": words,
            "error_title": column.heading,
            "error_message": ("One of: " + ", ".join(words))[:255],
        },
    )


def put(sheet: Worksheet, place: tuple[int, int], value: Any, text: Any, number: Any) -> None:
    """Write a value so that it is read back the same: what a cell would round goes as text."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(*place, "yes" if value else "no", text)
    elif isinstance(value, int | float):
        if float(f"{value:.16G}") == value:
            sheet.write_number(*place, value, number)
        else:
            sheet.write_string(*place, repr(value), text)
    else:
        sheet.write_string(*place, str(value), text)


def _about(book: xlsxwriter.Workbook, paint: _Paint, about: Row) -> None:
    sheet = book.add_worksheet(ABOUT)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 16, paint.plain)
    sheet.set_column(1, 1, 90, paint.wrapped)
    sheet.write_row(0, 0, ["Field", "Value"], paint.head)
    sheet.write_row(1, 0, ["Format", columns.FORMAT], paint.plain)
    for line, column in enumerate(columns.ABOUT_FIELDS, start=2):
        sheet.write_string(line, 0, column.heading, paint.plain)
        put(sheet, (line, 1), about.get(column.path), paint.wrapped, paint.number)


def _read_me(book: xlsxwriter.Workbook, paint: _Paint) -> None:
    sheet = book.add_worksheet(README)
    sheet.set_column(0, 0, 16, paint.plain)
    sheet.set_column(1, 1, 26, paint.wrapped)
    sheet.set_column(2, 2, 90, paint.wrapped)
    sheet.write_string(0, 0, _("A questionnaire of Surety"), paint.title)
    for line, sentence in enumerate(_sentences(), start=1):
        sheet.write_string(line, 0, sentence)
    start = len(_sentences()) + 2
    sheet.write_row(start, 0, [_("Sheet"), _("Column"), _("What goes in")], paint.head)
    for line, (name, column) in enumerate(_all_columns(), start=start + 1):
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, column.heading)
        said = column.says
        if column.words:
            said += " " + _("One of: %(words)s.") % {"words": ", ".join(column.words)}
        sheet.write_string(line, 2, said)


def _all_columns() -> Iterator[tuple[str, Column]]:
    yield from ((ABOUT, column) for column in columns.ABOUT_FIELDS)
    for name, wanted in columns.COLUMNS.items():
        yield from ((name, column) for column in wanted)


def _sentences() -> list[str]:
    return [
        _("Change it, then import it again: it becomes a draft, after a look at what changed."),
        _("The order of the rows is the order of the questions. Keys join what belongs together."),
        _("Keep a question's key as long as it asks the same; answers are carried over by it."),
        _("Translations stand on the sheet Texts. A new column there is a new language."),
        _("Write values, no formulas. An empty cell stands for what is said below."),
    ]
