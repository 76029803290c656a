"""The vendor list: filtered, searched, sorted, and paged by key in both directions."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.utils.dateparse import parse_datetime

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from scoring.engine.methodology import DIMENSIONS
from scoring.models import Band, BandCount, ScoreStatus, Standing
from scoring.selectors import naming
from scoring.selectors.scope import standings_visible_to, unit_filter
from vendors.models import VendorUnit
from vendors.plain_text import plain

#: How far rows are counted where no roll-up knows; beyond, lists say "1,000+".
COUNTED: Final = 1_000
PAGE: Final = 50
_NAME: Final = "vendor__search_text__sort_name"
#: sort -> (column, descending). Vendors break ties, in the same direction as their index.
SORTS: Final = {
    "-points": ("sort_points", True),
    "points": ("sort_points", False),
    "name": (_NAME, False),
    "-name": (_NAME, True),
    "-changed": ("changed_at", True),
    "changed": ("changed_at", False),
}
DEFAULT_SORT: Final = "-points"
#: The order in which the vendor column stands in the index of each column.
_WITH_INDEX: Final = {"sort_points": True, _NAME: False, "changed_at": True}


#: Words of a filter that stand for several values of its column.
GROUPS: Final = {
    ("band", "serious"): (Band.HIGH, Band.CRITICAL),
    ("status", "rated"): (ScoreStatus.FINAL, ScoreStatus.PROVISIONAL),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed down to; "" means all.

    `band` may be "serious" (high or critical), `status` "rated". `weakest` is the dimension in
    which they are worst, `rated_in` one in which they have a value. `owner` looks after them, as
    of today whatever the day. `day`: as they stood at its end; None: as they stand now.
    `archived`: those put away, and only those. `vendor`: this one alone.
    """

    q: str = ""
    band: str = ""
    tier: str = ""
    country: str = ""
    status: str = ""
    category: str = ""
    weakest: str = ""
    rated_in: str = ""
    owner: UUID | None = None
    day: date | None = None
    blocked: bool = False
    archived: bool = False
    vendor: UUID | None = None

    @property
    def any(self) -> bool:
        """Whether anything is filtered at all."""
        return any(getattr(self, field.name) for field in fields(self))

    def apply(
        self, rows: QuerySet[Standing], unit: BusinessUnit | None = None
    ) -> QuerySet[Standing]:
        """`rows` cut down, but for the search and the day; an owner is one in `unit`, or in any."""
        chosen = self.conditions("band", "tier", "country", "status", "category")
        if self.weakest:
            chosen["worst_dimension"] = self.weakest
        if self.rated_in:
            chosen[f"dimensions__{DIMENSIONS.index(self.rated_in)}__isnull"] = False
        if self.blocked:
            chosen["blocked"] = True
        if self.vendor:
            chosen["vendor"] = self.vendor
        if self.owner:
            theirs = VendorUnit.objects.filter(owner=self.owner)
            if unit is not None:
                theirs = theirs.filter(unit=unit)
            chosen["vendor__in"] = theirs.values("vendor")
        return rows.filter(archived=self.archived, **chosen)

    @property
    def rolled_up(self) -> bool:
        """Whether `BandCount` knows how many they are: it knows bands, tiers and countries."""
        known = Filters(band=self.band, tier=self.tier, country=self.country, status=self.status)
        return self == known

    def conditions(self, *names: str) -> dict[str, Any]:
        """The conditions on these columns, as the arguments of a `filter`."""
        chosen: dict[str, Any] = {}
        for name in names:
            value = getattr(self, name)
            if (name, value) in GROUPS:
                chosen[f"{name}__in"] = GROUPS[name, value]
            elif value:
                chosen[name] = value
        return chosen


@dataclass(frozen=True, slots=True)
class Page:
    """A page of standings. `next` and `previous` are cursors, None where there is no such page.

    `total` counts all pages; where `more`, there are at least that many. `similar`: nothing holds
    the words of the search, these are names like it.
    """

    rows: Sequence[Standing]
    next: str | None
    previous: str | None
    total: int
    more: bool
    similar: bool
    sort: str


class BadCursor(ValueError):
    """A cursor that no list has given out."""


def standings(
    principal: Principal,
    unit: BusinessUnit | None,
    filters: Filters | None = None,
    *,
    sort: str = DEFAULT_SORT,
    after: str = "",
    before: str = "",
    limit: int = PAGE,
    permission: Permission = Permission.VIEW,
    counted: bool = True,
    alike: bool = True,
) -> Page:
    """A page of the vendors that `principal` sees in `unit` (None: all that they see).

    `after` and `before` are cursors of another page of the same list. An unknown sort is taken as
    the default. Not `counted`: `total` stays 0, and costs nothing. `alike`: where nothing holds the
    words of the search, names like it are given. Raises BadCursor.
    """
    filters = filters or Filters()
    sort = sort if sort in SORTS else DEFAULT_SORT
    column, descending = SORTS[sort]
    visible = filters.apply(
        standings_visible_to(principal, unit, permission, day=filters.day), unit
    )
    way = _Way(column, descending, after, before)
    words = plain(filters.q).split()
    rows, similar = _holding(visible, words, filters.q), False
    listed = _listed(rows, way, limit)
    if words and not listed and alike and not naming.too_short(words):
        # Beyond the end of a list there is nothing either; that makes no other list of it.
        similar = not (way.cursor and rows.exists())
        if similar:
            rows = visible.filter(vendor__in=naming.alike(words, visible))
            listed = _listed(rows, way, limit)
    total, more = 0, False
    if counted and not way.cursor and len(listed) <= limit:
        total = len(listed)
    elif counted:
        total, more = _count(rows, principal, unit, filters, permission)
    beyond = len(listed) > limit
    listed = listed[:limit]
    if way.backwards:
        listed.reverse()
    there_is_next = bool(listed) and (beyond or way.backwards)
    there_is_previous = bool(listed) and (bool(after) or (way.backwards and beyond))
    return Page(
        rows=listed,
        next=_cursor(listed[-1], column) if there_is_next else None,
        previous=_cursor(listed[0], column) if there_is_previous else None,
        total=total,
        more=more,
        similar=similar,
        sort=sort,
    )


class _Way:
    """In which order rows are read, and from where on."""

    def __init__(self, column: str, descending: bool, after: str, before: str) -> None:
        self.column = column
        self.cursor = after or before
        self.backwards = bool(before) and not after
        self.falling = descending != self.backwards
        self.ties_fall = _ties_fall(column, self.falling)


def _listed(rows: QuerySet[Standing], way: _Way, limit: int) -> list[Standing]:
    """A page of the rows, and one more where there is more; backwards in reverse."""
    found = rows
    if way.cursor:
        at = _read(way.cursor, way.column)
        found = _beyond(rows, way.column, way.falling, way.ties_fall, at)
    found = found.order_by(
        F(way.column).desc() if way.falling else F(way.column).asc(),
        F("vendor_id").desc() if way.ties_fall else F("vendor_id").asc(),
    )
    if way.column == _NAME:
        # Every standing has a search text. Said so, the first page is read from the index of names
        # instead of sorting them all.
        found = found.filter(vendor__search_text__isnull=False)
        found = found.annotate(sort_name=F(_NAME))
    return list(found[: limit + 1])


def _ties_fall(column: str, falling: bool) -> bool:
    """Whether vendors run downwards too, so that one index serves both directions.

    The index has the column falling and vendors rising, or both rising.
    """
    return falling != _WITH_INDEX[column]


def _beyond(
    rows: QuerySet[Standing],
    column: str,
    falling: bool,
    ties_fall: bool,
    at: tuple[Any, UUID],
) -> QuerySet[Standing]:
    value, vendor = at
    way = "lt" if falling else "gt"
    ties = "lt" if ties_fall else "gt"
    # The first condition says no more than the second, but it is one that the index understands.
    return rows.filter(Q(**{f"{column}__{way}e": value})).filter(
        Q(**{f"{column}__{way}": value}) | Q(**{column: value, f"vendor_id__{ties}": vendor})
    )


def _holding(rows: QuerySet[Standing], words: Sequence[str], typed: str) -> QuerySet[Standing]:
    """`rows` that hold every one of the words; none where what was typed has no word in it."""
    if not words:
        return rows.none() if typed.strip() else rows
    return rows.filter(vendor__in=naming.holding(words).values("vendor"))


def _count(
    rows: QuerySet[Standing],
    principal: Principal,
    unit: BusinessUnit | None,
    filters: Filters,
    permission: Permission,
) -> tuple[int, bool]:
    if filters.rolled_up and (unit is not None or principal.units(permission) is None):
        chosen = filters.conditions("band", "tier", "country", "status")
        cells = BandCount.objects.filter(**unit_filter(principal, unit, permission), **chosen)
        return cells.aggregate(sum=Sum("vendors"))["sum"] or 0, False
    counted = rows.order_by().values("pk")[: COUNTED + 1].count()
    return min(counted, COUNTED), counted > COUNTED


def _cursor(row: Standing, column: str) -> str:
    value = getattr(row, "sort_name" if column == _NAME else column)
    said = [value.isoformat() if isinstance(value, datetime) else value, str(row.vendor_id)]
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def _read(cursor: str, column: str) -> tuple[Any, UUID]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value, vendor = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if column == "changed_at":
            value = parse_datetime(value)
        kind = {"sort_points": int, _NAME: str, "changed_at": datetime}[column]
        if not isinstance(value, kind):
            raise BadCursor
        return value, UUID(vendor)
    except (RecursionError, binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise BadCursor from error
