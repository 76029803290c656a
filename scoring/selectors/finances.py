"""A vendor's finances: its statements, what every model says of them, and which one counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from scoring.facts.financial import facts_of, year_of
from scoring.indicators import financial, insolvency, ratios
from scoring.indicators.figures import FLOWS
from scoring.indicators.financial import Facts
from scoring.indicators.insolvency import Choice, Result
from scoring.indicators.ratios import Ratio
from scoring.indicators.value import Value
from vendors.models import FinancialProfile, Statement, Vendor
from vendors.selectors import finances, rates
from vendors.selectors.rates import IndexYear, Rates

#: How many years the page and its charts show.
YEARS: Final = 5


@dataclass(frozen=True, slots=True)
class YearRead:
    """One fiscal year: its statement and, unless the vendor declined, what can be read from it.

    `results`: every model, the Z-scores first. `rates_used`: for total assets in US dollars;
    `price_index`: the one used, which may be of an earlier year.
    """

    statement: Statement
    results: tuple[Result, ...] = ()
    panel: tuple[Ratio, ...] = ()
    rates_used: tuple[str, ...] = ()
    price_index: IndexYear | None = None

    def result(self, model: str) -> Result | None:
        """What one model says."""
        return next((one for one in self.results if one.model == model), None)


@dataclass(frozen=True, slots=True)
class Finances:
    """All of it. `years`: at most five, the latest first; `value` None: nothing on record."""

    vendor: Vendor
    profile: FinancialProfile
    facts: Facts
    choice: Choice
    proposed: Choice
    value: Value | None
    years: tuple[YearRead, ...]
    earlier: int
    withdrawn: Sequence[Statement]
    rates: Rates

    @property
    def latest(self) -> YearRead | None:
        """The latest year with figures."""
        return next((one for one in self.years if not one.statement.declined), None)


def finances_of(vendor: Vendor, as_of: date) -> Finances:
    """What is on record of a vendor's finances; a fixed number of queries."""
    statements = finances.statements_of(vendor)
    profile = finances.profile_of(vendor)
    facts = facts_of(vendor, profile, statements)
    shown = statements[:YEARS]
    told = [one for one in statements[: YEARS + 1] if not one.declined]
    table = rates.rates_for(
        {one.currency for one in told}, [one.period_end for one in told if one.period_end]
    )
    indices = rates.price_indices()
    before = {one.fiscal_year + 1: one for one in told}
    return Finances(
        vendor=vendor,
        profile=profile,
        facts=facts,
        choice=facts.choice(),
        proposed=insolvency.proposed(
            listing=facts.listing, sector=facts.sector, emerging=facts.emerging
        ),
        value=financial.assess(facts, as_of),
        years=tuple(
            _read(one, before.get(one.fiscal_year), table, indices)
            if not one.declined
            else YearRead(one)
            for one in shown
        ),
        earlier=len(statements) - len(shown),
        withdrawn=finances.statements_of(vendor, withdrawn=True),
        rates=table,
    )


def _read(
    statement: Statement,
    before: Statement | None,
    table: Rates,
    indices: Sequence[IndexYear],
) -> YearRead:
    figures = year_of(statement).figures
    dollars = converted(statement, "total_assets", "USD", table)
    index = rates.price_index_of(statement.fiscal_year, indices)
    results = [insolvency.z_score(model, figures) for model in insolvency.Z_MODELS.values()]
    results.append(
        insolvency.ohlson(
            figures,
            prior_net_income=_income_before(statement, before, table),
            dollars=None if dollars is None else float(dollars.amount),
            price_index=None if index is None else float(index.value),
        )
    )
    results.append(insolvency.zmijewski(figures))
    return YearRead(
        statement,
        tuple(results),
        ratios.panel(figures),
        () if dollars is None else dollars.used,
        index,
    )


def converted(
    statement: Statement, line: str, currency: str, table: Rates
) -> rates.Conversion | None:
    """A line in whole units of another currency, a flow for twelve months; None where unknown."""
    value: Decimal | None = getattr(statement, line)
    if value is None or statement.period_end is None:
        return None
    amount = value * statement.scale
    if line in FLOWS:
        amount = amount * 12 / statement.months
    return table.convert(amount, statement.currency, currency, statement.period_end)


def _income_before(statement: Statement, before: Statement | None, table: Rates) -> float | None:
    """Net income of the year before, in the currency of this one."""
    if before is None:
        return None
    found = converted(before, "net_income", statement.currency, table)
    return None if found is None else float(found.amount)
