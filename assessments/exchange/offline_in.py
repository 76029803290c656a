"""Answers read back from a workbook that `offline_out` wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.exchange.book import Book, Sheet, shown
from assessments.exchange.offline_out import (
    ANSWER,
    ANSWERS,
    HEADER,
    INSTEAD,
    KEY,
    NOTE,
    OF_MANY,
    STAMP,
    labels,
    state_words,
)
from assessments.question import Kind, Question
from vendors.imports import cells
from vendors.imports.cells import name_of

_MARKS: Final = frozenset({"yes", "x", "y", "1", "ja", "true", "是", "có"})
_NOT_APPLICABLE: Final = frozenset({"na", "n/a", "n.a.", "not applicable"})


@dataclass
class Said:
    """What a row says: an input for `answers.save`, or the reason why it cannot be taken."""

    key: str
    row: int
    cell: str
    state: str = "blank"
    value: Any = None
    note: str = ""
    shows: str = ""
    reason: str = ""


def stamp_of(book: Book) -> str:
    """The signed text of the hidden sheet; "" where the workbook has none."""
    sheet = book.sheet(STAMP)
    if sheet is None:
        return ""
    return "".join(sheet.text(row, 0) for row in range(len(sheet.rows)))


def read(
    book: Book, questions: Mapping[str, Question], languages: Mapping[str, str]
) -> tuple[list[Said], list[str]]:
    """(what each row says, notes). `languages`: language -> itself, the one of the file first.

    Questions that are not in `questions` are named among the notes, and so are rows added by hand.
    """
    sheet = book.sheet(ANSWERS)
    if sheet is None:
        return [], [_("The sheet “Answers” is missing.")]
    return _Reading(sheet, questions, languages).result()


class _Reading:
    def __init__(
        self, sheet: Sheet, questions: Mapping[str, Question], languages: Mapping[str, str]
    ) -> None:
        self._sheet, self._questions, self._languages = sheet, questions, languages
        self._states: dict[str, str] = {}
        for language in (*languages, "en"):
            with override(language):
                for state, word in state_words().items():
                    self._states.setdefault(word.strip().casefold(), state)

    def result(self) -> tuple[list[Said], list[str]]:
        found: dict[str, Said] = {}
        notes: list[str] = []
        options: dict[str, dict[str, int]] = {}
        for row in range(HEADER, len(self._sheet.rows)):
            key, mark, option = self._sheet.text(row, KEY).strip().partition(OF_MANY)
            if not key:
                if any(self._sheet.text(row, at).strip() for at in (ANSWER, INSTEAD, NOTE)):
                    notes.append(_("Row %(row)d belongs to no question.") % {"row": row + 1})
                continue
            if key not in self._questions:
                notes.append(
                    _("Row %(row)d: “%(key)s” is not asked here.")
                    % {"row": row + 1, "key": key[:60]}
                )
            elif mark:
                options.setdefault(key, {})[option] = row
            elif key in found:
                reason = _("This question stands twice in the sheet; here and in row %(row)d.")
                found[key].reason = reason % {"row": row + 1}
            else:
                found[key] = self._row(key, row)
            if row + 1 in self._sheet.hidden:
                notes.append(
                    _("Row %(row)d is hidden; it is read all the same.") % {"row": row + 1}
                )
        for key, rows in options.items():
            if key in found:
                self._many(found[key], rows)
        return list(found.values()), notes

    def _row(self, key: str, row: int) -> Said:
        said = Said(key, row + 1, name_of(ANSWER, row + 1))
        question = self._questions[key]
        for at in (ANSWER, INSTEAD, NOTE):
            if self._sheet.has_formula(row, at):
                said.cell, said.reason = name_of(at, row + 1), _formula()
                return said
        said.note = self._sheet.text(row, NOTE).strip()
        instead = self._sheet.text(row, INSTEAD).strip()
        raw = self._cell(row, ANSWER)
        said.shows = shown(raw).strip()
        if question.kind is Kind.MULTIPLE:
            said.shows = ""
        if instead:
            self._instead(said, instead, row)
        elif said.shows:
            self._answer(said, question, raw)
        return said

    def _cell(self, row: int, column: int) -> Any:
        cells_ = self._sheet.rows[row]
        return cells_[column] if column < len(cells_) else ""

    def _instead(self, said: Said, instead: str, row: int) -> None:
        state = self._states.get(instead.casefold())
        if state is None:
            said.cell = name_of(INSTEAD, row + 1)
            said.shows = instead
            said.reason = _("Choose one of the words listed, or leave the cell empty.")
        elif said.shows:
            said.reason = _("There is an answer, and a reason why there is none. Keep one of them.")
        else:
            said.state, said.shows = state, instead

    def _answer(self, said: Said, question: Question, raw: Any) -> None:
        try:
            said.value = self._value(question, raw, said.shows)
            said.state = "answered"
        except ValueError as error:
            if said.shows.casefold() in _NOT_APPLICABLE and question.allow_not_applicable:
                said.state, said.value = "not_applicable", None
                return
            said.reason = str(error)

    def _value(self, question: Question, raw: Any, text: str) -> Any:
        match question.kind:
            case Kind.SINGLE | Kind.YES_NO:
                return self._option(question, raw, text)
            case Kind.NUMBER:
                return self._number(raw, text)
            case Kind.DATE:
                return self._day(raw, text)
            case _:
                cells.refuse_formula(text)
                return shown(raw)

    def _option(self, question: Question, raw: Any, text: str) -> str:
        if isinstance(raw, bool) and question.kind is Kind.YES_NO:
            return "yes" if raw else "no"
        for language in (*self._languages, "en"):
            for key, label in labels(question, language).items():
                if text.casefold() in {label.strip().casefold(), key}:
                    return key
        raise ValueError(_("Choose one of the answers listed."))

    def _number(self, raw: Any, text: str) -> Any:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return int(raw) if float(raw).is_integer() else raw
        number = cells.number(text)
        if number is None:
            raise ValueError(_("Enter a number, or leave the cell empty."))
        return int(number) if number == number.to_integral_value() else float(number)

    def _day(self, raw: Any, text: str) -> str:
        if isinstance(raw, datetime):
            return raw.date().isoformat()
        if isinstance(raw, date):
            return raw.isoformat()
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            raise ValueError(_("Enter a date as year-month-day, such as 2026-03-31."))
        day = cells.day(text)
        if day is None:
            raise ValueError(_("Enter a date as year-month-day, such as 2026-03-31."))
        return day.isoformat()

    def _many(self, said: Said, rows: Mapping[str, int]) -> None:
        chosen: list[str] = []
        for key, row in rows.items():
            mark = self._sheet.text(row, ANSWER).strip()
            if self._sheet.has_formula(row, ANSWER):
                said.cell, said.reason = name_of(ANSWER, row + 1), _formula()
            elif mark.casefold() in self._all_marks():
                chosen.append(key)
            elif mark and mark.casefold() not in {"no", "nein", "-", "否", "không"}:
                said.cell, said.shows = name_of(ANSWER, row + 1), mark
                said.reason = _("Write yes where it holds, or leave the cell empty.")
        if said.reason or not chosen:
            return
        if said.state != "blank":
            said.reason = _("There is an answer, and a reason why there is none. Keep one of them.")
            return
        said.state, said.value = "answered", chosen

    def _all_marks(self) -> set[str]:
        found = set(_MARKS)
        for language in self._languages:
            with override(language):
                found.add(_("yes").casefold())
        return found


def _formula() -> str:
    return _("This is a formula, or the error of one. Write its value instead.")
