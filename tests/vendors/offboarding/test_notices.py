"""Who is told of an off-boarding, and when a day has passed; whoever caused it is not."""

from datetime import timedelta

import pytest

from accounts.models import BusinessUnit, Notification
from accounts.principal import SYSTEM
from audit import clock
from audit.models import Event
from tests.factories.offboarding import start_offboarding, waive_rest
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, OffboardingLine
from vendors.services import notices
from vendors.services import offboarding as service
from vendors.services import offboarding_lines as lines


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit, name="Saigon Moulds"), unit, title="Housings")


def react() -> None:
    for event in Event.objects.filter(aggregate_type="offboarding").order_by("position"):
        if event.type in {"offboarding.started", "offboarding.changed", "offboarding.line"}:
            notices.tell_of(event_id=event.id)


def titles(person: Person) -> list[str]:
    rows = Notification.objects.filter(user=person.user).order_by("pk")
    return list(rows.values_list("title", flat=True))


def test_owner_and_deputy_are_told_that_it_is_theirs_and_who_started_it_is_not(
    engagement: Engagement, procurement: Person, legal: Person, unit_admin: Person
) -> None:
    started = start_offboarding(
        engagement, owner=procurement.user, deputy=legal.user, by=procurement.principal
    )
    react()
    react()
    assert titles(procurement) == []
    assert titles(legal) == ["Off-boarding that you see to: Saigon Moulds, Housings"]
    service.change(offboarding=started, version=1, values={"owner": unit_admin.user}, by=SYSTEM)
    notices.tell_of(event_id=Event.objects.get(type="offboarding.changed").id)
    assert len(titles(unit_admin)) == 1


def test_whoever_is_given_a_line_is_told(
    engagement: Engagement, procurement: Person, legal: Person
) -> None:
    started = start_offboarding(engagement, owner=procurement.user, by=procurement.principal)
    line = OffboardingLine.objects.get(offboarding=started, key="certificate")
    lines.plan(line=line, version=1, owner=legal.user, due_on=line.due_on, by=procurement.principal)
    react()
    [told] = titles(legal)
    assert told.endswith("Saigon Moulds, Certificate of return and destruction signed")


def test_lines_that_are_late_are_told_once_to_their_owner_and_to_the_deputy(
    engagement: Engagement, procurement: Person, legal: Person
) -> None:
    started = start_offboarding(
        engagement,
        owner=procurement.user,
        deputy=legal.user,
        last_day=clock.today() - timedelta(days=3),
    )
    for _again in range(2):
        notices.tell_of_overdue()
    late = sorted(titles(procurement))
    assert late == [
        "Off-boarding overdue: Saigon Moulds, Access to our premises ended",
        "Off-boarding overdue: Saigon Moulds, Access to our systems revoked",
        "Off-boarding overdue: Saigon Moulds, End confirmed in writing",
        "Off-boarding overdue: Saigon Moulds, Vendor blocked for orders",
    ]
    assert sorted(titles(legal)) == late
    waive_rest(started)
    Notification.objects.all().delete()
    notices.tell_of_overdue()
    assert titles(procurement) == []
