"""Cells of a workbook as values: numbers also where they are text, yes and no, lists of keys."""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from django.utils.translation import gettext as _

from assessments.exchange.book import Sheet, shown
from assessments.exchange.columns import Column
from assessments.exchange.problems import Problem
from vendors.imports.cells import name_of

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_COMMA: Final = re.compile(r"-?[0-9]+,[0-9]+\Z")
_THOUSANDS: Final = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}\Z")
_YES: Final = frozenset({"yes", "y", "true", "1", "x"})
_NO: Final = frozenset({"no", "n", "false", "0"})


class Line:
    """A row of a list, by the paths of its columns."""

    def __init__(self, sheet: Sheet, row: int, at: Mapping[str, int]) -> None:
        self.sheet, self.row, self.at = sheet, row, at

    def cell(self, path: str) -> Any:
        """The raw value; "" where the sheet lacks the column."""
        column = self.at.get(path)
        if column is None or column >= len(self.sheet.rows[self.row]):
            return ""
        return self.sheet.rows[self.row][column]

    def text(self, path: str) -> str:
        """What the cell shows, without blanks around."""
        return shown(self.cell(path)).strip()

    def problem(self, path: str, heading: str, reason: str) -> Problem:
        """A problem in the cell of this path."""
        column = self.at.get(path)
        return Problem(
            reason,
            self.sheet.name,
            self.row + 1,
            heading,
            "" if column is None else name_of(column, self.row + 1),
            self.text(path),
        )


def value_of(raw: Any, column: Column) -> Any:
    """What a cell of this column says; None where it is empty. Raises ValueError."""
    said = shown(raw).strip()
    if not said:
        return None
    match column.sort:
        case "text" | "plain":
            return _plain(raw, column)
        case "number":
            return number(raw)
        case "whole":
            return _whole(raw)
        case "yes_no":
            return _yes(said)
        case "keys":
            return [part for part in re.split(r"[\s,;]+", said) if part]
        case "word":
            return said.lower()
        case "key":
            return said


def _plain(raw: Any, column: Column) -> Any:
    if column.path == "valid_for" and (said := shown(raw).strip().lower()) != "none":
        return _whole(said)
    if column.path == "valid_for":
        return "none"
    return shown(raw)


def number(raw: Any) -> float:
    """A number, also where it is text: 0.5, 0,5 or 1e-7."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        value = float(raw)
    else:
        said = shown(raw).strip().replace("\u2212", "-").replace("\u00a0", "")
        if _THOUSANDS.match(said):
            raise ValueError(_("This can be read in two ways. Write it with a point for decimals."))
        if _COMMA.match(said):
            said = said.replace(",", ".")
        if not (_NUMBER.match(said) and isfinite(float(said))):
            raise ValueError(_("This is no number. Write it like 0.5 or 12."))
        value = float(said)
    return int(value) if value.is_integer() else value


def _whole(raw: Any) -> int:
    value = number(raw)
    if value != int(value):
        raise ValueError(_("Enter a whole number."))
    return int(value)


def _yes(said: str) -> bool:
    if said.lower() in _YES:
        return True
    if said.lower() in _NO:
        return False
    raise ValueError(_("Write yes or no."))
