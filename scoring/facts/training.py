"""Who is trained, per engagement. Names stay where they are: the facts hold ids."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as lazy

from scoring.facts.source import Known, Source
from scoring.indicators.training import Course, Person, training
from scoring.indicators.value import Value
from vendors.models import Engagement, TrainingPerson, TrainingRecord, TrainingTopic


def values(engagements: Sequence[Engagement], as_of: date, known: Known) -> dict[UUID, Value]:
    """The training indicator of each engagement for which people are named. Three queries."""
    people = list(TrainingPerson.objects.filter(engagement__in=engagements).order_by("pk"))
    needed = _needed(engagements)
    courses = _courses(engagements, as_of)
    named: dict[UUID, list[Person]] = defaultdict(list)
    for row in people:
        named[row.engagement_id].append(
            Person(
                id=str(row.pk),
                side=row.side,
                needed=frozenset(needed[row.engagement_id, row.side]),
                courses=courses.get(row.pk, {}),
            )
        )
    found: dict[UUID, Value] = {}
    for engagement_id, persons in named.items():
        value = training(persons, as_of)
        if value is not None:
            found[engagement_id] = value
    return found


def _needed(engagements: Sequence[Engagement]) -> dict[tuple[UUID, str], set[str]]:
    """(engagement, side) -> topics that people of that side need."""
    needed: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    both = TrainingTopic.NeededOf.BOTH
    for topic in TrainingTopic.objects.filter(engagement__in=engagements).exclude(
        needed_of=TrainingTopic.NeededOf.NOBODY
    ):
        for side in TrainingPerson.Side.values:
            if topic.needed_of in {side, both}:
                needed[topic.engagement_id, side].add(str(topic.pk))
    return needed


def _courses(engagements: Sequence[Engagement], as_of: date) -> dict[UUID, dict[str, Course]]:
    """Person -> topic -> the training that counts longest; one without an end wins."""
    rows = (
        TrainingRecord.objects.filter(person__engagement__in=engagements, done_on__lte=as_of)
        # The last of each topic stands: no end comes after every end.
        .order_by("person", "topic", "valid_until", "done_on")
        .values_list("person", "topic", "valid_until", "certificate")
    )
    courses: dict[UUID, dict[str, Course]] = defaultdict(dict)
    for person_id, topic_id, valid_until, certificate in rows:
        courses[person_id][str(topic_id)] = Course(valid_until, bool(certificate))
    return courses


SENTENCES: Final = {
    "summary": lazy("{in_date} of {all} named people are trained and in date."),
    "ours": lazy("Ours: {in_date} of {all}."),
    "vendor": lazy("The vendor's: {in_date} of {all}."),
    "ours_none": lazy("Nobody of ours is named."),
    "vendor_none": lazy("Nobody of the vendor's is named."),
    "untrained": lazy("{count} have no training on record at all."),
    "untrained_one": lazy("One has no training on record at all."),
    "first_end": lazy("The next training runs out after {day}."),
}

SOURCE: Final = Source(
    title=lazy("Training"), sentences=SENTENCES, values=values, page="vendors:training"
)
