"""Companies for the tests of the financial indicator."""

from dataclasses import replace
from datetime import date
from typing import Any

from scoring.indicators.figures import Figures
from scoring.indicators.financial import Facts, Year, assess
from scoring.indicators.value import Value

#: The company of the last line of the method's table.
WHOLE = Figures(
    total_assets=1000,
    current_assets=400,
    current_liabilities=250,
    total_liabilities=600,
    retained_earnings=150,
    ebit=90,
    sales=1200,
    equity=400,
    market_value=500,
    net_income=45,
    funds_from_operations=80,
)
FULL = replace(WHOLE, inventories=100, debt=300, depreciation=40, interest_expense=20)
TODAY = date(2026, 6, 1)


def year(figures: Figures = FULL, **values: Any) -> Year:
    return Year(
        **{
            "fiscal_year": 2025,
            "period_end": date(2025, 12, 31),
            "source": "audited",
            "figures": figures,
            **values,
        }
    )


def value_of(figures: Figures = FULL, **facts: Any) -> Value:
    options = {"listing": "unlisted", "sector": "manufacturer", "emerging": False, **facts}
    found = assess(Facts(years=[year(figures)], **options), TODAY)
    assert found is not None
    return found
