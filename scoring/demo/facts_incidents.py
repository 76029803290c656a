"""Incidents, monitoring plans and trainings in the demo, told week by week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Final

import yaml

from accounts.permissions import Role
from accounts.principal import Principal
from audit import clock
from scoring.demo.calendar import Calendar, Story
from scoring.demo.cast import DATA, Part
from scoring.demo.stage import Stage
from scoring.models import Outstanding
from scoring.services import reassessing
from vendors import incident_life
from vendors.models import Engagement
from vendors.rhythm import later
from vendors.services import incident_parts, incidents, monitoring, training
from vendors.services.training_lists import Trained, take_list

_FOUND: Final = ("title", "found_how", "severity", "assets", "description", "shared")


class Step(Part):
    """A step to another status."""

    weeks: float
    status: str
    reason: str


class Measure(Part):
    """What was to be done; `due` and `done` in weeks before loading."""

    what: str
    owner: str
    due: float
    done: float | None = None


class Evidence(Part):
    """What proves it."""

    title: str
    kept_at: str


class Happened(Part):
    """An incident."""

    vendor: str
    weeks: float
    title: str
    found_how: str
    severity: str
    ip_kinds: tuple[str, ...]
    assets: str = ""
    description: str
    shared: bool = False
    steps: tuple[Step, ...] = ()
    measures: tuple[Measure, ...] = ()
    evidence: Evidence | None = None
    dispute: str = ""


class Item(Part):
    """Something that is watched, with the weeks in which somebody has looked."""

    watched: str
    scope: str
    every: str
    importance: int
    by_whom: str
    since: float
    checks: tuple[float, ...]
    suspicious: float | None = None
    note: str = ""


class Plan(Part):
    """What is watched for a vendor."""

    vendor: str
    items: tuple[Item, ...]


class Trainee(Part):
    """A person; trained in the first topic so many weeks ago, for so many months."""

    name: str
    side: str
    job: str
    done: float | None = None
    months: int = 12


class Class(Part):
    """Who is trained at a vendor, and in what (topic -> who needs it)."""

    vendor: str
    topics: Mapping[str, str]
    people: tuple[Trainee, ...]


class Told(Part):
    """All of the file."""

    incidents: tuple[Happened, ...]
    plans: tuple[Plan, ...]
    trainings: tuple[Class, ...]


@cache
def told() -> Told:
    """The file, read once."""
    return Told.model_validate(yaml.safe_load((DATA / "incidents.yaml").read_text("utf-8")))


def vendors() -> set[str]:
    """Everybody of whom something is told."""
    found = {one.vendor for one in told().incidents}
    found |= {one.vendor for one in told().plans}
    return found | {one.vendor for one in told().trainings}


def stories(stage: Stage, calendar: Calendar) -> Iterator[Story]:
    """One story for each incident, each thing that is watched, each class."""
    for one in told().incidents:
        yield _incident(one, stage, calendar)
    for plan in told().plans:
        for item in plan.items:
            yield _plan(plan.vendor, item, stage, calendar)
    for each in told().trainings:
        yield _class(each, stage, calendar)


def _engagement(vendor: str) -> Engagement | None:
    """The vendor's first engagement; None where the demo was loaded with fewer vendors."""
    rows = Engagement.objects.filter(vendor__name=vendor).select_related("vendor", "unit")
    return rows.order_by("pk").first()


def _who(role: Role, engagement: Engagement, stage: Stage) -> Principal:
    return stage.principal(stage.someone(role, engagement.unit.code))


def _reassess(engagement: Engagement, cause: str) -> None:
    """What the task of the events would do."""
    subject_id = engagement.vendor_id
    found = reassessing.spread(subject=Outstanding.Subject.FACTS, subject_id=subject_id)
    reassessing.vendors(vendor_ids=found, cause=cause)


def _incident(one: Happened, stage: Stage, calendar: Calendar) -> Story:
    yield calendar.moment(one.weeks, seed=one.title)
    engagement = _engagement(one.vendor)
    if engagement is None:
        return
    by = _who(Role.PROCUREMENT, engagement, stage)
    incident = incidents.report(
        vendor=engagement.vendor,
        unit=engagement.unit,
        engagement=engagement,
        found_on=clock.today(),
        ip_kinds=list(one.ip_kinds),
        by=by,
        **{name: getattr(one, name) for name in _FOUND},
    )
    if one.evidence:
        incident_parts.add_evidence(incident=incident, by=by, **one.evidence.model_dump())
    measures = {
        measure.what: incident_parts.add_measure(
            incident=incident,
            what=measure.what,
            owner=measure.owner,
            due_on=calendar.day(measure.due),
            by=by,
        )
        for measure in one.measures
    }
    _reassess(engagement, "incident.reported")
    for step in one.steps:
        yield calendar.moment(step.weeks, seed=one.title)
        for measure in one.measures:
            row = measures[measure.what]
            row.refresh_from_db()
            done = None if measure.done is None else calendar.day(measure.done)
            if row.done_on is None and done is not None and done <= clock.today():
                values = {"done_on": done}
                incident_parts.change_measure(
                    measure=row, version=row.version, values=values, by=by
                )
        ends = step.status in incident_life.ENDED
        incident = incidents.move(
            incident=incident,
            version=incident.version,
            status=step.status,
            reason=step.reason,
            by=_who(Role.LEGAL, engagement, stage) if ends else by,
        )
        _reassess(engagement, "incident.moved")
    if one.dispute:
        incidents.dispute(incident=incident, version=incident.version, statement=one.dispute, by=by)


def _plan(vendor: str, item: Item, stage: Stage, calendar: Calendar) -> Story:
    yield calendar.moment(item.since, seed=item.scope)
    engagement = _engagement(vendor)
    if engagement is None:
        return
    by = _who(Role.PROCUREMENT, engagement, stage)
    made = monitoring.plan(
        engagement=engagement,
        watched=item.watched,
        scope=item.scope,
        every=item.every,
        importance=item.importance,
        by_whom=item.by_whom,
        since=clock.today(),
        by=by,
    )
    _reassess(engagement, "monitoring.item_saved")
    for weeks in item.checks:
        yield calendar.moment(weeks, seed=item.scope)
        suspicious = weeks == item.suspicious
        monitoring.check(
            item=made,
            done_on=clock.today(),
            finding="suspicious" if suspicious else "nothing",
            note=item.note if suspicious else "",
            by=by,
        )
        _reassess(engagement, "monitoring.checked")


def _class(each: Class, stage: Stage, calendar: Calendar) -> Story:
    last = min(one.done for one in each.people if one.done is not None)
    yield calendar.moment(last, seed=each.vendor)
    engagement = _engagement(each.vendor)
    if engagement is None:
        return
    by = _who(Role.PROCUREMENT, engagement, stage)
    for name, needed_of in each.topics.items():
        training.add_topic(engagement=engagement, name=name, needed_of=needed_of, by=by)
    first = next(iter(each.topics))
    rows = [_row(one, first, calendar) for one in each.people]
    take_list(engagement=engagement, rows=rows, by=by)
    _reassess(engagement, "training.imported")


def _row(one: Trainee, topic: str, calendar: Calendar) -> Trained:
    if one.done is None:
        return Trained(name=one.name, side=one.side, job=one.job)
    day: date = min(calendar.day(one.done), clock.today())
    return Trained(
        name=one.name,
        side=one.side,
        job=one.job,
        topic=topic,
        done_on=day,
        valid_until=later(day, one.months),
    )
