"""The rows of a foreign workbook, by the roles of their columns, joined by the question's id."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from assessments.exchange.book import Book, Sheet
from assessments.exchange.foreign.mapping import (
    EXACT,
    REPEATABLE,
    Mapping,
    Role,
    guess_columns,
    plain,
)
from assessments.exchange.problems import Problem
from vendors.imports.cells import name_of

_HEADER_WITHIN: Final = 30
#: A row of the question itself, as against one that only repeats headings.
_SHORTEST_TEXT: Final = 2


@dataclass
class Item:
    """A question of the workbook. `places`: role -> (sheet, row from 1, cell, heading)."""

    id: str
    values: dict[str, str] = field(default_factory=dict)
    section: str = ""
    places: dict[str, tuple[str, int, str, str]] = field(default_factory=dict)

    def get(self, role: Role) -> str:
        """What the workbook says; "" where it says nothing."""
        return self.values.get(role.value, "")

    def problem(self, role: Role, reason: str) -> Problem:
        """A problem in the cell of this role, or else in the row of the question."""
        place = self.places.get(role.value) or next(iter(self.places.values()), ("", 0, "", ""))
        sheet, row, cell, heading = place
        if role.value not in self.places:
            cell = heading = ""
        return Problem(reason, sheet, row, heading, cell, self.get(role))


@dataclass(frozen=True)
class Rows:
    """All questions in the order of the workbook."""

    items: list[Item]
    problems: list[Problem]
    notes: list[Problem]


def header_row(sheet: Sheet) -> int:
    """The row (from 1) that most likely holds the headings; 0 where none does."""
    best, at = 1, 0
    for row in range(min(_HEADER_WITHIN, len(sheet.rows))):
        texts = [sheet.text(row, column) for column in range(len(sheet.rows[row]))]
        found = guess_columns([text for text in texts if text.strip() and len(text) < 80])
        score = len(set(found.values())) + (Role.TEXT.value in found.values())
        if score > best:
            best, at = score, row + 1
    return at


def headings(sheet: Sheet, row: int) -> list[tuple[int, str]]:
    """(column from 0, heading) of the row (from 1); a merged one is that of its first column."""
    if not 1 <= row <= len(sheet.rows):
        return []
    found = ((at, sheet.text(row - 1, at).strip()) for at in range(len(sheet.rows[row - 1])))
    return [(at, text) for at, text in found if text]


def read(book: Book, mapping: Mapping) -> Rows:
    """The questions of the chosen sheets; the same id on two sheets is one question."""
    items: dict[str, Item] = {}
    problems: list[Problem] = []
    notes: list[Problem] = []
    if not book.formulas_seen:
        notes.append(
            Problem(_("In this kind of file formulas go unseen; what they last showed is taken."))
        )
    for name, header in mapping.sheets.items():
        sheet = book.sheet(name)
        if sheet is None:
            problems.append(Problem(_("The workbook has no such sheet."), name))
            continue
        reading = _SheetReading(sheet, header, mapping)
        for item in reading.items():
            known = items.get(item.id.casefold())
            if known is None:
                items[item.id.casefold()] = item
            else:
                _join(known, item, problems)
        problems += reading.problems
        notes += reading.notes
    return Rows([one for one in items.values() if one.get(Role.TEXT)], problems, notes)


def _join(known: Item, more: Item, problems: list[Problem]) -> None:
    """The same question on another sheet: what is missing is added, what differs is named."""
    for role, value in more.values.items():
        there = known.values.get(role, "")
        if not there:
            known.values[role], known.places[role] = value, more.places[role]
        elif plain(there) != plain(value) and Role(role) in {Role.ANSWER, Role.COMPLIANT}:
            problems.append(
                more.problem(
                    Role(role),
                    _("Another sheet says “%(other)s” for %(id)s. Leave one of the sheets out.")
                    % {"other": there[:60], "id": known.id},
                )
            )
    known.section = known.section or more.section


class _SheetReading:
    """One sheet, gone through from its headings down."""

    def __init__(self, sheet: Sheet, header: int, mapping: Mapping) -> None:
        self._sheet, self._header = sheet, header
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self._columns: dict[Role, list[tuple[int, str]]] = {}
        for at, heading in headings(sheet, header):
            role = mapping.columns.get(plain(heading))
            if role:
                self._columns.setdefault(Role(role), []).append((at, heading))
        self._has_ids = Role.ID in self._columns
        self._filled = self._merged_sections()

    def items(self) -> Iterator[Item]:
        """The questions; rows that only title a section are remembered for those below."""
        if not self._columns:
            self.notes.append(
                Problem(_("No column of this sheet is used."), self._sheet.name, self._header)
            )
            return
        titled = ""
        seen: dict[str, int] = {}
        for row in range(self._header, len(self._sheet.rows)):
            item = self._item(row)
            if item is None:
                continue
            if title := self._title(item, row):
                titled = title
                continue
            if not self._has_ids:
                item.id = f"{self._sheet.name}-{row + 1}"
            elif not item.id:
                if len(item.get(Role.TEXT)) >= _SHORTEST_TEXT:
                    self.notes.append(
                        item.problem(Role.TEXT, _("The row has no id and is left out."))
                    )
                continue
            first = seen.setdefault(item.id.casefold(), row + 1)
            if first != row + 1:
                reason = _("This id stands in row %(row)d already.") % {"row": first}
                self.problems.append(item.problem(Role.ID, reason))
                continue
            if row + 1 in self._sheet.hidden:
                self.notes.append(
                    item.problem(Role.ID, _("This row is hidden; it is taken all the same."))
                )
            item.section = item.get(Role.SECTION) or self._filled.get(row, "") or titled
            yield item

    def _item(self, row: int) -> Item | None:
        item = Item("")
        for role, places in self._columns.items():
            said: list[str] = []
            for at, heading in places:
                text = self._sheet.text(row, at).strip()
                if not text and not self._sheet.has_formula(row, at):
                    continue
                item.places.setdefault(
                    role.value, (self._sheet.name, row + 1, name_of(at, row + 1), heading)
                )
                said.append(text)
                if self._sheet.has_formula(row, at):
                    self._formula(item, role)
            if said:
                item.values[role.value] = "\n\n".join(said) if role in REPEATABLE else said[0]
        item.id = re.sub(r"\s+", " ", item.get(Role.ID))
        return item if item.places else None

    def _formula(self, item: Item, role: Role) -> None:
        if role in EXACT:
            self.problems.append(
                item.problem(role, _("This is a formula. Paste its value instead."))
            )
        else:
            self.notes.append(
                item.problem(role, _("This is a formula; what it last showed is taken."))
            )

    def _title(self, item: Item, row: int) -> str:
        """The title of a section, where the row is nothing but that."""
        said = {plain(item.get(role)) for role in (Role.TEXT, Role.ANSWER) if item.get(role)}
        names = {plain(heading) for places in self._columns.values() for _at, heading in places}
        only = item.id or (item.get(Role.TEXT) if not self._has_ids else "")
        if self._has_ids and only and not (said - names):
            return "" if plain(only) in names else only
        merged = (
            any(
                top <= row <= low
                and left <= self._columns[Role.TEXT][0][0] <= right
                and right > left
                for top, left, low, right in self._sheet.merged
            )
            if Role.TEXT in self._columns
            else False
        )
        return item.get(Role.TEXT) if merged and not item.id else ""

    def _merged_sections(self) -> dict[int, str]:
        """Row -> section, where one cell was merged over several rows."""
        filled: dict[int, str] = {}
        for at, _heading in self._columns.get(Role.SECTION, ())[:1]:
            for top, left, low, right in self._sheet.merged:
                if left <= at <= right:
                    text = self._sheet.text(top, left).strip()
                    filled |= dict.fromkeys(range(top, low + 1), text)
        return filled


def labels(items: Sequence[Item], role: Role) -> dict[str, tuple[str, int]]:
    """plain label -> (as first written, how often) of a column, in order of first use."""
    found: dict[str, tuple[str, int]] = {}
    for item in items:
        said = item.get(role)
        if said:
            first, count = found.get(plain(said), (said, 0))
            found[plain(said)] = (first, count + 1)
    return found
