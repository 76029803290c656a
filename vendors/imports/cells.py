"""What a cell of a list says: numbers as they are written here and there, days, yes and no.

Whatever can be read in two ways is refused rather than guessed. Every function raises ValueError
with a sentence for the reader.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from accounts import number_fields, typed_numbers

#: What lists write to say that there is nothing.
NOTHING: Final = frozenset({"", "-", "\u2013", "n/a", "n.a.", "na", "null", "none", "nil"})
_ERRORS: Final = re.compile(
    r"#(?:REF|VALUE|NAME|DIV/0|N/A|NUM|NULL|SPILL|CALC)[!?]?\Z", re.IGNORECASE
)
_YES: Final = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "si"})
_NO: Final = frozenset({"no", "n", "false", "0", "nein", "non"})


@dataclass(frozen=True)
class Problem:
    """One cell that cannot be taken: where it is, what is in it, and what to do.

    `cell`: as a spreadsheet names it, such as C7; "" in a CSV file. `column`: its heading.
    """

    line: int
    cell: str
    column: str
    value: str
    reason: str


def name_of(column: int, line: int) -> str:
    """How a spreadsheet names the cell in this column (from 0) and line: 2, 7 is C7."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{line}"


def refuse_formula(text: str) -> None:
    """Raise for a formula or its error; only values are taken."""
    if text.startswith("=") or (text.startswith("@") and "(" in text):
        raise ValueError(_("This is a formula. Paste its value instead."))
    if _ERRORS.match(text):
        raise ValueError(_("This is the error of a formula. Put it right, and paste the value."))


def is_nothing(text: str) -> bool:
    """Whether the cell says that there is nothing."""
    return text.strip().lower() in NOTHING


def decimal_mark(texts: Iterable[str]) -> str:
    """The decimal mark that the numbers of a list use, "." or ","; "" where none of them tells."""
    marks = {typed_numbers.decimal_mark(text) for text in texts} - {""}
    return marks.pop() if len(marks) == 1 else ""


def number(text: str, mark: str = "") -> Decimal | None:
    """A number, or None where the cell says that there is nothing.

    `mark` is the decimal mark of the list, where it is known. "(1,250.50)" is negative; "1.250" is
    refused while nothing in the list tells whether it is 1250 or 1.25.
    """
    text = text.strip()
    if is_nothing(text):
        return None
    refuse_formula(text)
    try:
        return typed_numbers.read(text, mark)
    except typed_numbers.TwoWays as doubt:
        raise ValueError(number_fields.two_ways(doubt)) from doubt
    except typed_numbers.NoNumber as error:
        raise ValueError(_("This is no number. Write it like 1250.5 or -300.")) from error


def day(text: str) -> date | None:
    """A day, or None for nothing: 2025-12-31, 31.12.2025, 31/12/2025 or 12/31/2025.

    With slashes, a day that could be a month as well is refused.
    """
    text = text.strip()
    if is_nothing(text):
        return None
    refuse_formula(text)
    year, month, number = _parts(text)
    try:
        return date(year, month, number)
    except ValueError as error:
        raise ValueError(_("There is no such day in the calendar.")) from error


def _parts(text: str) -> tuple[int, int, int]:
    """Year, month and day as they are written."""
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][0-9:.]+Z?)?", text):
        year, month, number = (int(part) for part in found.groups())
        return year, month, number
    if found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
        number, month, year = (int(part) for part in found.groups())
        return year, month, number
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        first, second, year = (int(part) for part in found.groups())
        if first != second and first <= 12 and second <= 12:
            raise ValueError(_("Day or month first? Write it as %(year)d-MM-DD.") % {"year": year})
        return (year, second, first) if first > 12 else (year, first, second)
    raise ValueError(_("Write the day as 2025-12-31."))


def yes(text: str) -> bool:
    """Yes or no; nothing is no."""
    said = text.strip().lower()
    if is_nothing(said) or said in _NO:
        return False
    refuse_formula(text.strip())
    if said in _YES:
        return True
    raise ValueError(_("Write yes or no."))
