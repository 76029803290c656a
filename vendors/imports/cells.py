"""What a cell of a list says: numbers as they are written here and there, days, yes and no.

Whatever can be read in two ways is refused rather than guessed. Every function raises ValueError
with a sentence for the reader.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

#: What lists write to say that there is nothing.
NOTHING: Final = frozenset({"", "-", "\u2013", "n/a", "n.a.", "na", "null", "none", "nil"})
_ERRORS: Final = re.compile(
    r"#(?:REF|VALUE|NAME|DIV/0|N/A|NUM|NULL|SPILL|CALC)[!?]?\Z", re.IGNORECASE
)
_YES: Final = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "si"})
_NO: Final = frozenset({"no", "n", "false", "0", "nein", "non"})
_DIGITS: Final = re.compile(r"[0-9][0-9.,]*\Z|[.,][0-9]+\Z")
_AMBIGUOUS: Final = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}\Z")


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


def _bare(text: str) -> tuple[str, bool]:
    """(digits and separators alone, whether the number is negative)."""
    bare = re.sub(r"[\s'\u2019\u00a0\u202f]", "", text).replace("\u2212", "-")
    negative = bare.startswith(("-", "(")) or bare.endswith("-")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    return bare.strip("+-"), negative


def decimal_mark(texts: Iterable[str]) -> str:
    """The decimal mark that the numbers of a list use, "." or ","; "" where none of them tells."""
    marks = set()
    for text in texts:
        bare, _negative = _bare(text)
        if not _DIGITS.match(bare) or _AMBIGUOUS.match(bare):
            continue
        last = max(bare.rfind("."), bare.rfind(","))
        if last < 0:
            continue
        mark = bare[last]
        other = "," if mark == "." else "."
        if bare.count(mark) == 1:
            marks.add(mark)
        elif other not in bare:
            # 1.234.567: what is repeated parts thousands.
            marks.add(other)
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
        # As a program or a spreadsheet writes it, also 1.5e6.
        if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+", text):
            return Decimal(text)
        bare, negative = _bare(text)
        if not _DIGITS.match(bare):
            raise ValueError(_("This is no number. Write it like 1250.5 or -300."))
        value = Decimal(_plain(bare, mark))
    except InvalidOperation as error:
        raise ValueError(_("This is no number. Write it like 1250.5 or -300.")) from error
    return -value if negative else value


def _plain(bare: str, mark: str) -> str:
    """Digits with a point before the decimals."""
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        found = "." if bare.rfind(".") > bare.rfind(",") else ","
    elif points + commas == 0:
        return bare
    elif points + commas > 1:
        found = "," if points else "."
    elif _AMBIGUOUS.match(bare) and not mark:
        raise ValueError(
            _("This can be read as %(large)s or as %(small)s. Write it without a thousands mark.")
            % {"large": re.sub(r"[.,]", "", bare), "small": bare.replace(",", ".")}
        )
    else:
        found = mark if _AMBIGUOUS.match(bare) else bare[bare.rfind("." if points else ",")]
    other = "," if found == "." else "."
    whole = bare.replace(other, "")
    if whole.count(found) > 1:
        raise ValueError(_("This is no number. Write it like 1250.5 or -300."))
    return whole.replace(found, ".")


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
