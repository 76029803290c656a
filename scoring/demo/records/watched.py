"""What we watch, and who is trained: monitoring plans with their checks, topics, people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from audit import clock
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from vendors.models import MonitoringItem, TrainingPerson
from vendors.services import monitoring, training


class Look(Part):
    """Somebody has looked. `settled`: why something suspicious was nothing."""

    weeks: Ago
    note: str = ""
    link: str = ""
    suspicious: bool = False
    settled: str = ""


class Item(Part):
    """One thing that is watched for an engagement."""

    deal: str
    weeks: Ago
    watched: str
    scope: str
    every: str
    importance: Literal[1, 2, 3] = 1
    by_whom: str = ""
    looks: tuple[Look, ...] = ()


class Course(Part):
    """A training of a person in a topic. `until`: weeks ago; negative: to come."""

    topic: str
    done: Ago
    until: Ago | None = None
    certificate: str = ""


class Trained(Part):
    """A named person of an engagement, invented like all."""

    side: Literal["ours", "vendor"]
    name: str
    job: str
    courses: tuple[Course, ...] = ()


class Class(Part):
    """The people of an engagement and what they have to know. Entered at the time of `weeks`."""

    deal: str
    weeks: Ago
    topics: dict[str, Literal["nobody", "ours", "vendor", "both"]]
    people: tuple[Trained, ...]


class Watched(Part):
    """All of it."""

    monitoring: tuple[Item, ...]
    training: tuple[Class, ...]


def stories(scene: Scene, told: Watched) -> Iterator[Story]:
    """One story per item that is watched and per class."""
    for item in told.monitoring:
        if scene.has(item.deal):
            yield _item(scene, item)
    for one in told.training:
        if scene.has(one.deal):
            yield _class(scene, one)


def _item(scene: Scene, item: Item) -> Story:
    moment = scene.at(item.weeks, "plan")
    yield moment
    deal = scene.deal(item.deal)
    by = scene.buyer(deal.unit)
    row = monitoring.plan(
        engagement=deal,
        watched=item.watched,
        scope=item.scope,
        every=item.every,
        since=moment.date(),
        importance=item.importance,
        by_whom=item.by_whom,
        by=by,
    )
    for look in item.looks:
        moment = scene.at(look.weeks, "looked")
        yield moment
        found = monitoring.check(
            item=MonitoringItem.objects.select_related("engagement").get(pk=row.pk),
            done_on=moment.date(),
            finding="suspicious" if look.suspicious else "nothing",
            note=look.note,
            link=look.link,
            by=by,
        )
        if look.settled:
            monitoring.settle(check=found, reason=look.settled, by=by)


def _class(scene: Scene, told: Class) -> Story:
    yield scene.at(told.weeks, "class")
    deal = scene.deal(told.deal)
    by = scene.buyer(deal.unit)
    topics = {
        name: training.add_topic(engagement=deal, name=name, needed_of=needed, by=by)
        for name, needed in told.topics.items()
    }
    later: list[tuple[float, TrainingPerson, Course]] = []
    for one in told.people:
        person = training.name_person(
            engagement=deal, side=one.side, name=one.name, job=one.job, by=by
        )
        later += [(course.done, person, course) for course in one.courses]
    for done, person, course in sorted(later, key=lambda each: -each[0]):
        if done < told.weeks:
            yield scene.at(done, "trained")
        training.put_record(
            person=person,
            topic=topics[course.topic],
            done_on=min(scene.day(done), clock.today()),
            valid_until=scene.day_or_none(course.until),
            certificate=course.certificate,
            by=by,
        )
