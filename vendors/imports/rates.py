"""A list of exchange rates: one rate a row, or a column for each currency."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from vendors import master_data
from vendors.currencies import CODES
from vendors.imports import cells
from vendors.imports.cells import Problem
from vendors.imports.table import Line, Table
from vendors.models import ExchangeRate

_HEADINGS: Final[Mapping[str, str]] = {
    "currency": "currency|currency code|code|curr|waehrung|wahrung",
    "day": "date|day|rate date|time period|datum",
    "rate": "rate|exchange rate|value|obs value|kurs",
    "base": "base|per|base currency|currency denom",
    "source": "source|quelle",
}
_FIELD_OF: Final[Mapping[str, str]] = {
    heading: name for name, words in _HEADINGS.items() for heading in words.split("|")
}
_LARGEST: Final = Decimal(10) ** 11
FIRST_DAY: Final = date(1990, 1, 1)


@dataclass(frozen=True)
class Rate:
    """So many units of `currency` per unit of `base` on a day."""

    line: int
    base: str
    currency: str
    day: date
    rate: Decimal
    source: str


def _field_of(heading: str) -> str | None:
    return _FIELD_OF.get(master_data.name_key(heading.replace("_", " ")))


def _is_wide(header: Sequence[str]) -> bool:
    fields = {_field_of(cell) for cell in header}
    return "day" in fields and "rate" not in fields and any(cell in CODES for cell in header)


def known_headings(row: Sequence[str]) -> int:
    """How many headings of a row are known; 0 where they make no list of rates."""
    fields = {_field_of(cell) for cell in row if len(cell) < 60} - {None}
    if {"currency", "day", "rate"} <= fields:
        return len(fields)
    return 1 + sum(cell.strip() in CODES for cell in row) if _is_wide(row) else 0


def wanted() -> str:
    """What a list that cannot be used lacks."""
    return _(
        "The list needs the columns “currency”, “date” and “rate”; or “date” and one column for "
        "each currency, headed by its code."
    )


def rates(
    table: Table,
    formulas: frozenset[str],
    *,
    base: str,
    source: str,
    today: date,
) -> Iterator[Rate | Problem]:
    """Every rate, or what is wrong with its cell. `base` and `source` where the list has none."""
    reading = _Reading(table, formulas, base, source, today)
    for line in table.lines:
        if line.broken:
            yield Problem(line.number, "", "", "", line.broken)
        elif reading.wide:
            yield from reading.of_columns(line)
        else:
            yield reading.of_row(line)


class _Reading:
    """How the list is read."""

    def __init__(
        self, table: Table, formulas: frozenset[str], base: str, source: str, today: date
    ) -> None:
        self._table, self._formulas, self._today = table, formulas, today
        self._base, self._source = base, source
        self.wide = _is_wide(table.header)
        self._at: dict[str, int] = {}
        for index, heading in enumerate(table.header):
            name = _field_of(heading)
            if name and name not in self._at:
                self._at[name] = index
        self._currencies = [
            (index, heading) for index, heading in enumerate(table.header) if heading in CODES
        ]
        columns = [index for index, _code in self._currencies] if self.wide else [self._at["rate"]]
        numbers = (self._text(line, index) for line in table.lines for index in columns)
        # In a workbook numbers are numbers; in a CSV file the list tells how it writes them.
        self._mark = "." if table.kind == "sheet" else cells.decimal_mark(numbers) or "."

    def of_row(self, line: Line) -> Rate | Problem:
        """The rate of a line."""
        name = "currency"
        try:
            self._refuse_formula(line, name)
            currency = self._currency(self._text(line, self._at["currency"]))
            name = "day"
            day = self._day(line)
            name = "base"
            base = self._text(line, self._at["base"]).upper() if "base" in self._at else ""
            base = base or self._base
            if base not in ExchangeRate.Base.values or base == currency:
                raise ValueError(_("A rate is per EUR or per USD, of another currency."))
            name = "rate"
            rate = self._rate(line, self._at["rate"])
        except ValueError as error:
            return self._problem(line, self._at.get(name, self._at["rate"]), str(error))
        if rate is None:
            return self._problem(line, self._at["rate"], _("Enter the rate."))
        source = self._text(line, self._at["source"]) if "source" in self._at else ""
        return Rate(line.number, base, currency, day, rate, source[:120] or self._source)

    def of_columns(self, line: Line) -> Iterator[Rate | Problem]:
        """The rates of a day, one for each currency that has one."""
        try:
            day = self._day(line)
        except ValueError as error:
            yield self._problem(line, self._at["day"], str(error))
            return
        for index, currency in self._currencies:
            if currency == self._base:
                continue
            try:
                rate = self._rate(line, index)
            except ValueError as error:
                yield self._problem(line, index, str(error))
                continue
            if rate is not None:
                yield Rate(line.number, self._base, currency, day, rate, self._source)

    def _text(self, line: Line, index: int) -> str:
        return line.cells[index].strip() if index < len(line.cells) else ""

    def _cell(self, line: Line, index: int) -> str:
        return cells.name_of(index, line.number) if self._table.kind == "sheet" else ""

    def _refuse_formula(self, line: Line, name: str) -> None:
        if self._cell(line, self._at[name]) in self._formulas:
            raise ValueError(_("This is a formula, or its error. Paste the value instead."))

    def _problem(self, line: Line, index: int, reason: str) -> Problem:
        return Problem(
            line.number,
            self._cell(line, index),
            self._table.header[index],
            self._text(line, index)[:80],
            reason,
        )

    def _currency(self, text: str) -> str:
        cells.refuse_formula(text)
        code = master_data.clean_currency(text)
        if not code:
            raise ValueError(_("Enter the currency."))
        return code

    def _day(self, line: Line) -> date:
        self._refuse_formula(line, "day")
        day = cells.day(self._text(line, self._at["day"]))
        if day is None:
            raise ValueError(_("Enter the day."))
        if day > self._today:
            raise ValueError(_("This day is still to come."))
        if day < FIRST_DAY:
            raise ValueError(_("Rates are kept from 1990 on."))
        return day

    def _rate(self, line: Line, index: int) -> Decimal | None:
        if self._cell(line, index) in self._formulas:
            raise ValueError(_("This is a formula, or its error. Paste the value instead."))
        rate = cells.number(self._text(line, index), self._mark)
        if rate is None:
            return None
        rounded = rate.quantize(Decimal("0.00000001")) if abs(rate) < _LARGEST else rate
        if not 0 < rounded < _LARGEST:
            raise ValueError(_("A rate is above zero, and below 100 billion."))
        return rounded
