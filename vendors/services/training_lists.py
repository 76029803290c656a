"""Taking in a list of trainings: all of it, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.record import record
from vendors import master_data, written
from vendors.events.training import TrainingImported
from vendors.models import Engagement, TrainingPerson, TrainingRecord, TrainingTopic
from vendors.services.rows import Cleaners
from vendors.services.training import (
    EDIT,
    PERSON,
    TOPIC_LENGTH,
    VALID_BEFORE,
    certificate,
    done_on,
    record_topic,
)

#: How many rows a list may have, so that one transaction holds it.
MOST_ROWS: Final = 2_000
#: How many people one event names by their ids.
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """One row of a list: who, in what, when. `topic` "" names a person without a training."""

    name: str
    side: str
    job: str = ""
    topic: str = ""
    done_on: date | None = None
    valid_until: date | None = None
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list has done: people and topics that are new, records that are new or changed."""

    people: int
    topics: int
    records: int


Key = tuple[str, str]


def take_list(*, engagement: Engagement, rows: Sequence[Trained], by: Principal) -> Taken:
    """All of these trainings, or none. People and topics that are not there yet are added.

    Taking the same list again changes nothing. Raises Invalid with messages per row: field
    "records.<index>.<field>".
    """
    require(by, EDIT, engagement.unit_id)
    cleaned = _clean_rows(rows)
    with transaction.atomic():
        # One list at a time: two at once would each add what the other has.
        Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
        people, new_people = _people(engagement, cleaned)
        topics, new_topics = _topics(engagement, cleaned)
        touched, count = _write_records(cleaned, people, topics)
        for topic in new_topics:
            record_topic(topic, engagement, by)
        ids = sorted(touched | {one.pk for one in new_people})
        for start in range(0, len(ids), _CHUNK):
            record(
                TrainingImported(
                    aggregate_id=engagement.pk,
                    unit_id=engagement.unit_id,
                    facts_of=engagement.vendor_id,
                    person_ids=ids[start : start + _CHUNK],
                    people=len(new_people),
                    records=count,
                ),
                by=by,
            )
    return Taken(len(new_people), len(new_topics), count)


def _clean_rows(rows: Sequence[Trained]) -> list[Trained]:
    if len(rows) > MOST_ROWS:
        raise master_data.invalid(
            {"records": [_("At most %(most)d rows at once. Split the list.") % {"most": MOST_ROWS}]}
        )
    cleaned: list[Trained] = []
    errors: dict[str, list[str]] = {}
    for index, row in enumerate(rows):
        values = {one.name: getattr(row, one.name) for one in fields(Trained)}
        problems = row_problems(values)
        errors |= {f"records.{index}.{name}": [said] for name, said in problems.items()}
        if not problems:
            cleaned.append(Trained(**values))
    if errors:
        raise master_data.invalid(errors)
    return cleaned


def row_problems(values: dict[str, Any]) -> dict[str, str]:
    """What is wrong with a row, per field; `values` are tidied in place as far as they are good."""
    problems: dict[str, str] = {}
    for name, clean in _ROW.items():
        try:
            values[name] = clean(values.get(name))
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        return problems
    if values["topic"] and values["done_on"] is None:
        problems["done_on"] = _("Enter the day of the training.")
    if not values["topic"] and (values["done_on"] or values["valid_until"]):
        problems["topic"] = _("Say in what.")
    if values["done_on"] and values["valid_until"] and values["valid_until"] < values["done_on"]:
        problems["valid_until"] = str(VALID_BEFORE)
    return problems


def _people(
    engagement: Engagement, rows: Sequence[Trained]
) -> tuple[dict[Key, TrainingPerson], list[TrainingPerson]]:
    there = TrainingPerson.objects.filter(engagement=engagement)
    found = {(one.side, one.name.lower()): one for one in there}
    fresh: dict[Key, TrainingPerson] = {}
    for row in rows:
        key = (row.side, row.name.lower())
        if key not in found and key not in fresh:
            fresh[key] = TrainingPerson(
                engagement=engagement,
                side=row.side,
                name=row.name,
                job=row.job,
                created_at=clock.now(),
            )
    made = TrainingPerson.objects.bulk_create(fresh.values())
    return {**found, **fresh}, made


def _topics(
    engagement: Engagement, rows: Sequence[Trained]
) -> tuple[dict[str, TrainingTopic], list[TrainingTopic]]:
    found = {one.name.lower(): one for one in TrainingTopic.objects.filter(engagement=engagement)}
    fresh: dict[str, TrainingTopic] = {}
    for row in rows:
        key = row.topic.lower()
        if key and key not in found and key not in fresh:
            fresh[key] = TrainingTopic(engagement=engagement, name=row.topic)
    made = TrainingTopic.objects.bulk_create(fresh.values())
    return {**found, **fresh}, made


def _write_records(
    rows: Sequence[Trained],
    people: Mapping[Key, TrainingPerson],
    topics: Mapping[str, TrainingTopic],
) -> tuple[set[UUID], int]:
    """(ids of the people concerned, how many records are new or changed)."""
    wanted: dict[tuple[Any, Any, date], Trained] = {}
    for row in rows:
        if row.topic and row.done_on is not None:
            person = people[row.side, row.name.lower()]
            wanted[person.pk, topics[row.topic.lower()].pk, row.done_on] = row
    there = {
        (one.person_id, one.topic_id, one.done_on): one
        for one in TrainingRecord.objects.filter(person__in={key[0] for key in wanted})
    }
    new: list[TrainingRecord] = []
    changed: list[TrainingRecord] = []
    for (person_id, topic_id, day), row in wanted.items():
        known = there.get((person_id, topic_id, day))
        if known is None:
            new.append(
                TrainingRecord(
                    person_id=person_id,
                    topic_id=topic_id,
                    done_on=day,
                    valid_until=row.valid_until,
                    certificate=row.certificate,
                )
            )
        elif (known.valid_until, known.certificate) != (row.valid_until, row.certificate):
            known.valid_until, known.certificate = row.valid_until, row.certificate
            changed.append(known)
    TrainingRecord.objects.bulk_create(new)
    TrainingRecord.objects.bulk_update(changed, ["valid_until", "certificate"])
    return {one.person_id for one in [*new, *changed]}, len(new) + len(changed)


_ROW: Final[Cleaners] = {
    **PERSON,
    "topic": lambda value: written.line(value, TOPIC_LENGTH),
    "done_on": done_on,
    "valid_until": written.day,
    "certificate": certificate,
}
