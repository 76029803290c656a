"""Who owns vendors, directly and through others, and what listed owners hold of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from django.db import connection

from vendors.models import Match, Owner, Vendor, WatchList
from vendors.ownership import Holding, listed_shares

#: A company in the graph of owners: ("vendor", id) or ("owner", id).
Node = tuple[str, UUID]

#: From vendors up to the vendors that own them, to any depth.
_HOLDERS: Final = """
WITH RECURSIVE met (vendor) AS (
    SELECT id FROM unnest(%(starts)s::uuid[]) AS id
    UNION
    SELECT owner.holder_id
    FROM met JOIN vendors_owner owner ON owner.vendor_id = met.vendor
    WHERE owner.holder_id IS NOT NULL
)
SELECT vendor FROM met
"""
#: Of these vendors, those with a match of a list of sanctions, at themselves or further up.
_TOUCHED: Final = """
WITH RECURSIVE met (start, vendor) AS (
    SELECT id, id FROM unnest(%(starts)s::uuid[]) AS id
    UNION
    SELECT met.start, owner.holder_id
    FROM met JOIN vendors_owner owner ON owner.vendor_id = met.vendor
    WHERE owner.holder_id IS NOT NULL
)
SELECT DISTINCT met.start
FROM met
JOIN vendors_match found ON found.vendor_id = met.vendor AND found.status = ANY(%(statuses)s)
JOIN vendors_watchlist list ON list.id = found.watch_list_id AND list.kind = %(kind)s
"""
#: All vendors with a match of a list of sanctions, at themselves or at who owns them.
_ALL_TOUCHED: Final = """
WITH RECURSIVE met (vendor) AS (
    SELECT found.vendor_id
    FROM vendors_match found
    JOIN vendors_watchlist list ON list.id = found.watch_list_id AND list.kind = %(kind)s
    WHERE found.status = ANY(%(statuses)s)
    UNION
    SELECT owner.vendor_id
    FROM met JOIN vendors_owner owner ON owner.holder_id = met.vendor
)
SELECT vendor FROM met
"""


@dataclass(frozen=True)
class Ownership:
    """What listed owners hold of one vendor.

    `held`: by confirmed sanctions matches; `most`: if every unknown share were theirs; `waiting`:
    if every match that waits to be decided were confirmed. `owners`: its own rows, present ones.
    """

    held: Fraction = Fraction(0)
    most: Fraction = Fraction(0)
    waiting: Fraction = Fraction(0)
    owners: Sequence[Owner] = ()
    #: The listed part of each owner (by its id), 0 to 1.
    parts: Mapping[UUID, Fraction] = field(default_factory=dict)
    next_change: date | None = None


def ownership_of(vendor_ids: Collection[UUID], today: date) -> dict[UUID, Ownership]:
    """Who owns each of these vendors; those without owners on record are left out.

    Three queries, however many vendors and however long the chains.
    """
    rows = _rows(vendor_ids)
    if not rows:
        return {}
    present = [row for row in rows if _holds_on(row, today)]
    confirmed, waiting = _listed({row.vendor_id for row in rows}, rows)
    known = listed_shares(_holdings(present, unknown=False), confirmed)
    most = listed_shares(_holdings(present, unknown=True), confirmed)
    if_confirmed = (
        listed_shares(_holdings(present, unknown=True), confirmed | waiting) if waiting else {}
    )
    found: dict[UUID, Ownership] = {}
    for vendor_id in vendor_ids:
        mine = [row for row in present if row.vendor_id == vendor_id]
        dates = [
            day
            for row in rows
            if row.vendor_id == vendor_id
            for day in (row.from_on, row.until_on)
            if day is not None and day > today
        ]
        if not mine and not dates:
            continue
        node: Node = ("vendor", vendor_id)
        found[vendor_id] = Ownership(
            held=known.get(node, Fraction(0)),
            most=most.get(node, Fraction(0)),
            waiting=if_confirmed.get(node, Fraction(0)),
            owners=mine,
            parts={row.pk: _part(owner_node(row), known, confirmed) for row in mine},
            next_change=min(dates, default=None),
        )
    return found


def touched_by_sanctions(vendor_ids: Collection[UUID]) -> set[UUID]:
    """Of these vendors, those that a match with a list of sanctions may say something of.

    Open or confirmed, of themselves, their owners, or the owners of these. One query, and mostly
    nobody is found, so that nothing else has to be read.
    """
    return _touched(_TOUCHED, starts=list(vendor_ids))


def all_touched_by_sanctions() -> set[UUID]:
    """The same of all vendors there are, from the matches down: few, where few are listed."""
    return _touched(_ALL_TOUCHED)


def _touched(statement: str, **values: Any) -> set[UUID]:
    statuses = [Match.Status.OPEN.value, Match.Status.CONFIRMED.value]
    kind = WatchList.Kind.SANCTIONS.value
    with connection.cursor() as cursor:
        cursor.execute(statement, {"statuses": statuses, "kind": kind, **values})
        return {pk for (pk,) in cursor.fetchall()}


def owner_node(row: Owner) -> Node:
    """Who this owner is in the graph."""
    return ("vendor", row.holder_id) if row.holder_id else ("owner", row.pk)


def _part(node: Node, shares: Mapping[Node, Fraction], listed: Collection[Node]) -> Fraction:
    return Fraction(1) if node in listed else shares.get(node, Fraction(0))


def _rows(vendor_ids: Collection[UUID]) -> list[Owner]:
    """The owners on record of these vendors, and of the vendors that own them."""
    if not vendor_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"starts": list(vendor_ids)})
        met = [vendor_id for (vendor_id,) in cursor.fetchall()]
    return list(
        Owner.objects.filter(vendor__in=met)
        .select_related("holder", "parent")
        .order_by("-percent", "pk")
    )


def _holds_on(row: Owner, day: date) -> bool:
    return (row.from_on is None or row.from_on <= day) and (
        row.until_on is None or row.until_on > day
    )


def _holdings(rows: Sequence[Owner], *, unknown: bool) -> list[Holding[Node]]:
    """Who holds what. `unknown`: an unknown share is all that the known ones leave."""
    known: dict[Node, Decimal] = defaultdict(Decimal)
    for row in rows:
        known[_owned(row)] += row.percent or Decimal(0)
    found = []
    for row in rows:
        percent = row.percent
        if percent is None:
            if not unknown:
                continue
            percent = max(Decimal(0), Decimal(100) - known[_owned(row)])
        found.append(Holding(owner_node(row), _owned(row), Fraction(percent) / 100))
    return found


def _owned(row: Owner) -> Node:
    if row.parent_id is None:
        return ("vendor", row.vendor_id)
    return ("owner", row.parent_id)


def _listed(vendor_ids: Collection[UUID], rows: Sequence[Owner]) -> tuple[set[Node], set[Node]]:
    """(confirmed on a list of sanctions, waiting to be decided) among vendors and owners."""
    holders = {row.holder_id for row in rows if row.holder_id}
    matches = Match.objects.filter(
        vendor__in={*vendor_ids, *holders},
        watch_list__kind=WatchList.Kind.SANCTIONS,
        status__in=(Match.Status.CONFIRMED, Match.Status.OPEN),
    )
    confirmed: set[Node] = set()
    waiting: set[Node] = set()
    for match in matches.only("vendor_id", "owner_id", "status"):
        owner_id = match.owner_id
        node: Node = ("vendor", match.vendor_id) if owner_id is None else ("owner", owner_id)
        (confirmed if match.status == Match.Status.CONFIRMED else waiting).add(node)
    return confirmed, waiting


def owners_on_record(vendor: Vendor) -> list[Owner]:
    """All owners of a vendor and of its owners, also those that were."""
    rows = Owner.objects.filter(vendor=vendor).select_related("holder", "parent")
    return list(rows.order_by("until_on", "-percent", "pk"))
