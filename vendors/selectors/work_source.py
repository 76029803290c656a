"""What can wait for a person: one `WorkSource` for each kind, and what it says of each row.

Each floor has its own table of sources (`vendors.selectors.work`, `assessments.selectors.work`,
`scoring.selectors.work`); the page of one's own work reads all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.principal import Principal


@dataclass(frozen=True)
class Work:
    """One thing that waits for a person. `day` None: without a day. `page` takes `page_id`."""

    source: str
    subject: UUID
    day: date | None
    what: str | Promise
    title: str
    vendor_id: UUID
    vendor: str
    page: str
    page_id: UUID


@dataclass(frozen=True)
class WorkSource:
    """Rows that wait for the one who asks, the column of their day ("": none), and the words."""

    title: str | Promise
    rows: Callable[[Principal], QuerySet[Any]]
    day: str
    told: Callable[[Any], Work]
