"""Incidents of a vendor, and of those it passes work to, as far as the engagement's unit sees them.

An engagement counts what its own unit has recorded and what another unit shares with all. An
incident of a fourth party counts too, less with each step down: along subcontracts of this
engagement, or of all that a vendor does; deeper down also along those of the unit's engagements.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as lazy

from scoring.facts.source import Known, Source
from scoring.indicators.incidents import IncidentFact, incidents
from scoring.indicators.value import Value
from vendors.models import Engagement, Incident, IncidentEvidence


@dataclass(frozen=True, slots=True)
class _Edge:
    """An active subcontract, with the engagement it is for (None: all the vendor does)."""

    below: UUID
    engagement_id: UUID | None
    unit_id: UUID | None


#: Up to this risk of the monitoring indicator its plan counts as kept.
IN_TIME: Final = 2_500
Edges = Mapping[UUID, Sequence[_Edge]]


def values(engagements: Sequence[Engagement], as_of: date, known: Known) -> dict[UUID, Value]:
    """The incidents indicator of every engagement, also of one without any. Two queries."""
    edges = _edges({one.vendor_id for one in engagements})
    vendor_ids = {one.vendor_id for one in engagements}
    vendor_ids |= {edge.below for several in edges.values() for edge in several}
    recorded = _recorded(vendor_ids, as_of)
    found: dict[UUID, Value] = {}
    for engagement in engagements:
        facts = [
            _fact(row, depth)
            for vendor_id, depth in _reached(engagement, edges).items()
            for row in recorded.get(vendor_id, ())
            if row.shared or row.unit_id == engagement.unit_id
        ]
        plan = known.get("monitoring", {}).get(engagement.pk)
        watched = plan is not None and plan.pt <= IN_TIME
        found[engagement.pk] = incidents(facts, as_of, watched=watched)
    return found


def _edges(vendor_ids: Collection[UUID]) -> Edges:
    """Every active subcontract below these vendors, to any depth.

    `UNION` drops a vendor met before, so that a circle ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE met (vendor) AS ("
            " SELECT unnest(%s::uuid[])"
            " UNION"
            " SELECT s.subcontractor_id FROM met JOIN vendors_subcontract s"
            " ON s.vendor_id = met.vendor AND s.status = 'active'"
            ") SELECT s.vendor_id, s.subcontractor_id, s.engagement_id, e.unit_id"
            " FROM met JOIN vendors_subcontract s"
            " ON s.vendor_id = met.vendor AND s.status = 'active'"
            " LEFT JOIN vendors_engagement e ON e.id = s.engagement_id",
            [list(vendor_ids)],
        )
        edges: dict[UUID, list[_Edge]] = defaultdict(list)
        for above, below, engagement_id, unit_id in cursor.fetchall():
            edges[above].append(_Edge(below, engagement_id, unit_id))
    return edges


def _reached(engagement: Engagement, edges: Edges) -> dict[UUID, int]:
    """The vendor itself at 0, and everyone below it at the fewest steps that lead there."""
    depths = {engagement.vendor_id: 0}
    waiting = deque(depths)
    while waiting:
        above = waiting.popleft()
        for edge in edges.get(above, ()):
            is_ours = (
                edge.engagement_id is None
                or edge.engagement_id == engagement.pk
                or (depths[above] > 0 and edge.unit_id == engagement.unit_id)
            )
            if is_ours and edge.below not in depths:
                depths[edge.below] = depths[above] + 1
                waiting.append(edge.below)
    return depths


def _recorded(vendor_ids: Collection[UUID], as_of: date) -> Mapping[UUID, Sequence[Incident]]:
    proof = IncidentEvidence.objects.filter(incident=OuterRef("pk"))
    rows = (
        Incident.objects.filter(vendor__in=vendor_ids, found_on__lte=as_of)
        .exclude(status=Incident.Status.UNFOUNDED)
        .select_related("vendor")
        .defer("description", "dispute", "decision")
        .annotate(proved=Exists(proof))
        .order_by("pk")
    )
    by_vendor: dict[UUID, list[Incident]] = defaultdict(list)
    for row in rows:
        by_vendor[row.vendor_id].append(row)
    return by_vendor


def _fact(row: Incident, depth: int) -> IncidentFact:
    return IncidentFact(
        id=str(row.pk),
        title=row.title,
        severity=row.severity,
        status=row.status,
        found_on=row.found_on,
        closed_on=row.closed_on,
        proved=bool(getattr(row, "proved", False)),
        disputed=row.disputed_on is not None,
        depth=depth,
        fourth_party=row.vendor.name if depth else "",
    )


SENTENCES: Final = {
    "none_recorded": lazy(
        "No incident is on record. Without a monitoring plan that is kept, that says little."
    ),
    "none_found": lazy("No incident is on record, and the monitoring plan is kept."),
    "summary": lazy("Incidents on record: {open} open, {closed} closed."),
    "none_of_its_own": lazy("The vendor itself has no incident on record."),
    "open": lazy("“{title}” ({severity}) is open and counts {share} of 100."),
    "unconfirmed": lazy(
        "“{title}” ({severity}) is not confirmed yet and counts half for now: {share} of 100."
    ),
    "closed": lazy(
        "“{title}” ({severity}) was closed {months} months ago and counts {share} of 100 today; "
        "that fades."
    ),
    "open_below": lazy(
        "“{title}” ({severity}) of the fourth party {fourth_party} is open and counts {share} of "
        "100."
    ),
    "unconfirmed_below": lazy(
        "“{title}” ({severity}) of the fourth party {fourth_party} is not confirmed yet and counts "
        "half for now: {share} of 100."
    ),
    "closed_below": lazy(
        "“{title}” ({severity}) of the fourth party {fourth_party} was closed {months} months ago "
        "and counts {share} of 100 today; that fades."
    ),
    "more": lazy("{count} more count less than these."),
    "more_one": lazy("One more counts less than these."),
    "disputed": lazy(
        "{count} of them are disputed by the vendor; they count until that is settled."
    ),
    "disputed_one": lazy("One of them is disputed by the vendor; it counts until that is settled."),
}

SOURCE: Final = Source(
    title=lazy("IP incidents"), sentences=SENTENCES, values=values, page="vendors:incidents"
)
