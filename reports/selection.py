"""Which vendors of a portfolio a report is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import BusinessUnit


@dataclass(frozen=True, slots=True)
class Selection:
    """A unit (None: all), filters as the address of the dashboard holds them, without the unit,
    and the name of the view that holds them, or "".
    """

    unit: BusinessUnit | None
    filters: Mapping[str, str]
    view_name: str = ""

    def values(self) -> dict[str, Any]:
        """Keyword arguments of services."""
        return {"unit": self.unit, "filters": self.filters, "view_name": self.view_name}
