"""Planning what is watched, and recording that somebody has looked."""

from datetime import date, timedelta

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.incidents import make_item
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Incident, MonitoringItem
from vendors.services import monitoring
from vendors.services.monitoring import NothingToSettle, NotWatched


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


def test_the_first_check_is_due_one_round_after_the_plan_begins(
    engagement: Engagement, procurement: Person
) -> None:
    item = make_item(engagement, every="quarter", since=date(2026, 1, 31), by=procurement.principal)
    assert (item.due_on, item.last_done_on) == (date(2026, 4, 30), None)
    event = Event.objects.get(aggregate_id=item.pk)
    assert event.data["facts_of"] == str(engagement.vendor_id)
    assert "housings" not in str(event.data)


def test_a_check_moves_the_next_one_and_an_older_one_does_not_move_it_back(
    engagement: Engagement, procurement: Person
) -> None:
    item = make_item(engagement)
    by = procurement.principal
    monitoring.check(item=item, done_on=date(2026, 2, 10), by=by)
    monitoring.check(item=item, done_on=date(2026, 1, 10), by=by)
    item.refresh_from_db()
    assert (item.last_done_on, item.due_on) == (date(2026, 2, 10), date(2026, 3, 10))
    assert item.checks.filter(done_by=procurement.user).count() == 2


def test_watching_more_often_moves_the_next_check(engagement: Engagement) -> None:
    item = make_item(engagement)
    monitoring.check(item=item, done_on=date(2026, 2, 10), by=SYSTEM)
    changed = monitoring.change(item=item, version=1, values={"every": "week"}, by=SYSTEM)
    assert changed.due_on == date(2026, 2, 17)
    with pytest.raises(OutOfDate):
        monitoring.change(item=item, version=1, values={"every": "year"}, by=SYSTEM)


def test_every_wrong_value_is_named_at_once(engagement: Engagement) -> None:
    with pytest.raises(Invalid) as refused:
        make_item(
            engagement, watched="stars", scope="", every="never", importance=9, since="1026-01-01"
        )
    assert set(refused.value.extra["errors"]) == {
        "watched", "scope", "every", "importance", "since",
    }  # fmt: skip
    assert not MonitoringItem.objects.exists()


def test_a_check_lies_in_the_past_and_a_suspicion_needs_words(engagement: Engagement) -> None:
    item = make_item(engagement)
    with pytest.raises(Invalid) as refused:
        monitoring.check(item=item, done_on=clock.today() + timedelta(days=1), by=SYSTEM)
    assert set(refused.value.extra["errors"]) == {"done_on"}
    with pytest.raises(Invalid) as refused:
        monitoring.check(item=item, done_on=clock.today(), finding="suspicious", by=SYSTEM)
    assert set(refused.value.extra["errors"]) == {"note"}
    with pytest.raises(Invalid) as refused:
        monitoring.check(item=item, done_on=clock.today(), link="javascript:alert(1)", by=SYSTEM)
    assert set(refused.value.extra["errors"]) == {"link"}


def test_what_is_not_watched_any_more_takes_no_checks(engagement: Engagement) -> None:
    item = make_item(engagement, active=False)
    with pytest.raises(NotWatched):
        monitoring.check(item=item, done_on=clock.today(), by=SYSTEM)


def test_a_suspicion_becomes_an_incident_with_what_is_known(
    engagement: Engagement, procurement: Person
) -> None:
    item = make_item(engagement, watched="code_hosting", scope="widgetd on public hosts")
    check = monitoring.check(
        item=item,
        done_on=date(2026, 2, 10),
        finding="suspicious",
        note="Our header files",
        link="code.example/widgetd",
        by=procurement.principal,
    )
    incident = monitoring.start_incident(check=check, by=procurement.principal)
    assert incident.title == "Code hosting: widgetd on public hosts"
    assert (incident.found_how, incident.found_on) == ("code_scan", date(2026, 2, 10))
    assert incident.description == "Our header files\nhttps://code.example/widgetd"
    assert incident.engagement == engagement
    check.refresh_from_db()
    assert check.incident == incident
    with pytest.raises(NothingToSettle):
        monitoring.start_incident(check=check, by=procurement.principal)
    assert Incident.objects.count() == 1


def test_a_suspicion_is_settled_with_a_reason(engagement: Engagement) -> None:
    item = make_item(engagement)
    check = monitoring.check(
        item=item, done_on=date(2026, 2, 10), finding="suspicious", note="A shop", by=SYSTEM
    )
    with pytest.raises(Invalid):
        monitoring.settle(check=check, reason=" ", by=SYSTEM)
    assert monitoring.settle(check=check, reason="It is a dealer of ours", by=SYSTEM).settled
    with pytest.raises(NothingToSettle):
        monitoring.settle(check=check, reason="Again", by=SYSTEM)


@pytest.mark.parametrize("who", ["auditor", "outsider_procurement"])
def test_others_plan_and_check_nothing_here(
    request: pytest.FixtureRequest, engagement: Engagement, who: str
) -> None:
    person: Person = request.getfixturevalue(who)
    item = make_item(engagement)
    with pytest.raises(NotAllowed):
        make_item(engagement, by=person.principal)
    with pytest.raises(NotAllowed):
        monitoring.check(item=item, done_on=clock.today(), by=person.principal)
