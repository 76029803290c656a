"""Finances in the demo: invented statements of a dozen vendors, and rates to convert them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

import yaml

from accounts.permissions import Role
from accounts.principal import SYSTEM, Principal
from scoring.demo.calendar import Calendar, Story
from scoring.demo.cast import DATA, Part
from scoring.demo.stage import Stage
from scoring.models import Outstanding
from scoring.services import reassessing
from vendors.models import Vendor
from vendors.services import financial_profiles, rates, statements

#: Weeks before loading when the first years were taken in, and when the latest one was.
_FIRST: Final = 30
_LATEST: Final = 8
_YEARS: Final = 5
#: A year is told this many days after it has ended, at the earliest.
_DAYS_TO_TELL: Final = 150


class Company(Part):
    """How a vendor's figures come out; see `data/finances.yaml`."""

    vendor: str
    sector: Literal["manufacturer", "non_manufacturer", "bank"]
    listing: Literal["listed", "unlisted"]
    currency: str
    source: Literal["audited", "reviewed", "unaudited", "estimate"]
    sales: int
    growth: float
    margin: float
    drift: float
    assets: float
    equity: float
    current: float
    due: float
    market: float | None = None
    doubt: bool = False
    declined: bool = False
    missing: tuple[str, ...] = ()
    chosen: str = ""
    reason: str = ""

    def lines(self, ago: int) -> dict[str, Decimal | None]:
        """The lines of the year so many before the latest one, in thousands; they add up."""
        sales = round(self.sales / (1 + self.growth) ** ago)
        ebit = round(sales * (self.margin - self.drift * ago))
        assets = round(sales * self.assets)
        equity = round(assets * (self.equity - self.drift * ago))
        owed, current = assets - equity, round(assets * self.current)
        debt = round(owed * 0.45)
        interest = round(debt * 0.05)
        income = round((ebit - interest) * (0.75 if ebit > interest else 1))
        spread = round(assets * 0.05)
        found: dict[str, int | None] = {
            "total_assets": assets,
            "current_assets": current,
            "inventories": round(current * 0.4),
            "cash": round(current * 0.18),
            "intangible_assets": round(assets * 0.04),
            "total_liabilities": owed,
            "current_liabilities": round(owed * self.due),
            "debt": debt,
            "equity": equity,
            "retained_earnings": round(equity * 0.7),
            "market_value": None if self.market is None else round(equity * self.market),
            "sales": sales,
            "ebit": ebit,
            "depreciation": spread,
            "ebitda": ebit + spread,
            "interest_expense": interest,
            "net_income": income,
            "funds_from_operations": income + spread,
        }
        return {
            name: None if value is None or name in self.missing else Decimal(value)
            for name, value in found.items()
        }


class Told(Part):
    """All of the file."""

    rates: Mapping[str, Any]
    companies: tuple[Company, ...]


@cache
def told() -> Told:
    """The file, read once."""
    return Told.model_validate(yaml.safe_load((DATA / "finances.yaml").read_text("utf-8")))


def stories(stage: Stage, calendar: Calendar) -> Iterator[Story]:
    """The rates, then each vendor: four years at once, and the latest when it came out."""
    yield _rates(calendar)
    for company in told().companies:
        yield _story(company, stage, calendar)


def _latest_year(calendar: Calendar) -> int:
    day = calendar.day(_LATEST) - timedelta(days=_DAYS_TO_TELL)
    return day.year - 1


def _rates(calendar: Calendar) -> Story:
    yield calendar.moment(_FIRST, seed="rates")
    last = _latest_year(calendar)
    head = ["date", *told().rates["per_eur"]]
    values = list(told().rates["per_eur"].values())
    years = range(last - _YEARS + 1, last + 1)
    rows = [head, *([f"{year}-12-31", *values] for year in years)]
    made = rates.preview(
        file_name="rates-of-the-demo.csv",
        content="\n".join(",".join(row) for row in rows).encode(),
        base="EUR",
        source=told().rates["source"],
        by=SYSTEM,
    )
    rates.run(made=made, by=SYSTEM)


def _story(company: Company, stage: Stage, calendar: Calendar) -> Story:
    yield calendar.moment(_FIRST, seed=company.vendor)
    vendor = Vendor.objects.filter(name=company.vendor).first()
    if vendor is None:
        # The demo was loaded with fewer vendors, or this one came later.
        return
    by = _analyst(vendor, stage)
    last = _latest_year(calendar)
    financial_profiles.change(
        vendor=vendor,
        version=0,
        values={
            "sector": company.sector,
            "listing": company.listing,
            "model": company.chosen,
            "reason": company.reason,
        },
        by=by,
    )
    for ago in range(_YEARS - 1, 0, -1):
        _file(company, vendor, last - ago, ago, by)
    _reassess(vendor)
    yield calendar.moment(_LATEST, seed=company.vendor)
    if company.declined:
        note = "Asked by e-mail and by telephone; its board does not wish to."
        values = {"fiscal_year": last, "declined": True, "note": note}
        statements.file(vendor=vendor, values=values, by=by)
    else:
        _file(company, vendor, last, 0, by)
    _reassess(vendor)


def _reassess(vendor: Vendor) -> None:
    """What the task of the events would do."""
    found = reassessing.spread(subject=Outstanding.Subject.FACTS, subject_id=vendor.pk)
    reassessing.vendors(vendor_ids=found, cause="statement.filed")


def _analyst(vendor: Vendor, stage: Stage) -> Principal:
    unit = vendor.unit_links.select_related("unit").order_by("pk")[0].unit
    return stage.principal(stage.someone(Role.PROCUREMENT, unit.code))


def _file(company: Company, vendor: Vendor, year: int, ago: int, by: Principal) -> None:
    statements.file(
        vendor=vendor,
        values={
            "fiscal_year": year,
            "period_end": date(year, 12, 31),
            "currency": company.currency,
            "scale": 1_000,
            "source": company.source,
            "going_concern_doubt": company.doubt and ago == 0,
            "kept_at": f"Purchasing share, finances, {year}",
            **company.lines(ago),
        },
        by=by,
    )
