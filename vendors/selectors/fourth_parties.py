"""Who is below a vendor, and who is above it, to any depth along active subcontracts.

Who sees what. A subcontract that serves one engagement belongs to the engagement's unit; one that
serves all that the vendor does is known to whoever knows that vendor. A vendor is known to a reader
if it is linked to one of their units, or if it is below one that is: whoever sees a vendor sees the
names of those it passes work to, and what flows to them. Its own page is for units linked to it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from accounts.permissions import Permission
from accounts.principal import Principal
from vendors.chains import neighbours, ways
from vendors.selectors.limits import OPEN_SUBCONTRACT, who
from vendors.selectors.master import vendors_visible_to

#: Each subcontract once per start: UNION drops what was met before, so a cycle ends, too. What is
#: given is put into the text as constants, so either direction uses its index.
_LINKS: Final = """
WITH RECURSIVE link AS NOT MATERIALIZED (
    SELECT s.id, s.vendor_id, s.subcontractor_id,
           CASE WHEN %(down)s THEN s.vendor_id ELSE s.subcontractor_id END AS here,
           CASE WHEN %(down)s THEN s.subcontractor_id ELSE s.vendor_id END AS there
    FROM vendors_subcontract s
    WHERE s.status = 'active'
      AND (%(everything)s OR s.engagement_id IS NULL OR EXISTS (
          SELECT 1 FROM vendors_engagement e
          WHERE e.id = s.engagement_id AND e.unit_id = ANY(%(units)s::uuid[])
      ))
      AND {open}
), met (start, vendor) AS (
    SELECT id, id FROM unnest(%(starts)s::uuid[]) AS id
    UNION
    SELECT met.start, link.there FROM met JOIN link ON link.here = met.vendor
)
SELECT met.start, link.id, link.vendor_id, link.subcontractor_id
FROM met JOIN link ON link.here = met.vendor
ORDER BY met.start, link.id
"""


@dataclass(frozen=True, slots=True)
class Reached:
    """A vendor above or below `start`: how far off, and the shortest way, both ends included."""

    start: UUID
    vendor_id: UUID
    depth: int
    path: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An active subcontract on some way from `start`."""

    start: UUID
    subcontract_id: UUID
    vendor_id: UUID
    subcontractor_id: UUID


def below(vendor_ids: Collection[UUID], principal: Principal | None = None) -> list[Reached]:
    """Everyone who takes part in the work of these vendors, per vendor and nearest first.

    With a `principal`, only along subcontracts that they may see; the vendors asked about must be
    known to them. One query, whatever the depth.
    """
    return reached_down(vendor_ids, links_below(vendor_ids, principal))


def above(vendor_ids: Collection[UUID], principal: Principal | None = None) -> list[Reached]:
    """Everyone whose work these vendors take part in, per vendor and nearest first.

    With a `principal`, only those known to them.
    """
    return reached_up(vendor_ids, links_above(vendor_ids, principal))


def reached_down(vendor_ids: Collection[UUID], links: Collection[Link]) -> list[Reached]:
    """`below`, from links that were read already."""
    return _reached(vendor_ids, links, [(one.vendor_id, one.subcontractor_id) for one in links])


def reached_up(vendor_ids: Collection[UUID], links: Collection[Link]) -> list[Reached]:
    """`above`, from links that were read already."""
    return _reached(vendor_ids, links, [(one.subcontractor_id, one.vendor_id) for one in links])


def links_below(vendor_ids: Collection[UUID], principal: Principal | None = None) -> list[Link]:
    """The subcontracts that lead down from these vendors, as `below` goes along them."""
    return _links(vendor_ids, principal, down=True)


def links_above(vendor_ids: Collection[UUID], principal: Principal | None = None) -> list[Link]:
    """The subcontracts that lead up from these vendors, as `above` goes along them."""
    found = _links(vendor_ids, principal, down=False)
    if principal is None or principal.units(Permission.VIEW) is None:
        return found
    known = _known(found, principal)
    return [one for one in found if one.vendor_id in known]


def _known(found: Collection[Link], principal: Principal) -> set[UUID]:
    """Of the vendors on these ways up, those linked to the reader's units, and all below them."""
    met = {one.vendor_id for one in found}
    linked = vendors_visible_to(principal).filter(pk__in=met).values_list("pk", flat=True)
    down = neighbours((one.vendor_id, one.subcontractor_id) for one in found)
    known = set(linked)
    waiting = list(known)
    while waiting:
        for other in down.get(waiting.pop(), ()):
            if other not in known:
                known.add(other)
                waiting.append(other)
    return known


def _links(vendor_ids: Collection[UUID], principal: Principal | None, *, down: bool) -> list[Link]:
    if not vendor_ids:
        return []
    units = None if principal is None else principal.units(Permission.VIEW)
    given: dict[str, Any] = {
        "starts": list(vendor_ids),
        "down": down,
        "everything": units is None,
        "units": list(units or ()),
        "who": who(principal),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LINKS.replace("{open}", OPEN_SUBCONTRACT), given)
        return [Link(*row) for row in cursor.fetchall()]


def _reached(
    vendor_ids: Collection[UUID], links: Collection[Link], edges: Collection[tuple[UUID, UUID]]
) -> list[Reached]:
    by_start: dict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
    for link, edge in zip(links, edges, strict=True):
        by_start[link.start].append(edge)
    return [
        Reached(start, way[-1], len(way) - 1, way)
        for start in dict.fromkeys(vendor_ids)
        for way in ways(start, neighbours(by_start[start]))
    ]
