"""Reading incidents.

An incident belongs to the unit that recorded it. Other units see it only where it is shared: those
that work with the vendor, or with one that passes work on to it. They see what happened and how it
stands; the engagement, the notes and where evidence is kept stay with the unit that recorded it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal, open_to
from audit import clock
from vendors import incident_life
from vendors.models import (
    Incident,
    IncidentEvidence,
    IncidentMeasure,
    IncidentNote,
    Vendor,
    VendorUnit,
)
from vendors.selectors.fourth_parties import above, below
from vendors.selectors.master import vendors_visible_to

STATES: Final = ("open", "ended", "disputed", "overdue", "all")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of incidents is narrowed down to; "" narrows nothing."""

    state: str = "open"
    status: str = ""
    severity: str = ""
    found_how: str = ""
    q: str = ""


def incidents_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Incident]:
    """Incidents of the units in which `principal` holds `permission`; for reading, shared ones
    of vendors they work with as well."""
    rows = Incident.objects.select_related(
        "vendor", "unit", "engagement", "reported_by", "decided_by"
    )
    units = principal.units(permission)
    if units is None or permission != Permission.VIEW:
        return for_principal(rows, principal, permission=permission)
    linked = VendorUnit.objects.filter(vendor=OuterRef("vendor"), unit__in=units)
    return open_to(rows, principal).filter(Q(unit__in=units) | Q(Exists(linked), shared=True))


def incidents(
    principal: Principal, unit: BusinessUnit | None, filters: Filters
) -> QuerySet[Incident]:
    """The incidents that the filters leave: those that count for `unit`, or all visible ones."""
    rows = incidents_visible_to(principal)
    if unit is not None:
        linked = VendorUnit.objects.filter(vendor=OuterRef("vendor"), unit=unit)
        rows = rows.filter(Q(unit=unit) | Q(Exists(linked), shared=True))
    match filters.state:
        case "open":
            rows = rows.filter(status__in=incident_life.OPEN)
        case "ended":
            rows = rows.filter(status__in=incident_life.ENDED)
        case "disputed":
            rows = rows.filter(status__in=incident_life.OPEN, disputed_on__isnull=False)
        case "overdue":
            rows = rows.filter(Exists(_late_measures()), status__in=incident_life.OPEN)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.severity:
        rows = rows.filter(severity=filters.severity)
    if filters.found_how:
        rows = rows.filter(found_how=filters.found_how)
    if filters.q:
        rows = rows.filter(
            Q(title__icontains=filters.q)
            | Q(assets__icontains=filters.q)
            | Q(vendor__name__icontains=filters.q)
        )
    return with_known_vendors(with_measures(rows), principal)


def with_measures(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """Each with how many measures it has (`measures_all`), are open, and are late."""
    waiting = Q(measures__isnull=False, measures__done_on=None, measures__explanation="")
    return rows.annotate(
        measures_all=Count("measures"),
        measures_open=Count("measures", filter=waiting),
        measures_late=Count("measures", filter=waiting & Q(measures__due_on__lt=clock.today())),
    )


def _late_measures() -> QuerySet[IncidentMeasure]:
    return IncidentMeasure.objects.filter(
        incident=OuterRef("pk"), done_on=None, explanation="", due_on__lt=clock.today()
    )


def of_vendor(vendor: Vendor, principal: Principal) -> QuerySet[Incident]:
    """The vendor's incidents, the latest first."""
    rows = incidents_visible_to(principal).filter(vendor=vendor)
    return with_measures(rows).order_by("-found_on", "-pk")


def relies_on(unit_id: UUID, vendor_id: UUID) -> bool:
    """Whether a unit works with the vendor, or with one that passes work on to it."""
    reached = [vendor_id, *(one.vendor_id for one in above([vendor_id]))]
    return VendorUnit.objects.filter(vendor__in=reached, unit=unit_id).exists()


def with_known_vendors(rows: QuerySet[Incident], principal: Principal) -> QuerySet[Incident]:
    """Each with whether the page of its vendor is for the reader (`vendor_known`).

    A fourth party that none of their units works with has no page for them.
    """
    visible = vendors_visible_to(principal).filter(pk=OuterRef("vendor"))
    return rows.annotate(vendor_known=Exists(visible))


@dataclass(frozen=True, slots=True)
class Below:
    """An incident of a fourth party, with the names on the way down to it."""

    incident: Incident
    depth: int
    way: tuple[str, ...]
    may_open: bool


def of_fourth_parties(vendor: Vendor, principal: Principal, most: int = 100) -> list[Below]:
    """Founded incidents of those to whom the vendor passes work, nearest first; three queries.

    Those of the reader's units, and those that are shared.
    """
    ways = {one.vendor_id: one for one in below([vendor.pk], principal)}
    if not ways:
        return []
    rows = (
        open_to(Incident.objects.filter(vendor__in=ways), principal)
        .exclude(status=Incident.Status.UNFOUNDED)
        .select_related("vendor", "unit")
        .order_by("-found_on", "-pk")
    )
    units = principal.units(Permission.VIEW)
    if units is not None:
        rows = rows.filter(Q(unit__in=units) | Q(shared=True))
    found = list(rows[:most])
    opened = set(
        incidents_visible_to(principal)
        .filter(pk__in=[row.pk for row in found])
        .values_list("pk", flat=True)
    )
    names = _names({step for way in ways.values() for step in way.path})
    return sorted(
        (
            Below(
                row,
                ways[row.vendor_id].depth,
                tuple(names[step] for step in ways[row.vendor_id].path[1:]),
                row.pk in opened,
            )
            for row in found
        ),
        key=lambda one: one.depth,
    )


def known_below(vendor: Vendor, principal: Principal) -> list[Vendor]:
    """Those to whom the vendor passes work, as far as the reader knows them, by name."""
    reached = [one.vendor_id for one in below([vendor.pk], principal)]
    return list(Vendor.objects.filter(pk__in=reached).order_by("name", "pk"))


def _names(vendor_ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(Vendor.objects.filter(pk__in=vendor_ids).values_list("pk", "name"))


def measures_of(incident: Incident) -> QuerySet[IncidentMeasure]:
    """What is done about it, by day."""
    rows = IncidentMeasure.objects.filter(incident=incident).select_related(
        "incident", "verified_by"
    )
    return rows.order_by("due_on", "pk")


def evidence_of(incident: Incident) -> QuerySet[IncidentEvidence]:
    """What proves it, in the order in which it was added."""
    return IncidentEvidence.objects.filter(incident=incident).select_related("incident", "added_by")


def timeline_of(incident: Incident) -> QuerySet[IncidentNote]:
    """Notes and steps, the latest first."""
    rows = IncidentNote.objects.filter(incident=incident).select_related("author")
    return rows.order_by("-pk")


def measures_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[IncidentMeasure]:
    """Measures of incidents of the units in which `principal` holds `permission`."""
    rows = IncidentMeasure.objects.select_related("incident__vendor", "incident__unit")
    return for_principal(rows, principal, unit="incident__unit", permission=permission)


def in_full(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """Each with its measures by day, as `in_order`; one more query."""
    measures = IncidentMeasure.objects.order_by("due_on", "pk")
    return rows.prefetch_related(Prefetch("measures", measures, to_attr="in_order"))
