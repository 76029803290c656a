"""Statements for tests, made through the services."""

from datetime import date
from typing import Any

from accounts.principal import SYSTEM, Principal
from vendors.models import Statement, Vendor
from vendors.services import statements

#: A sound company, in thousands.
SOUND: dict[str, Any] = {
    "fiscal_year": 2025,
    "period_end": date(2025, 12, 31),
    "currency": "EUR",
    "scale": 1_000,
    "source": "audited",
    "total_assets": "1000",
    "current_assets": "400",
    "inventories": "100",
    "cash": "60",
    "intangible_assets": "50",
    "current_liabilities": "250",
    "total_liabilities": "600",
    "debt": "300",
    "retained_earnings": "150",
    "equity": "400",
    "sales": "1200",
    "ebit": "90",
    "depreciation": "40",
    "ebitda": "130",
    "interest_expense": "20",
    "net_income": "45",
    "funds_from_operations": "80",
}


def make_statement(
    vendor: Vendor, fiscal_year: int = 2025, *, by: Principal = SYSTEM, **values: Any
) -> Statement:
    """The statement of a sound company for a calendar year, with these values of its own."""
    whole = {
        **SOUND,
        "fiscal_year": fiscal_year,
        "period_end": date(fiscal_year, 12, 31),
        **values,
    }
    return statements.file(vendor=vendor, values=whole, by=by)


def make_refusal(vendor: Vendor, fiscal_year: int = 2025, *, by: Principal = SYSTEM) -> Statement:
    """The vendor declined to disclose."""
    values = {"fiscal_year": fiscal_year, "declined": True}
    return statements.file(vendor=vendor, values=values, by=by)
