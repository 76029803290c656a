"""IP incidents: reported, looked into, put right, and decided about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from vendors.intake import IpKind
from vendors.models import Incident
from vendors.services import incident_parts, incidents


class Measure(Part):
    """Something to do. `weeks`: when it was agreed; `due`: weeks ago, negative to come."""

    weeks: Ago
    what: str
    owner: str
    due: Ago
    done: Ago | None = None
    verified: Ago | None = None
    explanation: str = ""


class Evidence(Part):
    """What proves it."""

    title: str
    kept_at: str


class Step(Part):
    """The incident moved on. Its end is decided by legal."""

    weeks: Ago
    status: str
    reason: str = ""


class Happened(Part):
    """One incident of a vendor, recorded by a unit that works with it."""

    vendor: str
    unit: str
    deal: str = ""
    weeks: Ago
    title: str
    found_how: str
    found_days: int = 3
    """Days between finding and reporting it."""
    severity: str
    shared: bool = False
    since: Ago | None = None
    ip: tuple[IpKind, ...] = ()
    assets: str = ""
    description: str
    evidence: tuple[Evidence, ...] = ()
    measures: tuple[Measure, ...] = ()
    notes: tuple[tuple[float, str], ...] = ()
    dispute: tuple[float, str] | None = None
    steps: tuple[Step, ...] = ()


def stories(scene: Scene, told: tuple[Happened, ...]) -> Iterator[Story]:
    """One story per incident, and one per measure and note."""
    for happened in told:
        if scene.has(happened.vendor):
            known: list[Incident] = []
            yield _incident(scene, happened, known)
            for measure in happened.measures:
                yield _measure(scene, happened, measure, known)
            for weeks, text in happened.notes:
                yield _note(scene, happened, weeks, text, known)


def _incident(scene: Scene, told: Happened, known: list[Incident]) -> Story:
    moment = scene.early(told.weeks, 40)
    yield moment
    unit = scene.stage.units[told.unit]
    vendor = scene.vendor(told.vendor)
    by, legal = scene.buyer(unit), scene.legal(unit)
    incident = incidents.report(
        vendor=vendor,
        unit=unit,
        engagement=scene.deal(told.deal) if told.deal else None,
        title=told.title,
        found_how=told.found_how,
        found_on=moment.date() - timedelta(days=told.found_days),
        severity=told.severity,
        shared=told.shared,
        happened_from=scene.day_or_none(told.since),
        ip_kinds=[kind.value for kind in told.ip],
        assets=told.assets,
        description=told.description,
        by=by,
    )
    known.append(incident)
    for one in told.evidence:
        incident_parts.add_evidence(
            incident=incident,
            title=one.title,
            kept_at=one.kept_at,
            dated=moment.date() - timedelta(days=told.found_days),
            by=by,
        )
    steps = [(step.weeks, step.status, step.reason) for step in told.steps]
    if told.dispute is not None:
        steps.append((told.dispute[0], "", told.dispute[1]))
    for weeks, status, words in sorted(steps, reverse=True):
        yield scene.at(weeks, told.title)
        incident.refresh_from_db()
        if status:
            incident = incidents.move(
                incident=incident, version=incident.version, status=status, reason=words, by=legal
            )
        else:
            incident = incidents.dispute(
                incident=incident, version=incident.version, statement=words, by=by
            )


def _measure(scene: Scene, told: Happened, measure: Measure, known: list[Incident]) -> Story:
    yield scene.at(measure.weeks, told.title)
    incident = known[0]
    by = scene.buyer(incident.unit)
    row = incident_parts.add_measure(
        incident=incident,
        what=measure.what,
        owner=measure.owner,
        due_on=scene.day(measure.due),
        by=by,
    )
    if measure.done is not None:
        moment = scene.at(measure.done, told.title)
        yield moment
        row = incident_parts.change_measure(
            measure=row, version=row.version, values={"done_on": moment.date()}, by=by
        )
    if measure.verified is not None:
        yield scene.early(measure.verified, 50)
        incident_parts.verify_measure(
            measure=row, version=row.version, by=scene.legal(incident.unit)
        )
    if measure.explanation:
        incident_parts.change_measure(
            measure=row, version=row.version, values={"explanation": measure.explanation}, by=by
        )


def _note(scene: Scene, told: Happened, weeks: float, text: str, known: list[Incident]) -> Story:
    yield scene.at(weeks, told.title)
    incidents.note(incident=known[0], text=text, by=scene.buyer(known[0].unit))
