"""Numbers as people write them here and there: 1,234.5 or 1.234,5 or 1 234,5.

Pure: no Django, no clock. Whatever can be read in two ways is refused rather than guessed.
"""

import re
from decimal import Decimal
from typing import Final

_DIGITS: Final = re.compile(r"[0-9][0-9.,]*\Z|[.,][0-9]+\Z")
_AMBIGUOUS: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}\Z")
#: Also by lakh and crore: 12,34,567.
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{2,3})*[.,][0-9]{3}(?:[.,][0-9]*)?\Z")
_PROGRAMS: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+\Z")


class NoNumber(ValueError):
    """The text is no number."""


class TwoWays(ValueError):
    """The text can be read as `large` or as `small`."""

    def __init__(self, bare: str) -> None:
        self.large, self.small = re.sub(r"[.,]", "", bare), bare.replace(",", ".")
        super().__init__(f"{self.large} or {self.small}")


def read(text: str, mark: str = "") -> Decimal:
    """The number that `text` is.

    `mark` is the decimal mark of whoever wrote it, where it is known. "(1,250.50)" is negative;
    "1.250" is refused without a mark. Raises NoNumber and TwoWays.
    """
    text = text.strip()
    # As a program or a spreadsheet writes it, also 1.5e6.
    if _PROGRAMS.match(text):
        return Decimal(text)
    bare, negative = _bare(text)
    if not _DIGITS.match(bare):
        raise NoNumber(text)
    value = Decimal(_plain(bare, mark))
    return -value if negative else value


def read_typed(text: str, mark: str, *, whole: bool = False) -> Decimal:
    """The number that a reader whose decimal mark is `mark` typed into a page.

    With "." as mark, "1.000" is refused: whoever writes so is likely to mean a thousand, and so is
    "1.250" where the number has to be `whole`. Raises NoNumber and TwoWays.
    """
    bare, _negative = _bare(text)
    if mark in bare and _AMBIGUOUS.match(bare) and (whole or bare.endswith("000")):
        raise TwoWays(bare)
    return read(text, mark)


def written(value: object, mark: str) -> str:
    """A number as an input shows it, and as `read_typed` reads it: digits and `mark` alone."""
    text = str(value)
    if "e" in text.lower():
        text = f"{Decimal(text):f}"
    if text.partition(".")[2] == "000":
        # Would be refused as it stands.
        text = text.partition(".")[0]
    return text.replace(".", mark)


def decimal_mark(text: str) -> str:
    """The decimal mark that a number tells by how it is written; "" where it does not tell."""
    bare, _negative = _bare(text)
    if not _DIGITS.match(bare) or _AMBIGUOUS.match(bare):
        return ""
    last = max(bare.rfind("."), bare.rfind(","))
    if last < 0:
        return ""
    mark = bare[last]
    other = "," if mark == "." else "."
    if bare.count(mark) == 1:
        return mark
    # 1.234.567: what is repeated parts thousands.
    return "" if other in bare else other


def _bare(text: str) -> tuple[str, bool]:
    """(digits and separators alone, whether the number is negative)."""
    bare = re.sub(r"[\s'\u2019\u00a0\u202f]", "", text).replace("\u2212", "-")
    negative = bare.startswith(("-", "(")) or bare.endswith("-")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    return bare.strip("+-"), negative


def _plain(bare: str, mark: str) -> str:
    """Digits with a point before the decimals."""
    points, commas = bare.count("."), bare.count(",")
    if points + commas == 0:
        return bare
    if points and commas:
        found = "." if bare.rfind(".") > bare.rfind(",") else ","
    elif points + commas > 1:
        found = "," if points else "."
    elif not _AMBIGUOUS.match(bare):
        found = "." if points else ","
    elif mark:
        found = mark
    else:
        raise TwoWays(bare)
    other = "," if found == "." else "."
    if bare.count(found) > 1 or (other in bare and not _GROUPED.match(bare)):
        raise NoNumber(bare)
    return bare.replace(other, "").replace(found, ".")
