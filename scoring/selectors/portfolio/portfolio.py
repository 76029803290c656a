"""What somebody looks at: which vendors, seen from which unit, and on which day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from accounts.models import BusinessUnit
from accounts.principal import Principal
from audit import clock
from scoring.models import Standing
from scoring.selectors.scope import standings_visible_to, unit_filter
from scoring.selectors.standings import Filters

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The vendors somebody looks at; every reading of the portfolio starts from it.

    `unit` None: over all units. Raises NotAllowed for a unit that is not theirs, and for all units
    unless they see all.
    """

    principal: Principal
    unit: BusinessUnit | None = None
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        unit_filter(self.principal, self.unit)

    @property
    def scope(self) -> dict[str, Any]:
        """The condition on `unit` of roll-ups."""
        return unit_filter(self.principal, self.unit)

    @property
    def day(self) -> date:
        """The day at whose end the vendors are looked at; today unless another one is chosen."""
        return self.filters.day or clock.today()

    @property
    def past(self) -> bool:
        """Whether it is looked at as it stood once."""
        return self.filters.day is not None

    @property
    def narrowed(self) -> bool:
        """Whether any vendor of the unit is left out."""
        return self.filters != Filters(day=self.filters.day)

    def standings(self) -> QuerySet[Standing]:
        """The standing of each vendor on the day; without archived ones."""
        rows = standings_visible_to(self.principal, self.unit, day=self.filters.day)
        return self.filters.apply(rows, self.unit)

    def only(self, rows: QuerySet[M], vendor: str = "vendor") -> QuerySet[M]:
        """`rows` of these vendors; `vendor` is the path from a row to its vendor."""
        if not self.narrowed:
            return rows
        return rows.filter(Exists(self.standings().filter(vendor=OuterRef(vendor))))

    def but(self, **changes: Any) -> Portfolio:
        """The same with other filters."""
        return replace(self, filters=replace(self.filters, **changes))
