"""The workbook in which the questions of an assessment are answered without a connection.

One sheet of questions, protected but for the cells to be filled in. The hidden sheet names the
assessment, and what was on record when it was handed out, under a signature.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from assessments.question import Kind, Question
from assessments.schema import Questionnaire
from audit.workbooks import new_workbook

ANSWERS: Final = "Answers"
STAMP: Final = "Surety"
LISTS: Final = "Lists"
#: Columns of the sheet of answers.
KEY, NUMBER, TEXT, ANSWER, INSTEAD, NOTE, ONLY_IF, WHY, PROOF, BY = range(10)
#: Rows above the first question: a title, a sentence, the headings.
HEADER: Final = 3
#: A chosen option of several has a row of its own: question key, this mark, option key.
OF_MANY: Final = " > "
#: A cell holds no more.
PIECE: Final = 30_000


@dataclass(frozen=True)
class Asked:
    """A question to be written out, with what is on record for it."""

    question: Question
    section: str
    state: str
    value: Any
    note: str
    only_if: str
    answered_by: str = ""


def state_words() -> dict[str, str]:
    """State -> what stands for it in place of an answer, in the language of the workbook."""
    return {
        "dont_know": _("Don't know"),
        "declined": _("Prefer not to say"),
        "not_applicable": _("Does not apply"),
    }


def write(
    asked: Sequence[Asked],
    *,
    content: Questionnaire,
    language: str,
    lead: str,
    stamp: str,
) -> bytes:
    """The workbook. `stamp`: signed text that names what was handed out; `lead`: whom it is for."""
    stream = io.BytesIO()
    book = new_workbook(stream)
    title = content.title.text_for(language)
    book.set_properties({"title": title[:200]})
    _Writing(book, language, any(one.answered_by for one in asked)).write(asked, title, lead)
    sheet = book.add_worksheet(STAMP)
    for line, at in enumerate(range(0, len(stamp), PIECE)):
        sheet.write_string(line, 0, stamp[at : at + PIECE])
    sheet.very_hidden()
    book.close()
    return stream.getvalue()


def labels(question: Question, language: str) -> dict[str, str]:
    """Key -> label of each option in this language; labels that look alike carry their key."""
    found = {option.key: option.label.text_for(language) for option in question.choices}
    plain = [label.strip().casefold() for label in found.values()]
    return {
        key: f"{label} ({key})" if plain.count(label.strip().casefold()) > 1 else label
        for key, label in found.items()
    }


class _Writing:
    """One workbook being written."""

    def __init__(self, book: xlsxwriter.Workbook, language: str, with_people: bool) -> None:
        top = {"valign": "top", "text_wrap": True}
        self._book, self._language, self._with_people = book, language, with_people
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EDF3", **top})
        self._section = book.add_format({"bold": True, "bg_color": "#F4F6F9", **top})
        self._wrapped = book.add_format(top)
        self._quiet = book.add_format({"font_color": "#4A5568", **top})
        filled = {"locked": False, "bg_color": "#FFFBE6", "border": 1, "border_color": "#B7A76B"}
        self._text = book.add_format({"num_format": "@", **filled, **top})
        self._number = book.add_format({**filled, **top})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", **filled, **top})
        self._lists: dict[tuple[str, ...], str] = {}
        self._pages: list[tuple[str, ...]] = []

    def write(self, asked: Sequence[Asked], title: str, lead: str) -> None:
        """Explanation, questions, and the lists that the drop-downs draw from."""
        self._read_me(title)
        sheet = self._book.add_worksheet(ANSWERS)
        sheet.write_string(0, NUMBER, title, self._title)
        sheet.write_string(1, NUMBER, lead)
        for at, heading, width in self._columns():
            sheet.set_column(at, at, width, None, {"hidden": at == KEY})
            sheet.write_string(HEADER - 1, at, heading, self._head)
        sheet.freeze_panes(HEADER, ANSWER)
        line, section = HEADER, ""
        for number, one in enumerate(asked, start=1):
            if one.section != section:
                section = one.section
                sheet.merge_range(line, NUMBER, line, PROOF, section, self._section)
                line += 1
            line = self._question(sheet, line, number, one)
        sheet.protect(
            "", {"format_rows": True, "format_columns": True, "select_locked_cells": True}
        )
        sheet.activate()
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER - 1)
        hidden = self._book.add_worksheet(LISTS)
        for at, words in enumerate(self._pages):
            for row, word in enumerate(words):
                hidden.write_string(row, at, word)
        hidden.very_hidden()

    def _columns(self) -> Iterator[tuple[int, str, int]]:
        yield KEY, "id", 4
        yield NUMBER, _("No."), 6
        yield TEXT, _("Question"), 60
        yield ANSWER, _("Answer"), 44
        yield INSTEAD, _("Instead of an answer"), 20
        yield NOTE, _("Remark, or why it does not apply"), 40
        yield ONLY_IF, _("Only if"), 30
        yield WHY, _("Why this is asked"), 40
        yield PROOF, _("What would prove it"), 40
        if self._with_people:
            yield BY, _("Who answers"), 16

    def _question(self, sheet: Worksheet, line: int, number: int, one: Asked) -> int:
        question, language = one.question, self._language
        text = question.text.text_for(language)
        if question.help:
            text += "\n" + question.help.text_for(language)
        sheet.write_string(line, KEY, question.key)
        sheet.write_number(line, NUMBER, number, self._wrapped)
        sheet.write_string(line, TEXT, text, self._wrapped)
        sheet.write_string(line, ONLY_IF, one.only_if, self._quiet)
        sheet.write_string(line, WHY, question.why.text_for(language), self._quiet)
        sheet.write_string(line, PROOF, question.good_evidence.text_for(language), self._quiet)
        if self._with_people:
            sheet.write_string(line, BY, one.answered_by, self._quiet)
        words = state_words()
        allowed = [
            word
            for state, word in words.items()
            if state != "not_applicable" or question.allow_not_applicable
        ]
        sheet.write_string(line, INSTEAD, words.get(one.state, ""), self._text)
        self._choose(sheet, line, INSTEAD, allowed)
        sheet.write_string(line, NOTE, one.note, self._text)
        value = one.value if one.state == "answered" else None
        if question.kind is Kind.MULTIPLE:
            sheet.write_string(line, ANSWER, _("Mark each that holds, below."), self._quiet)
            return self._options(sheet, line + 1, question, value or [])
        self._answer(sheet, line, question, value)
        return line + 1

    def _options(
        self, sheet: Worksheet, line: int, question: Question, chosen: Sequence[str]
    ) -> int:
        mark = _("yes")
        for key, label in labels(question, self._language).items():
            sheet.write_string(line, KEY, f"{question.key}{OF_MANY}{key}")
            sheet.write_string(line, TEXT, f"\u2022 {label}", self._wrapped)
            sheet.write_string(line, ANSWER, mark if key in chosen else "", self._text)
            self._choose(sheet, line, ANSWER, [mark])
            line += 1
        return line

    def _answer(self, sheet: Worksheet, line: int, question: Question, value: Any) -> None:
        match question.kind:
            case Kind.SINGLE | Kind.YES_NO:
                words = labels(question, self._language)
                sheet.write_string(line, ANSWER, words.get(str(value), ""), self._text)
                self._choose(sheet, line, ANSWER, list(words.values()))
            case Kind.NUMBER:
                self._figure(sheet, line, question, value)
            case Kind.DATE:
                if value is None:
                    sheet.write_blank(line, ANSWER, None, self._day)
                else:
                    sheet.write_datetime(line, ANSWER, date.fromisoformat(value), self._day)
                note = _("As year-month-day, such as 2026-03-31.")
                self._hint(sheet, line, note)
            case _:
                sheet.write_string(line, ANSWER, value or "", self._text)

    def _figure(self, sheet: Worksheet, line: int, question: Question, value: Any) -> None:
        if value is None:
            sheet.write_blank(line, ANSWER, None, self._number)
        else:
            sheet.write_number(line, ANSWER, value, self._number)
        unit = question.curve.unit if question.curve else None
        words = unit.text_for(self._language) if unit else ""
        hint = _("A number of %(unit)s.") % {"unit": words} if words else _("A number.")
        self._hint(sheet, line, hint)

    def _hint(self, sheet: Worksheet, line: int, text: str) -> None:
        rule = {"validate": "any", "input_title": _("Answer"), "input_message": text[:255]}
        sheet.data_validation(line, ANSWER, line, ANSWER, rule)

    def _choose(self, sheet: Worksheet, line: int, at: int, words: Sequence[str]) -> None:
        """A drop-down; the words stand on a hidden sheet, since a rule holds 255 characters."""
        key = tuple(words)
        if key not in self._lists:
            column = xlsxwriter.utility.xl_col_to_name(len(self._pages), col_abs=True)
            self._lists[key] = f"={LISTS}!{column}$1:{column}${len(words)}"
            self._pages.append(key)
        sheet.data_validation(
            line,
            at,
            line,
            at,
            {
                "validate": "list",
                "source": self._lists[key],
                "error_title": _("Choose from the list"),
                "error_message": _("Choose one of the words listed, or leave the cell empty."),
            },
        )

    def _read_me(self, title: str) -> None:
        sheet = self._book.add_worksheet("Read me")
        sheet.set_column(0, 0, 100, self._wrapped)
        sheet.write_string(0, 0, title, self._title)
        for line, sentence in enumerate(_sentences(), start=2):
            sheet.write_string(line, 0, sentence, self._wrapped)


def _sentences() -> Sequence[str]:
    return (
        _("Answer on the sheet “Answers”, in the yellow cells. Everything else is fixed."),
        _("Choose from the list where there is one. Leave open what you will answer later."),
        _("Where you cannot answer, choose why under “Instead of an answer”."),
        _("Give values, no formulas. “NA” is taken as an answer, an empty cell is not."),
        _("Send documents on the page, not in this file."),
        _("Upload the file where you got it. You see what changes before anything is saved."),
        _("This file is for one assessment. Answers given on the page meanwhile are not lost."),
    )
