"""Finances: statements of a dozen vendors over five years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from accounts.principal import Principal
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Scene
from vendors.models import Vendor
from vendors.services import financial_profiles, statements

#: Weeks before loading when the first years were taken in, and when the latest one was.
_FIRST: Final = 30
_LATEST: Final = 8
_YEARS: Final = 5
#: A year is told this many days after it has ended, at the earliest.
_DAYS_TO_TELL: Final = 150


class Company(Part):
    """How a vendor's figures come out; see `data/records-finances.yaml`."""

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


def stories(scene: Scene, told: tuple[Company, ...]) -> Iterator[Story]:
    """Of each vendor four years at once, and the latest when it came out."""
    for company in told:
        if scene.has(company.vendor):
            yield _story(scene, company)


def _latest_year(scene: Scene) -> int:
    day = scene.day(_LATEST) - timedelta(days=_DAYS_TO_TELL)
    return day.year - 1


def _story(scene: Scene, company: Company) -> Story:
    yield scene.at(_FIRST, company.vendor)
    vendor = scene.vendor(company.vendor)
    by = scene.buyer(scene.unit(vendor))
    last = _latest_year(scene)
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
    yield scene.at(_LATEST, company.vendor)
    if company.declined:
        note = "Asked by e-mail and by telephone; its board does not wish to."
        values = {"fiscal_year": last, "declined": True, "note": note}
        statements.file(vendor=vendor, values=values, by=by)
    else:
        _file(company, vendor, last, 0, by)


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
