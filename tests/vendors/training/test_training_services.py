"""Naming who is trained, in what, until when; taking lists in; erasing people."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event, EventDetail
from audit.seal import seal
from audit.verify import verify
from tests.factories.incidents import make_person, make_topic
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, TrainingPerson, TrainingRecord, TrainingTopic
from vendors.services import training, training_lists
from vendors.services.training import TopicInUse
from vendors.services.training_lists import Trained


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


def row(name: str = "Mai Tran", **values: Any) -> Trained:
    found: dict[str, Any] = {
        "name": name,
        "side": "vendor",
        "topic": "Drawings",
        "done_on": date(2026, 1, 5),
    }
    return Trained(**(found | values))


def test_a_name_stands_beside_the_record_and_not_in_it(
    engagement: Engagement, procurement: Person
) -> None:
    person = make_person(engagement, name="Mai Tran", by=procurement.principal)
    event = Event.objects.get(aggregate_id=person.pk)
    assert "Mai" not in str(event.data)
    assert event.detail.data["name"] == "Mai Tran"
    assert event.data["facts_of"] == str(engagement.vendor_id)


def test_a_removed_person_leaves_no_name_anywhere(
    engagement: Engagement, procurement: Person
) -> None:
    person = make_person(engagement, name="Mai Tran")
    training.put_record(
        person=person, topic=make_topic(engagement), done_on=date(2026, 1, 5), by=SYSTEM
    )
    training.erase_person(person=person, by=procurement.principal)
    assert not TrainingPerson.objects.exists()
    assert not TrainingRecord.objects.exists()
    assert not EventDetail.objects.filter(event__aggregate_id=person.pk).exists()
    assert not any("Mai" in str(detail.data) for detail in EventDetail.objects.all())
    assert Event.objects.filter(type="training.person_erased").get().data["records"] == 1


@pytest.mark.django_db(transaction=True)
def test_the_chain_of_the_record_holds_without_what_was_erased(
    engagement: Engagement, tmp_path: Path
) -> None:
    training.erase_person(person=make_person(engagement), by=SYSTEM)
    seal()
    found = verify(key=settings.AUDIT_KEY.encode(), anchor_file=tmp_path / "none")
    assert (found.broken, found.erased) == (None, 1)


def test_nobody_is_named_twice_on_one_side(engagement: Engagement) -> None:
    make_person(engagement, name="Mai Tran")
    with pytest.raises(Invalid) as refused:
        make_person(engagement, name="mai tran")
    assert set(refused.value.extra["errors"]) == {"name"}
    make_person(engagement, name="Mai Tran", side="ours")


def test_people_and_topics_change_under_their_version(engagement: Engagement) -> None:
    person, topic = make_person(engagement), make_topic(engagement)
    training.change_person(person=person, version=1, values={"job": "Welder"}, by=SYSTEM)
    training.change_topic(topic=topic, version=1, values={"needed_of": "both"}, by=SYSTEM)
    with pytest.raises(OutOfDate):
        training.change_person(person=person, version=1, values={"job": "Smith"}, by=SYSTEM)
    with pytest.raises(OutOfDate):
        training.change_topic(topic=topic, version=1, values={"needed_of": "ours"}, by=SYSTEM)


def test_the_same_training_again_changes_the_one_there_is(engagement: Engagement) -> None:
    person, topic = make_person(engagement), make_topic(engagement)
    for end in (date(2027, 1, 5), date(2028, 1, 5)):
        training.put_record(
            person=person, topic=topic, done_on=date(2026, 1, 5), valid_until=end, by=SYSTEM
        )
    assert person.records.get().valid_until == date(2028, 1, 5)


@pytest.mark.parametrize(
    ("ago", "until", "field"),
    [
        (timedelta(days=1), timedelta(days=2), "valid_until"),
        (timedelta(days=-1), None, "done_on"),
    ],
)
def test_the_days_of_a_training_are_possible(
    engagement: Engagement, ago: timedelta, until: timedelta | None, field: str
) -> None:
    today = clock.today()
    with pytest.raises(Invalid) as refused:
        training.put_record(
            person=make_person(engagement),
            topic=make_topic(engagement),
            done_on=today - ago,
            valid_until=None if until is None else today - until,
            by=SYSTEM,
        )
    assert set(refused.value.extra["errors"]) == {field}


def test_a_topic_of_another_engagement_is_not_taken(
    engagement: Engagement, unit: BusinessUnit
) -> None:
    other = make_topic(make_engagement(engagement.vendor, unit))
    with pytest.raises(Invalid):
        training.put_record(
            person=make_person(engagement), topic=other, done_on=date(2026, 1, 5), by=SYSTEM
        )


def test_a_topic_somebody_was_trained_in_stays(engagement: Engagement) -> None:
    person, used, spare = make_person(engagement), make_topic(engagement), make_topic(engagement)
    record = training.put_record(person=person, topic=used, done_on=date(2026, 1, 5), by=SYSTEM)
    with pytest.raises(TopicInUse):
        training.remove_topic(topic=used, by=SYSTEM)
    training.remove_topic(topic=spare, by=SYSTEM)
    training.remove_record(training=record, by=SYSTEM)
    training.remove_topic(topic=used, by=SYSTEM)
    assert not TrainingTopic.objects.exists()


def test_a_list_adds_people_topics_and_records_and_taking_it_again_changes_nothing(
    engagement: Engagement, procurement: Person
) -> None:
    rows = [
        row(),
        row("Leo Duc", side="ours", topic="Marking", certificate="C-1"),
        row("mai tran", topic="Marking"),
        row("Nobody Yet", topic="", done_on=None),
    ]
    taken = training_lists.take_list(engagement=engagement, rows=rows, by=procurement.principal)
    assert (taken.people, taken.topics, taken.records) == (3, 2, 3)
    before = Event.objects.count()
    again = training_lists.take_list(engagement=engagement, rows=rows, by=procurement.principal)
    assert (again.people, again.topics, again.records) == (0, 0, 0)
    assert Event.objects.count() == before
    assert not any("Mai" in str(event.data) for event in Event.objects.all())
    assert not any("Mai Tran" in str(detail.data) for detail in EventDetail.objects.all())


def test_a_list_with_one_wrong_row_is_refused_whole(engagement: Engagement) -> None:
    rows = [row(), row(name="", valid_until=date(2025, 1, 1)), row(valid_until=date(2025, 1, 1))]
    with pytest.raises(Invalid) as refused:
        training_lists.take_list(engagement=engagement, rows=rows, by=SYSTEM)
    assert set(refused.value.extra["errors"]) == {"records.1.name", "records.2.valid_until"}
    assert not TrainingPerson.objects.exists()


@pytest.mark.parametrize("who", ["auditor", "outsider_procurement"])
def test_others_name_nobody_here(
    request: pytest.FixtureRequest, engagement: Engagement, who: str
) -> None:
    person: Person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        make_person(engagement, by=person.principal)
    with pytest.raises(NotAllowed):
        training_lists.take_list(engagement=engagement, rows=[row()], by=person.principal)
