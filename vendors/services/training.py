"""Naming who is trained, in what, and until when it counts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.erasing import erase
from audit.errors import Refused
from audit.record import record
from vendors import master_data, written
from vendors.events.training import (
    TrainingPersonErased,
    TrainingPersonSaved,
    TrainingRecorded,
    TrainingTopicSaved,
)
from vendors.models import Engagement, TrainingPerson, TrainingRecord, TrainingTopic
from vendors.services.holds import refuse_held
from vendors.services.rows import Cleaners, check_version, differing

EDIT = Permission.EDIT_FACTS
PERSON_FIELDS: Final = ("side", "name", "job")
TOPIC_FIELDS: Final = ("name", "needed_of")


class TopicInUse(Refused):
    """Somebody was trained in the topic: it stays, so that the record says in what."""

    code = "topic_in_use"


# --- topics -------------------------------------------------------------------------------------
def add_topic(
    *, engagement: Engagement, name: str, needed_of: str = "nobody", by: Principal
) -> TrainingTopic:
    """Something that people of this engagement are trained in. Raises Invalid per field."""
    require(by, EDIT, engagement.unit_id)
    values = written.cleaned({"name": name, "needed_of": needed_of}, _TOPIC)
    with _once("name", _("There is such a topic already.")):
        topic = TrainingTopic.objects.create(engagement=engagement, **values)
        record_topic(topic, engagement, by)
    return topic


def change_topic(
    *, topic: TrainingTopic, version: int, values: Mapping[str, Any], by: Principal
) -> TrainingTopic:
    """The topic renamed, or needed of others. Raises OutOfDate, Invalid per field."""
    require(by, EDIT, topic.engagement.unit_id)
    cleaned = written.cleaned(values, _TOPIC)
    with _once("name", _("There is such a topic already.")):
        locked = TrainingTopic.objects.select_for_update().get(pk=topic.pk)
        check_version(locked, version, TOPIC_FIELDS)
        changed = differing(locked, cleaned)
        if not changed:
            return locked
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.save()
        record_topic(locked, topic.engagement, by)
    return locked


def remove_topic(*, topic: TrainingTopic, by: Principal) -> None:
    """Take away a topic nobody was trained in. Raises TopicInUse."""
    require(by, EDIT, topic.engagement.unit_id)
    with transaction.atomic():
        locked = TrainingTopic.objects.select_for_update().get(pk=topic.pk)
        if locked.records.exists():
            raise TopicInUse(_("People were trained in this topic, so it stays on record."))
        record_topic(locked, topic.engagement, by, removed=True)
        locked.delete()


# --- people -------------------------------------------------------------------------------------
def name_person(
    *, engagement: Engagement, side: str, name: str, job: str = "", by: Principal
) -> TrainingPerson:
    """Somebody who works with what is entrusted. Raises Invalid per field."""
    require(by, EDIT, engagement.unit_id)
    values = written.cleaned({"side": side, "name": name, "job": job}, PERSON)
    with _once("name", _("This person is named already.")):
        person = TrainingPerson.objects.create(
            engagement=engagement, created_at=clock.now(), **values
        )
        _record_person(person, engagement, by, created=True)
    return person


def change_person(
    *, person: TrainingPerson, version: int, values: Mapping[str, Any], by: Principal
) -> TrainingPerson:
    """The person named or described anew. Raises OutOfDate, Invalid per field."""
    require(by, EDIT, person.engagement.unit_id)
    cleaned = written.cleaned(values, PERSON)
    with _once("name", _("This person is named already.")):
        locked = TrainingPerson.objects.select_for_update().get(pk=person.pk)
        check_version(locked, version, PERSON_FIELDS)
        changed = differing(locked, cleaned)
        if not changed:
            return locked
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.save()
        _record_person(locked, person.engagement, by)
    return locked


def erase_person(*, person: TrainingPerson, by: Principal) -> None:
    """Remove a person with their trainings, and what stands about them beside the record.

    Raises Held while a legal hold keeps the engagement.
    """
    engagement = person.engagement
    require(by, EDIT, engagement.unit_id)
    with transaction.atomic():
        refuse_held(engagement.vendor_id, engagement.pk)
        locked = TrainingPerson.objects.select_for_update().get(pk=person.pk)
        records = locked.records.count()
        locked.delete()
        erase(aggregate_type=TrainingPersonSaved.aggregate_type, aggregate_id=person.pk)
        record(
            TrainingPersonErased(
                aggregate_id=person.pk,
                unit_id=engagement.unit_id,
                facts_of=engagement.vendor_id,
                engagement_id=engagement.pk,
                side=locked.side,
                records=records,
            ),
            by=by,
        )


# --- records ------------------------------------------------------------------------------------
def put_record(
    *,
    person: TrainingPerson,
    topic: TrainingTopic,
    done_on: date,
    valid_until: date | None = None,
    certificate: str = "",
    by: Principal,
) -> TrainingRecord:
    """A training of a person; one in this topic on this day is changed. Raises Invalid."""
    engagement = person.engagement
    require(by, EDIT, engagement.unit_id)
    values = clean_record(
        {"done_on": done_on, "valid_until": valid_until, "certificate": certificate}
    )
    if topic.engagement_id != person.engagement_id:
        raise master_data.invalid({"topic": [_("Choose a topic of this engagement.")]})
    with transaction.atomic():
        # The person is locked, so that their records change one after the other.
        TrainingPerson.objects.select_for_update().get(pk=person.pk)
        row, _created = TrainingRecord.objects.update_or_create(
            person=person, topic=topic, done_on=values.pop("done_on"), defaults=values
        )
        record_training(row, engagement, by)
    return row


def remove_record(*, training: TrainingRecord, by: Principal) -> None:
    """Take back a training that was entered by mistake."""
    engagement = training.person.engagement
    require(by, EDIT, engagement.unit_id)
    with transaction.atomic():
        record_training(training, engagement, by, removed=True)
        training.delete()


def record_training(
    row: TrainingRecord, engagement: Engagement, by: Principal, *, removed: bool = False
) -> None:
    """Put on record that a training was recorded, changed or taken back."""
    record(
        TrainingRecorded(
            aggregate_id=row.person_id,
            unit_id=engagement.unit_id,
            facts_of=engagement.vendor_id,
            topic_id=row.topic_id,
            done_on=row.done_on,
            valid_until=row.valid_until,
            removed=removed,
            certificate=row.certificate,
        ),
        by=by,
    )


def record_topic(
    topic: TrainingTopic, engagement: Engagement, by: Principal, *, removed: bool = False
) -> None:
    """Put on record that a topic was added, changed or taken away."""
    record(
        TrainingTopicSaved(
            aggregate_id=topic.pk,
            unit_id=engagement.unit_id,
            facts_of=engagement.vendor_id,
            engagement_id=engagement.pk,
            name=topic.name,
            needed_of=topic.needed_of,
            removed=removed,
        ),
        by=by,
    )


def _record_person(
    person: TrainingPerson, engagement: Engagement, by: Principal, *, created: bool = False
) -> None:
    record(
        TrainingPersonSaved(
            aggregate_id=person.pk,
            unit_id=engagement.unit_id,
            facts_of=engagement.vendor_id,
            engagement_id=engagement.pk,
            side=person.side,
            created=created,
            name=person.name,
            job=person.job,
        ),
        by=by,
    )


@contextmanager
def _once(field: str, said: str) -> Iterator[None]:
    """A transaction in which a name taken twice becomes a message at its field."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise master_data.invalid({field: [said]}) from error


def clean_record(values: Mapping[str, Any]) -> dict[str, Any]:
    """A training as it is kept. Raises Invalid per field."""
    cleaned = written.cleaned(values, _RECORD)
    if cleaned["valid_until"] and cleaned["valid_until"] < cleaned["done_on"]:
        raise master_data.invalid({"valid_until": [str(VALID_BEFORE)]})
    return cleaned


def done_on(value: Any, needed: str = "") -> date | None:
    """The day of a training: one that has come."""
    return written.day(value, needed=needed, until=clock.today())


def certificate(value: Any) -> str:
    """The number or the place of a certificate."""
    return written.line(value, 160)


TOPIC_LENGTH: Final = 120
VALID_BEFORE: Final = lazy("This is before the day of the training.")
_TOPIC: Final[Cleaners] = {
    "name": lambda value: written.line(value, TOPIC_LENGTH, needed=_("Name the topic.")),
    "needed_of": lambda value: written.one_of(
        value, TrainingTopic.NeededOf.values, needed=_("Choose who needs it.")
    ),
}
PERSON: Final[Cleaners] = {
    "side": lambda value: written.one_of(
        value, TrainingPerson.Side.values, needed=_("Choose whose person it is.")
    ),
    "name": lambda value: written.line(value, 120, needed=_("Enter the name.")),
    "job": lambda value: written.line(value, 120),
}
_RECORD: Final[Cleaners] = {
    "done_on": lambda value: done_on(value, _("Enter the day of the training.")),
    "valid_until": written.day,
    "certificate": certificate,
}
