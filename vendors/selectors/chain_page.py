"""All that the page of a vendor's fourth parties shows: who is below and above, with what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from accounts.principal import Principal
from vendors.models import Engagement, Subcontract, Vendor
from vendors.selectors import subcontracts
from vendors.selectors.flags import Flags, flags_of
from vendors.selectors.fourth_parties import (
    Reached,
    above,
    links_above,
    links_below,
    reached_down,
    reached_up,
)
from vendors.selectors.master import engagements_visible_to, vendors_visible_to

#: The most exposed first.
TIERS: Final = ("critical", "high", "moderate", "low")


@dataclass(frozen=True, slots=True)
class Step:
    """One subcontract of the chain. `depth` 1: one of the vendor's own.

    `tier`: the highest of the vendor's engagements that it serves, "" for none. `beyond`: kinds of
    IP that do not reach who passes them on.
    """

    row: Subcontract
    depth: int
    tier: str
    beyond: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chain:
    """Who takes part in a vendor's work, and in whose work it takes part, as a reader sees it.

    `names` holds every vendor that is met; `open`: those whose own page the reader may see.
    `relied_on`: how many of the reader's vendors rely on each company below, and on this vendor.
    `flags`: matches and incidents of these.
    """

    vendor: Vendor
    steps: Sequence[Step]
    ended: Sequence[Subcontract]
    below: Sequence[Reached]
    above: Sequence[Reached]
    above_rows: Sequence[Subcontract]
    vendors: Mapping[UUID, Vendor]
    open: frozenset[UUID]
    relied_on: Mapping[UUID, int]
    flags: Mapping[UUID, Flags]


def chain_of(vendor: Vendor, principal: Principal) -> Chain:
    """The chain of one vendor that the reader knows."""
    down, up = links_below([vendor.pk], principal), links_above([vendor.pk], principal)
    ids = {link.subcontract_id for link in (*down, *up)}
    rows = {
        row.pk: row
        for row in subcontracts.subcontracts_visible_to(principal)
        .filter(pk__in=ids)
        .prefetch_related("sites")
    }
    reached_below, reached_above = reached_down([vendor.pk], down), reached_up([vendor.pk], up)
    depth = {one.vendor_id: one.depth for one in reached_below} | {vendor.pk: 0}
    below_rows = [rows[link.subcontract_id] for link in down if link.subcontract_id in rows]
    tiers = _tiers(vendor, below_rows, principal)
    over = subcontracts.beyond(below_rows, principal)
    steps = [
        Step(row, depth[row.vendor_id] + 1, tiers.get(row.pk, ""), over.get(row.pk, ()))
        for row in below_rows
    ]
    met = {vendor.pk: vendor}
    for row in rows.values():
        met |= {row.vendor_id: row.vendor, row.subcontractor_id: row.subcontractor}
    ended = subcontracts.of_vendors([vendor.pk], principal)
    return Chain(
        vendor=vendor,
        steps=sorted(steps, key=lambda one: _order(one, met)),
        ended=[row for row in ended if row.status == Subcontract.Status.ENDED],
        below=reached_below,
        above=reached_above,
        above_rows=[rows[link.subcontract_id] for link in up if link.subcontract_id in rows],
        vendors=met,
        open=frozenset(
            vendors_visible_to(principal).filter(pk__in=met).values_list("pk", flat=True)
        ),
        relied_on=relied_on([vendor.pk, *(one.vendor_id for one in reached_below)], principal),
        flags=flags_of([vendor.pk, *(one.vendor_id for one in reached_below)], principal),
    )


def relied_on(vendor_ids: Collection[UUID], principal: Principal) -> dict[UUID, int]:
    """How many vendors linked to the reader's units rely on each of these, at any distance."""
    found = above(vendor_ids, principal)
    ours = set(
        vendors_visible_to(principal)
        .filter(pk__in={one.vendor_id for one in found})
        .filter(unit_links__isnull=False)
        .values_list("pk", flat=True)
    )
    counts = dict.fromkeys(vendor_ids, 0)
    for one in found:
        counts[one.start] += one.vendor_id in ours
    return counts


def _order(step: Step, vendors: Mapping[UUID, Vendor]) -> tuple[int, str, str, UUID]:
    return (
        step.depth,
        vendors[step.row.vendor_id].name,
        vendors[step.row.subcontractor_id].name,
        step.row.pk,
    )


def _tiers(vendor: Vendor, rows: Sequence[Subcontract], principal: Principal) -> dict[UUID, str]:
    """Per subcontract the highest tier of the vendor's engagements that it serves."""
    engaged = engagements_visible_to(principal).filter(vendor=vendor)
    running = engaged.exclude(status=Engagement.Status.ENDED).values_list("tier", flat=True)
    rank = {tier: at for at, tier in enumerate(TIERS)}
    whole = min((rank[tier] for tier in running), default=None)
    by_vendor: dict[UUID, list[Subcontract]] = defaultdict(list)
    for row in rows:
        by_vendor[row.vendor_id].append(row)
    found: dict[UUID, int] = {}
    waiting: list[tuple[UUID, int | None]] = [(vendor.pk, whole)]
    for vendor_id, at in waiting:
        for row in by_vendor[vendor_id]:
            own = rank[row.engagement.tier] if row.engagement and vendor_id == vendor.pk else at
            # Gone along again only when it turns out to serve a higher tier: so it ends.
            if own is not None and own < found.get(row.pk, len(TIERS)):
                found[row.pk] = own
                waiting.append((row.subcontractor_id, own))
    return {pk: TIERS[at] for pk, at in found.items()}
