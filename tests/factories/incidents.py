"""Incidents, monitoring plans and trainings for tests, made through the services."""

from datetime import date
from itertools import count
from typing import Any

from accounts.principal import SYSTEM, Principal
from vendors.models import (
    Engagement,
    Incident,
    IncidentMeasure,
    MonitoringItem,
    Subcontract,
    TrainingPerson,
    TrainingTopic,
    Vendor,
)
from vendors.services import incident_parts, incidents, monitoring, training

_number = count(1)


def make_incident(
    within: Engagement, /, *, status: str = "reported", by: Principal = SYSTEM, **values: Any
) -> Incident:
    """An incident in an engagement, taken as far as `status`."""
    values.setdefault("title", f"Copied parts {next(_number)}")
    values.setdefault("found_how", "test_purchase")
    values.setdefault("found_on", date(2026, 1, 15))
    values.setdefault("severity", "serious")
    values.setdefault("engagement", within)
    incident = incidents.report(
        vendor=values.pop("vendor", within.vendor), unit=within.unit, by=by, **values
    )
    way = {"investigating": ["investigating"], "unfounded": ["unfounded"]}
    way |= {"confirmed": ["confirmed"], "remedying": ["confirmed", "remedying"]}
    way |= {"closed": ["confirmed", "closed"]}
    for step in way.get(status, ()):
        incident = incidents.move(
            incident=incident, version=incident.version, status=step, reason="Settled.", by=SYSTEM
        )
    return incident


def add_measure(incident: Incident, *, what: str, done: bool = False) -> IncidentMeasure:
    """A corrective measure."""
    return incident_parts.add_measure(
        incident=incident,
        what=what,
        owner="Vendor",
        due_on=date(2026, 5, 1),
        done_on=date(2026, 2, 1) if done else None,
        by=SYSTEM,
    )


def make_item(engagement: Engagement, *, by: Principal = SYSTEM, **values: Any) -> MonitoringItem:
    """Something to watch every month since the beginning of 2026."""
    values.setdefault("watched", "market_places")
    values.setdefault("scope", f"Offers of housings {next(_number)}")
    values.setdefault("every", "month")
    values.setdefault("since", date(2026, 1, 1))
    return monitoring.plan(engagement=engagement, by=by, **values)


def make_person(engagement: Engagement, *, by: Principal = SYSTEM, **values: Any) -> TrainingPerson:
    """Somebody of the vendor's with a name nobody else has."""
    values.setdefault("side", "vendor")
    values.setdefault("name", f"Trainee {next(_number)}")
    return training.name_person(engagement=engagement, by=by, **values)


def make_topic(engagement: Engagement, *, by: Principal = SYSTEM, **values: Any) -> TrainingTopic:
    """A topic."""
    values.setdefault("name", f"Handling of drawings {next(_number)}")
    return training.add_topic(engagement=engagement, by=by, **values)


def make_subcontract(
    vendor: Vendor, subcontractor: Vendor, *, engagement: Engagement | None = None
) -> Subcontract:
    """`vendor` passes work on."""
    return Subcontract.objects.create(
        vendor=vendor, subcontractor=subcontractor, engagement=engagement, service="Parts"
    )
