"""What happens to statements, to the model that reads them, and to rates of exchange.

Amounts and reasons are kept beside the record, where they can be erased.
"""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload
from vendors.events.facts import FactsChanged


class StatementFiled(FactsChanged):
    """A statement of a fiscal year was entered or imported, or the vendor declined to give it."""

    type: ClassVar[str] = "statement.filed"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"values"})

    statement_id: UUID
    fiscal_year: int
    declined: bool
    source: str
    values: dict[str, Any]


class StatementChanged(FactsChanged):
    """A statement was put right; `fields` names what, `before` and `after` hold the values."""

    type: ClassVar[str] = "statement.changed"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    statement_id: UUID
    fiscal_year: int
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class StatementWithdrawn(FactsChanged):
    """A statement counts no longer; it stays on record."""

    type: ClassVar[str] = "statement.withdrawn"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    statement_id: UUID
    fiscal_year: int
    reason: str


class FinancialProfileChanged(FactsChanged):
    """Listing, sector or kind of market of a vendor changed: other models may be proposed."""

    type: ClassVar[str] = "financial_profile.changed"
    aggregate_type: ClassVar[str] = "vendor"

    listing: str
    sector: str
    emerging: bool | None


class FinancialModelChosen(FactsChanged):
    """A person decided which model counts; "" goes back to the one that is proposed."""

    type: ClassVar[str] = "financial_model.chosen"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    model: str
    previous: str
    reason: str


class ExchangeRatesImported(Payload):
    """A list of rates was taken in; `changes` holds those that replaced another rate."""

    type: ClassVar[str] = "exchange_rates.imported"
    aggregate_type: ClassVar[str] = "finance_import"
    private: ClassVar[frozenset[str]] = frozenset({"file_name", "changes"})

    file_name: str
    new: int
    changed: int
    currencies: list[str]
    first_day: str
    last_day: str
    # [currency, base, day, rate before, rate now]
    changes: list[list[str]]


class PriceIndexSet(Payload):
    """The price index of a year was set; `before` is "" where there was none."""

    type: ClassVar[str] = "price_index.set"
    aggregate_type: ClassVar[str] = "price_index"

    year: int
    value: str
    before: str
    source: str
