"""Off-boarding in the demo: engagements that end line by line."""

from __future__ import annotations

import io
from collections.abc import Iterator

from accounts.models import BusinessUnit
from accounts.permissions import Role
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.papers import pdf
from scoring.demo.records.scene import Ago, Scene
from vendors.models import Evidence, Offboarding, OffboardingLine
from vendors.services import evidence, offboarding, offboarding_lines


class Settled(Part):
    """A line that was settled. `file`: the title of the document that shows it."""

    line: str
    weeks: Ago
    note: str
    file: str = ""
    waived: bool = False


class Added(Part):
    """A line that somebody added; negative weeks are to come."""

    title: str
    detail: str
    due: Ago


class Ended(Part):
    """An engagement that ends, or has ended (`closed`); then all other lines are done as well."""

    deal: str
    weeks: Ago
    last: Ago
    reason: str
    added: tuple[Added, ...] = ()
    settled: tuple[Settled, ...] = ()
    closed: Ago | None = None
    note: str = ""


def stories(scene: Scene, told: tuple[Ended, ...]) -> Iterator[Story]:
    """One story per off-boarding."""
    for one in told:
        if scene.has(one.deal):
            yield _ending(scene, one)


def _ending(scene: Scene, told: Ended) -> Story:
    yield scene.at(told.weeks, told.deal)
    engagement = scene.deal(told.deal)
    unit = engagement.unit
    owner, by = scene.someone(Role.PROCUREMENT, unit), scene.buyer(unit)
    made = offboarding.start(
        engagement=engagement,
        reason=told.reason,
        last_day=scene.day(told.last),
        owner=owner,
        deputy=scene.someone(Role.LEGAL, unit),
        by=by,
    )
    for one in told.added:
        offboarding_lines.add(
            offboarding=made,
            title=one.title,
            help=one.detail,
            owner=owner,
            due_on=scene.day(one.due),
            by=by,
        )
    for said in sorted(told.settled, key=lambda one: -one.weeks):
        yield scene.at(said.weeks, said.line)
        _settle(scene, made, unit, said)
    if told.closed is not None:
        yield scene.at(told.closed, told.deal)
        for line in made.lines.filter(status="open").order_by("position"):
            file = "Protocol of return and destruction" if line.needs_proof else ""
            said = Settled(line=line.key, weeks=told.closed, note="Checked and found.", file=file)
            _settle(scene, made, unit, said)
        offboarding.close(offboarding=made, version=made.version, note=told.note, by=by)


def _settle(scene: Scene, made: Offboarding, unit: BusinessUnit, said: Settled) -> None:
    line = OffboardingLine.objects.get(offboarding=made, key=said.line)
    if said.waived:
        offboarding_lines.waive(
            line=line, version=line.version, reason=said.note, by=scene.legal(unit)
        )
        return
    by, document = scene.buyer(unit), None
    if said.file:
        vendor = made.engagement.vendor
        file = io.BytesIO(pdf([said.file, vendor.name, made.engagement.title, "", said.note]))
        file.name = f"{said.file}.pdf"
        document = evidence.add(
            vendor=vendor,
            unit=unit,
            file=file,
            title=said.file,
            kind=Evidence.Kind.RECORD,
            again=True,
            by=by,
        )
    offboarding_lines.done(
        line=line, version=line.version, note=said.note, evidence=document, by=by
    )
