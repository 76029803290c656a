"""The rows of a foreign workbook, by the roles of their columns, joined by the question's id."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from django.utils.translation import gettext as _

from assessments.exchange.book import Book, Sheet
from assessments.exchange.foreign.mapping import (
    EXACT,
    REPEATABLE,
    Mapping,
    Role,
    bare,
    guess_columns,
    plain,
    role_of,
)
from assessments.exchange.problems import Problem
from vendors.imports.cells import name_of

_HEADER_WITHIN: Final = 30
#: A row of the question itself, as against one that only repeats headings.
_SHORTEST_TEXT: Final = 2
_ID: Final = re.compile(r"[A-Za-z][\w&]{0,11}[-.:][\w.&:-]{0,12}\d[\w.]{0,4}")
_FEWEST_IDS: Final = 2
#: Roles that the title of a section may seem to have, such as "Required questions".
_BESIDE_TITLES: Final = frozenset({Role.ID.value, Role.TEXT.value, Role.SECTION.value})
#: Columns that are read also where they have no heading.
_NARROW: Final = 2
#: Two texts less alike than this (0 to 1) are two questions under one id.
_SAME_QUESTION: Final = 0.6
#: Columns whose texts need no heading where several are put together.
_SAYS_ITSELF: Final = frozenset(
    {"guidance", "standard guidance", "help", "additional information", "reason for question",
     "csp implementation description (optional/recommended)"}
)  # fmt: skip


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
    """The row (from 1) that most likely holds the headings; 0 where none does.

    Where sections repeat the headings beside their own title, it is the first of these rows.
    """
    best, beside = 1, {}
    seen: dict[int, dict[int, str]] = {}
    for row in range(min(_HEADER_WITHIN, len(sheet.rows))):
        texts = {at: sheet.text(row, at) for at in range(len(sheet.rows[row]))}
        short = {at: text for at, text in texts.items() if text.strip() and len(text) < 80}
        roles = guess_columns([*short.values()])
        placed = {at: roles[plain(text)] for at, text in short.items() if plain(text) in roles}
        seen[row + 1] = {at: role for at, role in placed.items() if role not in _BESIDE_TITLES}
        score = len(set(roles.values())) + (Role.TEXT.value in roles.values())
        if score > best:
            best, beside = score, seen[row + 1] or placed
    return next((row for row, found in seen.items() if beside and found == beside), 0)


def headings(sheet: Sheet, row: int) -> list[tuple[int, str]]:
    """(column from 0, heading) of the row (from 1); a merged one is that of its first column."""
    if not 1 <= row <= len(sheet.rows):
        return []
    found = ((at, sheet.text(row - 1, at).strip()) for at in range(len(sheet.rows[row - 1])))
    return [(at, text or _nameless(at)) for at, text in found if text or at < _NARROW]


def _nameless(at: int) -> str:
    """What to call a column without a heading."""
    return _("Column %(letters)s") % {"letters": name_of(at, 1)[:-1]}


def is_id(text: str) -> bool:
    """Whether a text looks like the id of a question, such as AAAI-01 or A&A-01.1."""
    return bool(_ID.fullmatch(bare(text).strip()))


def by_content(sheet: Sheet, header: int) -> dict[str, Role]:
    """Heading -> role of a column of ids and of the questions beside it, told by what is in them.

    Layouts that title a section over both columns leave them without headings of their own.
    """
    named = headings(sheet, header)
    for place, (at, heading) in enumerate(named):
        said = [sheet.text(row, at).strip() for row in range(header, len(sheet.rows))]
        filled = [text for text in said if text]
        ids = [text for text in filled if is_id(text)]
        if len(ids) < _FEWEST_IDS or 2 * len(ids) < len(filled):
            continue
        beside = named[place + 1 : place + 2]
        return {heading: Role.ID} | {text: Role.TEXT for _at, text in beside}
    return {}


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
        if not sheet.visible:
            notes.append(Problem(_("This sheet is hidden; it is read all the same."), sheet.name))
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
        elif plain(there) == plain(value):
            continue
        elif role == Role.TEXT.value and not alike(there, value):
            problems.append(
                more.problem(
                    Role.TEXT,
                    _("Another sheet asks something else under %(id)s. Leave one of them out.")
                    % {"id": known.id},
                )
            )
        elif Role(role) in {Role.ANSWER, Role.COMPLIANT}:
            problems.append(
                more.problem(
                    Role(role),
                    _("Another sheet says “%(other)s” for %(id)s. Leave one of the sheets out.")
                    % {"other": there[:60], "id": known.id},
                )
            )
    known.section = known.section or more.section


def alike(one: str, other: str) -> bool:
    """Whether two texts are the same question, give or take some words."""
    if plain(one) == plain(other):
        return True
    return SequenceMatcher(None, plain(one), plain(other)).ratio() >= _SAME_QUESTION


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
        #: Heading -> (cell of the first formula, how many).
        self._formulas: dict[str, tuple[str, int]] = {}
        self._filled = self._merged_sections()

    def items(self) -> Iterator[Item]:
        """The questions; rows that only title a section are remembered for those below."""
        if not self._columns:
            self.notes.append(
                Problem(_("No column of this sheet is used."), self._sheet.name, self._header)
            )
            return
        titled = self._first_title()
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
        self._note_formulas()

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
                if text and len(places) > 1 and plain(heading) not in _SAYS_ITSELF:
                    text = f"{heading}: {text}" if role in REPEATABLE else text
                if text:
                    said.append(text)
                self._formula(item, role, row, at, heading)
            if said:
                item.values[role.value] = "\n\n".join(said) if role in REPEATABLE else said[0]
        item.id = re.sub(r"\s+", " ", bare(item.get(Role.ID))).strip()
        self._refuse_date(item, row)
        return item if item.places else None

    def _formula(self, item: Item, role: Role, row: int, at: int, heading: str) -> None:
        """What a formula last showed is taken; where it shows nothing, that is said."""
        if not self._sheet.has_formula(row, at):
            return
        if self._sheet.lacks_value(row, at) and role in EXACT:
            cell = item.places[role.value]
            reason = _("This is a formula without a value, or an error. Type the value instead.")
            self.problems.append(Problem(reason, cell[0], cell[1], cell[3], cell[2]))
            return
        first, count = self._formulas.get(heading, (name_of(at, row + 1), 0))
        self._formulas[heading] = (first, count + 1)

    def _note_formulas(self) -> None:
        for heading, (first, count) in self._formulas.items():
            reason = _("%(count)d cells are formulas; what they last showed is taken.")
            self.notes.append(
                Problem(reason % {"count": count}, self._sheet.name, 0, heading, first)
            )

    def _refuse_date(self, item: Item, row: int) -> None:
        """Spreadsheet programs take ids such as 1-1 for days of the year."""
        for at, _heading in self._columns.get(Role.ID, ())[:1]:
            cells = self._sheet.rows[row]
            if at < len(cells) and isinstance(cells[at], date):
                reason = _("The id has become a date. Write it as text, such as '1-1.")
                self.problems.append(item.problem(Role.ID, reason))

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

    def _first_title(self) -> str:
        """The title of the first section, where it stands in place of a heading."""
        for at, heading in self._columns.get(Role.ID, ())[:1]:
            if role_of(heading) is None and self._sheet.text(self._header - 1, at).strip():
                return heading
        return ""

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
