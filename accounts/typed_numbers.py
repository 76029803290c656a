"""Numbers as people write them here and there: 1,234.5 or 1.234,5 or 1 234,5.

Pure: no Django, no clock. Whatever can be read in two ways is refused rather than guessed.
"""

import re
from decimal import Decimal
from typing import Final

#: 1234, 1234.5, 5. or .5
_BARE: Final = re.compile(r"(?:[0-9]+|(?=[.,][0-9]))(?:(?P<decimal>[.,])[0-9]*)?\Z")
#: Whole groups of three, all parted by the same sign: 1.234.567 or 1 234,5
_GROUPED: Final = re.compile(
    r"[1-9][0-9]{0,2}(?P<by>[.,' ])[0-9]{3}(?:(?P=by)[0-9]{3})*"
    r"(?:(?!(?P=by))(?P<decimal>[.,])[0-9]*)?\Z"
)
#: By lakh and crore: 12,34,567.
_LAKHS: Final = re.compile(
    r"[1-9][0-9]?(?:(?P<by>,)[0-9]{2})+,[0-9]{3}(?:(?P<decimal>\.)[0-9]*)?\Z"
)
_AMBIGUOUS: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}\Z")
_PROGRAMS: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}\Z")
#: More places than any amount has would take long to write and to compute with.
_MOST_PLACES: Final = 40


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
        value = Decimal(text)
    else:
        bare, negative = _bare(text)
        value = Decimal(_plain(bare, mark))
        value = -value if negative else value
    if abs(value.adjusted()) > _MOST_PLACES:
        raise NoNumber(text)
    return value


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
    found = _shape(bare)
    if found is None or _AMBIGUOUS.match(bare):
        return ""
    # 1.234.567: what is repeated parts thousands.
    others = {".": ",", ",": "."}
    return found["decimal"] or others.get(found.groupdict().get("by", ""), "")


def _bare(text: str) -> tuple[str, bool]:
    """(the number without its sign, with one kind of blank, whether it is negative)."""
    bare = re.sub(r"\s", " ", text.strip()).replace("\u2019", "'").replace("\u2212", "-")
    if bare.startswith("(") and bare.endswith(")"):
        return bare[1:-1].strip(), True
    if bare.startswith(("+", "-")):
        return bare[1:].strip(), bare[0] == "-"
    return bare.removesuffix("-").strip(), bare.endswith("-")


def _shape(bare: str) -> re.Match[str] | None:
    """How the digits are parted, and by what; None where it is no way to write a number."""
    return _BARE.match(bare) or _GROUPED.match(bare) or _LAKHS.match(bare)


def _plain(bare: str, mark: str) -> str:
    """Digits with a point before the decimals."""
    found = _shape(bare)
    if found is None:
        raise NoNumber(bare)
    decimal = found["decimal"]
    if _AMBIGUOUS.match(bare):
        if not mark:
            raise TwoWays(bare)
        decimal = mark if mark in bare else None
    digits = (sign for sign in bare if sign == decimal or sign.isdigit())
    return "".join("." if sign == decimal else sign for sign in digits)
