"""Exchange rates and the price index."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit.errors import Invalid
from audit.models import Event
from tests.personas import Person
from tests.vendors.finances.books import workbook
from vendors.imports import table
from vendors.models import ExchangeRate, FinanceImport
from vendors.selectors.rates import price_index_of, price_indices, rates_for
from vendors.services import rates
from vendors.services.statement_imports import NotWhole

pytestmark = pytest.mark.django_db

LAST = date(2025, 12, 31)
LONG = b"""currency,date,rate,per,source
USD,2025-12-31,1.10,EUR,Central bank
CHF,2025-12-31,0.93,EUR,Central bank
VND,2025-12-30,25000,USD,State bank
"""
WIDE = b"""Date,USD,JPY,CYP,
2025-12-31,1.10,170.5,N/A,
2025-12-30,1.09,N/A,N/A,
"""


def preview(content: bytes, **options: Any) -> FinanceImport:
    values = {"base": "EUR", "source": "Central bank", **options}
    return rates.preview(file_name="rates.csv", content=content, by=SYSTEM, **values)


def take_in(content: bytes, **options: Any) -> FinanceImport:
    return rates.run(made=preview(content, **options), by=SYSTEM)


def test_one_rate_a_row_is_previewed_and_then_taken_in() -> None:
    made = preview(LONG)
    assert made.report["counts"]["new"] == 3
    assert not ExchangeRate.objects.exists()
    rates.run(made=made, by=SYSTEM)
    row = ExchangeRate.objects.get(currency="VND")
    assert (row.base, row.rate, row.source) == ("USD", Decimal(25000), "State bank")
    event = Event.objects.get(type="exchange_rates.imported")
    assert (event.data["new"], event.data["currencies"]) == (3, ["CHF", "USD", "VND"])


def test_a_column_for_each_currency_is_read_as_central_banks_publish_it() -> None:
    take_in(WIDE)
    found = set(ExchangeRate.objects.values_list("currency", "day", "rate"))
    assert found == {
        ("USD", LAST, Decimal("1.10")),
        ("JPY", LAST, Decimal("170.5")),
        ("USD", date(2025, 12, 30), Decimal("1.09")),
    }


def test_a_corrected_rate_replaces_and_the_record_keeps_both() -> None:
    take_in(LONG)
    made = preview(b"currency,date,rate\nUSD,2025-12-31,1.12\nCHF,2025-12-31,0.93\n")
    assert made.report["counts"] | {"rows": 0} == {
        "rows": 0, "refused": 0, "new": 0, "changed": 1, "unchanged": 1,
    }  # fmt: skip
    rates.run(made=made, by=SYSTEM)
    assert ExchangeRate.objects.get(currency="USD").rate == Decimal("1.12")
    event = Event.objects.filter(type="exchange_rates.imported").latest("position")
    assert event.detail.data["changes"] == [["USD", "EUR", "2025-12-31", "1.1", "1.12"]]


def test_every_bad_cell_is_named_and_no_rate_is_taken_in() -> None:
    made = preview(
        workbook(
            ["Currency", "Date", "Rate"],
            ["USD", date(2025, 12, 31), 1.1],
            ["XQX", date(2025, 12, 31), 1.1],
            ["CHF", "2025-13-01", 1.1],
            ["CHF", date(2025, 12, 31), -1],
            ["CHF", date(2025, 12, 31), "=1/2"],
            ["EUR", date(2025, 12, 31), 1],
            ["USD", date(2025, 12, 31), 1.2],
            ["GBP", date(2099, 12, 31), 0.8],
        )
    )
    found = [(one["line"], one["cell"]) for one in made.report["problems"]]
    assert sorted(found) == [
        (3, "A3"), (4, "B4"), (5, "C5"), (6, "C6"), (7, "C7"), (8, ""), (9, "B9"),
    ]  # fmt: skip
    with pytest.raises(NotWhole):
        rates.run(made=made, by=SYSTEM)
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize(
    ("content", "options", "field"),
    [
        (b"name,value\nx,1\n", {}, "file"),
        (b"", {}, "file"),
        (LONG, {"base": "JPY"}, "base"),
        (LONG, {"source": " "}, "source"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(
    content: bytes, options: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        preview(content, **options)
    assert field in caught.value.extra["errors"]


def test_money_is_converted_at_the_last_rate_before_the_day() -> None:
    take_in(LONG)
    take_in(WIDE.replace(b"2025-12-31", b"2025-11-20").replace(b"2025-12-30", b"2025-11-10"))
    table = rates_for({"CHF", "VND"}, [LAST, date(2025, 11, 25)])
    found = table.convert(Decimal(93), "CHF", "USD", LAST)
    assert found is not None
    assert found.amount == Decimal(110)
    assert found.used == ("CHF/EUR 2025-12-31 0.93", "USD/EUR 2025-12-31 1.1")
    through_dollars = table.convert(Decimal(50_000), "VND", "USD", LAST)
    assert through_dollars is not None
    assert through_dollars.amount == 2
    earlier = table.convert(Decimal(100), "EUR", "USD", date(2025, 11, 25))
    assert earlier is not None
    assert earlier.used == ("USD/EUR 2025-11-20 1.1",)
    assert table.convert(Decimal(1), "EUR", "EUR", LAST) is not None


def test_without_a_rate_near_the_day_nothing_is_converted() -> None:
    take_in(LONG)
    day = date(2026, 3, 1)
    assert rates_for({"CHF"}, [day]).convert(Decimal(1), "CHF", "EUR", day) is None
    assert rates_for({"PLN"}, [LAST]).convert(Decimal(1), "PLN", "EUR", LAST) is None


def test_the_price_index_is_100_in_1968_and_the_last_year_known_stands_in() -> None:
    indices = price_indices()
    first, last = indices[-1], indices[0]
    assert (first.year, first.value) == (1968, Decimal(100))
    assert price_index_of(last.year + 5, indices) == last
    assert price_index_of(1960, indices) is None


def test_a_year_of_the_price_index_is_set_with_its_source() -> None:
    made = rates.set_price_index(year=2024, value="680", source="Statistics office", by=SYSTEM)
    assert made.value == Decimal("680.000")
    found = price_index_of(2024, price_indices())
    assert found is not None
    assert (found.value, found.recorded) == (Decimal("680.000"), True)
    assert Event.objects.get(type="price_index.set").data["before"] == ""
    with pytest.raises(Invalid) as caught:
        rates.set_price_index(year=1900, value="x", source="", by=SYSTEM)
    assert set(caught.value.extra["errors"]) == {"year", "value", "source"}


@pytest.mark.parametrize("who", ["unit_admin", "procurement", "auditor"])
def test_rates_are_taken_in_by_those_who_hold_all_units(
    who: str, request: pytest.FixtureRequest
) -> None:
    person: Person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        rates.preview(
            file_name="r.csv", content=LONG, base="EUR", source="Bank", by=person.principal
        )
    with pytest.raises(NotAllowed):
        rates.set_price_index(year=2024, value=1, source="x", by=person.principal)


@pytest.mark.django_db(transaction=True)
def test_while_a_list_is_read_others_write_rates_and_it_says_what_it_changed_of_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, real = preview(LONG), table.read
    begun: list[UUID] = []

    def beside() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            rates.set_price_index(year=2024, value="380.5", source="Statistics office", by=SYSTEM)
            take_in(b"currency,date,rate\nUSD,2025-12-31,1.12\n")
        finally:
            connection.close()

    def read(*args: Any, **options: Any) -> table.Table:
        if not begun:
            begun.append(made.pk)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(beside).result(timeout=60)
        return real(*args, **options)

    monkeypatch.setattr(table, "read", read)
    done = rates.run(made=made, by=SYSTEM)
    counts = done.report["counts"]
    assert (begun, counts["new"], counts["changed"]) == ([made.pk], 2, 1)
    assert ExchangeRate.objects.get(currency="USD").rate == Decimal("1.10")
    assert done.report["changes"] == [["USD", "EUR", "2025-12-31", "1.12", "1.1"]]
