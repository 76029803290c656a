"""The figures of one year of a company, as the models of insolvency and the ratios read them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Lines of a statement in whole units of its currency; None: not known.

    What flows (`FLOWS`) is for twelve months. `equity` includes minority interests, `market_value`
    is what the stock exchange pays for all of the equity.
    """

    total_assets: float | None = None
    current_assets: float | None = None
    inventories: float | None = None
    cash: float | None = None
    intangible_assets: float | None = None
    current_liabilities: float | None = None
    total_liabilities: float | None = None
    debt: float | None = None
    retained_earnings: float | None = None
    equity: float | None = None
    sales: float | None = None
    ebit: float | None = None
    depreciation: float | None = None
    ebitda: float | None = None
    interest_expense: float | None = None
    net_income: float | None = None
    funds_from_operations: float | None = None
    market_value: float | None = None

    def completed(self) -> Figures:
        """The same, with what follows from other lines filled in.

        Liabilities = assets - equity and the other way round; EBITDA = EBIT + depreciation.
        """
        equity, liabilities, ebitda = self.equity, self.total_liabilities, self.ebitda
        if equity is None and self.total_assets is not None and liabilities is not None:
            equity = self.total_assets - liabilities
        elif liabilities is None and self.total_assets is not None and equity is not None:
            liabilities = self.total_assets - equity
        if ebitda is None and self.ebit is not None and self.depreciation is not None:
            ebitda = self.ebit + self.depreciation
        return replace(self, equity=equity, total_liabilities=liabilities, ebitda=ebitda)

    @property
    def working_capital(self) -> float | None:
        """Current assets less current liabilities."""
        if self.current_assets is None or self.current_liabilities is None:
            return None
        return self.current_assets - self.current_liabilities


LINES: Final = tuple(one.name for one in fields(Figures))
#: What is earned or paid over the year; all other lines are as of its last day.
FLOWS: Final = frozenset(
    {
        "sales",
        "ebit",
        "depreciation",
        "ebitda",
        "interest_expense",
        "net_income",
        "funds_from_operations",
    }
)
