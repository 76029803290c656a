"""Reading rates of exchange and the price index, and converting money by them."""

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from django.db.models import Max, Min, Q, QuerySet

from vendors.models import ExchangeRate, PriceIndex
from vendors.question_file import translatable

#: A rate may stand in for a later day that has none, so long.
DAYS_IT_HOLDS: Final = 31
_INDEX_FILE: Final = Path(__file__).parent.parent / "data" / "price_index.csv"
INDEX_SOURCE: Final = translatable(
    "U.S. Bureau of Economic Analysis, implicit price deflator of gross domestic product "
    "(A191RD3A086NBEA) by way of FRED, set to 1968 = 100; it stands in for that of the gross "
    "national product, from which it differs by some tenths of a percent"
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """Money in another currency, and the rates used: pairs as "USD/EUR 2025-12-31 1.0867"."""

    amount: Decimal
    used: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates around some days, read once; see `rates_for`."""

    rows: tuple[ExchangeRate, ...]

    def convert(self, amount: Decimal, currency: str, to: str, day: date) -> Conversion | None:
        """The amount in `to` by the latest rates on or before `day`; None without rates."""
        if currency == to:
            return Conversion(amount, ())
        for base in ExchangeRate.Base.values:
            left, right = self._per(base, currency, day), self._per(base, to, day)
            if left is None or right is None:
                continue
            used = tuple(
                f"{row.currency}/{row.base} {row.day.isoformat()} {row.rate.normalize():f}"
                for row in (left[1], right[1])
                if row is not None
            )
            return Conversion(amount * right[0] / left[0], used)
        return None

    def _per(
        self, base: str, currency: str, day: date
    ) -> tuple[Decimal, ExchangeRate | None] | None:
        if currency == base:
            return Decimal(1), None
        found = [
            row
            for row in self.rows
            if row.base == base
            and row.currency == currency
            and timedelta(0) <= day - row.day <= timedelta(DAYS_IT_HOLDS)
        ]
        best = max(found, key=lambda row: row.day, default=None)
        return None if best is None else (best.rate, best)


def rates_for(currencies: Collection[str], days: Iterable[date]) -> Rates:
    """The rates with which money of these currencies can be converted on these days."""
    wanted = {*currencies, *ExchangeRate.Base.values}
    near = Q(pk__in=())
    for day in set(days):
        near |= Q(day__gt=day - timedelta(DAYS_IT_HOLDS + 1), day__lte=day)
    return Rates(tuple(ExchangeRate.objects.filter(near, currency__in=wanted)))


def exchange_rates(*, currency: str = "", base: str = "") -> QuerySet[ExchangeRate]:
    """All rates, or those of a currency or a base."""
    rows = ExchangeRate.objects.select_related("user")
    if currency:
        rows = rows.filter(currency=currency)
    return rows.filter(base=base) if base else rows


def currencies_with_rates() -> list[tuple[str, date, date]]:
    """(currency, first day, last day), by currency."""
    rows = ExchangeRate.objects.values("currency").annotate(first=Min("day"), last=Max("day"))
    return [(row["currency"], row["first"], row["last"]) for row in rows.order_by("currency")]


@dataclass(frozen=True, slots=True)
class IndexYear:
    """The price index of a year; `recorded`: set by a person, not from the file."""

    year: int
    value: Decimal
    source: str
    recorded: bool


@cache
def _of_file() -> dict[int, Decimal]:
    with _INDEX_FILE.open(encoding="utf-8", newline="") as lines:
        return {int(row["year"]): Decimal(row["index"]) for row in csv.DictReader(lines)}


def price_indices() -> list[IndexYear]:
    """All years, the latest first; what a person set stands before the file."""
    found = {
        year: IndexYear(year, value, INDEX_SOURCE, recorded=False)
        for year, value in _of_file().items()
    }
    for row in PriceIndex.objects.all():
        found[row.year] = IndexYear(row.year, row.value, row.source, recorded=True)
    return sorted(found.values(), key=lambda one: -one.year)


def price_index_of(year: int, indices: Collection[IndexYear]) -> IndexYear | None:
    """The index of a year, or of the last year before it that is known."""
    before = [one for one in indices if one.year <= year]
    return max(before, key=lambda one: one.year, default=None)
