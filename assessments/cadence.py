"""When an assessment is due again. Pure: no Django, no clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from assessments.question import Tier

#: Months between two assessments where a business unit has not said otherwise.
MONTHS: Final[Mapping[str, int]] = MappingProxyType(
    {Tier.CRITICAL: 12, Tier.HIGH: 12, Tier.MODERATE: 24, Tier.LOW: 36}
)
#: Days from something that calls for it early until it is due.
EARLY_DAYS: Final = 30


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_due(signed_off: date, tier: str, rules: Mapping[str, int] = MappingProxyType({})) -> date:
    """Return when an assessment signed off on that day is due again.

    ``rules`` holds months by tier where the unit has its own.
    """
    return add_months(signed_off, rules.get(tier, MONTHS[Tier(tier)]))


def brought_forward(due_on: date, happened_on: date) -> date:
    """Return the earlier due day after something happened; never later than it was."""
    return min(due_on, happened_on + timedelta(days=EARLY_DAYS))
