"""What the companies of a chain are marked with: matches with watch-lists, and incidents.

A match with a list is a fact about the company, and shows to whoever knows it. An incident belongs
to a unit: it shows to that unit, and to others where it is shared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import open_to
from vendors.models import Incident, Match


@dataclass(slots=True)
class Flags:
    """Of one company: confirmed matches, those that wait to be decided, and incidents by state."""

    listed: int = 0
    waiting: int = 0
    open_incidents: int = 0
    closed_incidents: int = 0

    @property
    def grave(self) -> bool:
        """Whether something has to be acted upon."""
        return bool(self.listed or self.open_incidents)


def flags_of(vendor_ids: Collection[UUID], principal: Principal) -> dict[UUID, Flags]:
    """The marks of each company that has any; two queries."""
    found: dict[UUID, Flags] = defaultdict(Flags)
    matches = (
        Match.objects.filter(
            vendor__in=vendor_ids, status__in=(Match.Status.OPEN, Match.Status.CONFIRMED)
        )
        .values_list("vendor", "status")
        .annotate(count=Count("pk"))
    )
    for vendor_id, status, count in matches:
        if status == Match.Status.CONFIRMED:
            found[vendor_id].listed = count
        else:
            found[vendor_id].waiting = count
    incidents = open_to(Incident.objects.filter(vendor__in=vendor_ids), principal).exclude(
        status=Incident.Status.UNFOUNDED
    )
    units = principal.units(Permission.VIEW)
    if units is not None:
        incidents = incidents.filter(Q(unit__in=units) | Q(shared=True))
    counts = incidents.values_list("vendor").annotate(
        total=Count("pk"), closed=Count("pk", filter=Q(status=Incident.Status.CLOSED))
    )
    for vendor_id, total, closed in counts:
        found[vendor_id].open_incidents = total - closed
        found[vendor_id].closed_incidents = closed
    return dict(found)
