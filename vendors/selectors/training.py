"""Reading who is trained in what: people, topics, and the grid of both."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from audit import clock
from vendors.models import (
    Engagement,
    TrainingPerson,
    TrainingRecord,
    TrainingTopic,
    Vendor,
)

#: Days ahead within which a training expires soon.
SOON: Final = 60

#: States of a cell of the grid.
IN_DATE: Final = "in_date"
SOON_OUT: Final = "soon"
EXPIRED: Final = "expired"
MISSING: Final = "missing"
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Cell:
    """One person and one topic. `record`: the training that counts longest; None: there is none."""

    state: str
    record: TrainingRecord | None


@dataclass(frozen=True, slots=True)
class Line:
    """One person with a cell for each topic."""

    person: TrainingPerson
    cells: Sequence[Cell]
    in_date: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The people of an engagement and its topics; `in_date` of `people` are trained."""

    engagement: Engagement
    topics: Sequence[TrainingTopic]
    ours: Sequence[Line]
    vendors: Sequence[Line]

    @property
    def people(self) -> int:
        """How many are named."""
        return len(self.ours) + len(self.vendors)

    @property
    def in_date(self) -> int:
        """How many of them are in date."""
        return sum(line.in_date for line in [*self.ours, *self.vendors])


def people_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[TrainingPerson]:
    """People of engagements of the units in which `principal` holds `permission`."""
    rows = TrainingPerson.objects.select_related("engagement__vendor", "engagement__unit")
    return for_principal(rows, principal, unit="engagement__unit", permission=permission)


def topics_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[TrainingTopic]:
    """Topics of engagements of those units."""
    rows = TrainingTopic.objects.select_related("engagement__vendor", "engagement__unit")
    return for_principal(rows, principal, unit="engagement__unit", permission=permission)


def records_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[TrainingRecord]:
    """Trainings of people of those units."""
    rows = TrainingRecord.objects.select_related("person__engagement__vendor", "topic")
    return for_principal(rows, principal, unit="person__engagement__unit", permission=permission)


def records_of(person: TrainingPerson) -> QuerySet[TrainingRecord]:
    """What one person was trained in, the latest first."""
    rows = TrainingRecord.objects.filter(person=person).select_related("topic")
    return rows.order_by("-done_on", "topic__name", "pk")


def of_vendor(vendor: Vendor, principal: Principal) -> QuerySet[TrainingRecord]:
    """Every training on record for the vendor's engagements."""
    rows = records_visible_to(principal).filter(person__engagement__vendor=vendor)
    return rows.select_related("person__engagement__unit").order_by(
        "person__engagement__title", "person__side", "person__name", "topic__name", "done_on", "pk"
    )


def grids(engagements: Sequence[Engagement]) -> list[Grid]:
    """The people and topics of engagements that the reader may see. Three queries."""
    people: dict[UUID, list[TrainingPerson]] = defaultdict(list)
    for person in TrainingPerson.objects.filter(engagement__in=engagements).order_by("name", "pk"):
        people[person.engagement_id].append(person)
    topics: dict[UUID, list[TrainingTopic]] = defaultdict(list)
    for topic in TrainingTopic.objects.filter(engagement__in=engagements).order_by("name", "pk"):
        topics[topic.engagement_id].append(topic)
    best = _best(engagements)
    found = []
    for engagement in engagements:
        named, courses = people[engagement.pk], topics[engagement.pk]
        lines = {person.pk: _line(person, courses, best) for person in named}
        found.append(
            Grid(
                engagement,
                courses,
                [lines[one.pk] for one in named if one.side == TrainingPerson.Side.OURS],
                [lines[one.pk] for one in named if one.side == TrainingPerson.Side.VENDOR],
            )
        )
    return found


def _best(engagements: Collection[Engagement]) -> Mapping[tuple[UUID, UUID], TrainingRecord]:
    """(person, topic) -> the training that counts longest; no end comes after every end."""
    rows = TrainingRecord.objects.filter(
        person__engagement__in=engagements, done_on__lte=clock.today()
    ).order_by("valid_until", "done_on", "pk")
    return {(row.person_id, row.topic_id): row for row in rows}


def _line(
    person: TrainingPerson,
    topics: Sequence[TrainingTopic],
    best: Mapping[tuple[UUID, UUID], TrainingRecord],
) -> Line:
    cells = [cell_of(person, topic, best.get((person.pk, topic.pk))) for topic in topics]
    trained = any(cell.record for cell in cells)
    return Line(
        person, cells, trained and not any(cell.state in {EXPIRED, MISSING} for cell in cells)
    )


def cell_of(person: TrainingPerson, topic: TrainingTopic, record: TrainingRecord | None) -> Cell:
    """How a person stands in a topic today."""
    if record is None:
        needed = topic.needed_of in {person.side, TrainingTopic.NeededOf.BOTH}
        return Cell(MISSING if needed else NONE, None)
    return Cell(state_of(record.valid_until, clock.today()), record)


def state_of(valid_until: date | None, today: date) -> str:
    """How a training stands on a day."""
    if valid_until is None:
        return IN_DATE
    if valid_until < today:
        return EXPIRED
    return SOON_OUT if valid_until <= today + timedelta(SOON) else IN_DATE


def expiring(principal: Principal, unit: BusinessUnit | None) -> QuerySet[TrainingRecord]:
    """Trainings that end, where no other training of the person in the topic lasts longer, of
    engagements that go on."""
    longer = TrainingRecord.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("valid_until")),
        person=OuterRef("person"),
        topic=OuterRef("topic"),
    )
    rows = records_visible_to(principal).filter(~Exists(longer), valid_until__isnull=False)
    rows = rows.exclude(person__engagement__status=Engagement.Status.ENDED)
    return rows if unit is None else rows.filter(person__engagement__unit=unit)


def rows_of(engagement: Engagement) -> list[dict[str, object]]:
    """Every training of an engagement, and everybody who has none, as lists hold them."""
    people = TrainingPerson.objects.filter(engagement=engagement).order_by("side", "name", "pk")
    of_person: dict[UUID, list[TrainingRecord | None]] = defaultdict(list)
    records = TrainingRecord.objects.filter(person__engagement=engagement).select_related("topic")
    for record in records.order_by("topic__name", "done_on", "pk"):
        of_person[record.person_id].append(record)
    return [
        {
            "name": person.name,
            "side": person.side,
            "job": person.job,
            "topic": record.topic.name if record else "",
            "done_on": record.done_on if record else None,
            "valid_until": record.valid_until if record else None,
            "certificate": record.certificate if record else "",
        }
        for person in people
        for record in of_person.get(person.pk) or [None]
    ]
