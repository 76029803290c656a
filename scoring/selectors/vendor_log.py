"""The log of one vendor: what happened to it and to all that belongs to it."""

from typing import Any, Final
from uuid import UUID

from django.db.models import Manager, Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import open_events
from assessments.models import Assessment
from audit.models import Event
from scoring.changes import OF_ALL_UNITS, OF_SCORES, OF_VENDORS
from vendors.models import (
    Contact,
    Contract,
    Engagement,
    Evidence,
    Finding,
    Incident,
    InsurancePolicy,
    MonitoringItem,
    Site,
    Vendor,
)
from vendors.selectors.merges import all_ids_of

#: What belongs to a vendor and has events of its own -> the way from it to the vendor.
_BELONGS: Final[tuple[tuple[Manager[Any], str], ...]] = (
    (Engagement.objects, "vendor"),
    (Assessment.objects, "vendor"),
    (Finding.objects, "vendor"),
    (Incident.objects, "vendor"),
    (Contact.objects, "vendor"),
    (Evidence.objects, "vendor"),
    (InsurancePolicy.objects, "vendor"),
    (Site.objects, "vendor"),
    (Contract.objects, "engagement__vendor"),
    (MonitoringItem.objects, "engagement__vendor"),
)


def readable(principal: Principal) -> Q:
    """Which events about a vendor that is seen are for the reader.

    Who may read the log of a unit sees all of that unit. Others see what any program that may read
    vendors and scores is told, of their own units; and what concerns the vendor itself, whichever
    unit recorded it.
    """
    logged, seen = principal.units(Permission.VIEW_LOG), principal.units()
    if logged is None:
        return Q()
    told = Q(type__in=(*OF_VENDORS, *OF_SCORES))
    if seen is not None:
        told &= Q(unit_id__in=seen)
    return Q(unit_id__in=logged) | told | Q(type__in=OF_ALL_UNITS)


def vendor_log(vendor: Vendor, principal: Principal) -> QuerySet[Event]:
    """The events about a vendor that is seen, and about what belongs to it, as far as readable."""
    rows = open_events(Event.objects.filter(aggregate_id__in=_about(vendor)), principal)
    return rows.filter(readable(principal)).select_related("detail", "sealed")


def _about(vendor: Vendor) -> list[UUID]:
    """The vendor, those it took in, and everything of theirs that has events (one query each)."""
    ids = all_ids_of(vendor.pk)
    found = list(ids)
    for rows, path in _BELONGS:
        found += rows.filter(**{f"{path}__in": ids}).values_list("pk", flat=True)
    return found
