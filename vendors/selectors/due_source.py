"""What can come due: one `Source` for each kind, and what it says of each day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.models import BusinessUnit
from accounts.principal import Principal


@dataclass(frozen=True)
class Due:
    """One day by which somebody has to act. `page` takes `page_id`; `unit_id` None: all units."""

    source: str
    subject: UUID
    day: date
    what: str | Promise
    title: str
    vendor_id: UUID
    vendor: str
    unit_id: UUID | None
    page: str
    page_id: UUID


@dataclass(frozen=True)
class Source:
    """What can come due: its rows as the reader sees them, the column of the day, the words."""

    title: str | Promise
    rows: Callable[[Principal, BusinessUnit | None], QuerySet[Any]]
    day: str
    told: Callable[[Any], Due]
    #: The lookup path from a row to its vendor.
    vendor: str = "engagement__vendor"
