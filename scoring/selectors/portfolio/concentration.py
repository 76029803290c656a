"""Where many vendors depend on the same: a country, a category, a subcontractor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db.models import Aggregate, Count, Exists, OuterRef, Q, QuerySet, Sum

from scoring.models import Band, BandCount
from scoring.models.score import ScoreStatus
from scoring.selectors.portfolio.portfolio import Portfolio
from vendors.models import Subcontract
from vendors.selectors.concentration import ReliedOn, relied_on_most

#: Fourth parties that are listed.
MOST: Final = 15
_SERIOUS: Final = (Band.HIGH, Band.CRITICAL)


@dataclass(frozen=True, slots=True)
class Share:
    """The vendors of one country or category ("": not known, or none)."""

    key: str
    vendors: int
    serious: int
    not_rated: int


def by_country(of: Portfolio) -> list[Share]:
    """Countries by how many vendors they have; one query."""
    return _shares(of, "country")


def by_category(of: Portfolio) -> list[Share]:
    """Categories by how many vendors they have; one query."""
    return _shares(of, "category")


def _shares(of: Portfolio, column: str) -> list[Share]:
    rows: QuerySet[Any, Any]
    if column == "country" and of.filters.rolled_up:
        chosen = of.filters.conditions("band", "tier", "country", "status")
        rows = BandCount.objects.filter(**of.scope, **chosen, vendors__gt=0)
        count: Callable[..., Aggregate] = partial(Sum, "vendors", default=0)
    else:
        rows = of.standings().order_by()
        count = partial(Count, "pk")
    found = rows.values_list(column).annotate(
        sum=count(filter=None),
        serious=count(filter=Q(band__in=_SERIOUS)),
        not_rated=count(filter=Q(status=ScoreStatus.NOT_RATED)),
    )
    return sorted((Share(*row) for row in found), key=lambda one: (-one.vendors, one.key))


def by_subcontractor(of: Portfolio, most: int = MOST) -> Sequence[ReliedOn]:
    """Fourth parties on whom the most vendors rely, as it is today; one query."""
    among: QuerySet[Any, Any] | None = None
    if of.narrowed:
        passing_on = Subcontract.objects.filter(
            vendor=OuterRef("vendor"), status=Subcontract.Status.ACTIVE
        )
        rows = of.standings().filter(Exists(passing_on)).order_by()
        among = rows.values_list("vendor_id", flat=True)
    unit_id = of.unit.pk if of.unit else None
    return relied_on_most(of.principal, unit_id=unit_id, among=among, limit=most).rows
