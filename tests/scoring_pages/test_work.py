"""What waits for a person: the page, the count, and the calendar."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from accounts.models import BusinessUnit, CalendarFeed, Membership, User
from accounts.principal import SYSTEM
from accounts.services import calendar_feeds
from assessments.models import Assessment
from assessments.services import assessments
from audit import clock
from scoring.selectors.work import SOURCES, count_of, work_of
from tests.factories.assessments import make_assessment, submitted
from tests.factories.contracts import make_policy
from tests.factories.findings import make_finding as raise_finding
from tests.factories.screening import listed, row
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Finding
from vendors.services import vendors

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def make_finding(
    unit: BusinessUnit, owner: User | None = None, due_on: date | None = None, **values: Any
) -> Finding:
    finding = raise_finding(unit, **values)
    Finding.objects.filter(pk=finding.pk).update(owner=owner, due_on=due_on)
    return finding


def kinds(person: Person) -> list[str]:
    return [one.source for one in work_of(person.principal).rows]


def test_each_person_finds_what_waits_for_them_and_nothing_of_others(
    unit: BusinessUnit, procurement: Person, legal: Person, auditor: Person
) -> None:
    draft = make_assessment(unit)
    Assessment.objects.filter(pk=draft.pk).update(assigned_to=procurement.user)
    submitted(unit)
    make_finding(unit, owner=procurement.user)
    vendor = make_vendor(unit, name="Plain Metallwerke")
    listed(row("1", "Plain Metallwerke"))
    vendors.link_unit(vendor=vendor, unit=unit, owner=procurement.user, by=SYSTEM)
    make_engagement(vendor, unit)
    make_policy(vendor, expires_on="2026-06-10")
    with clock.at(NOW):
        assert set(kinds(procurement)) == {"fill_in", "finding", "unassessed", "policy"}
        assert set(kinds(legal)) >= {"review", "match"}
        assert "fill_in" not in kinds(legal)
        assert kinds(auditor) == []
        assert count_of(procurement.principal) == 4


def test_another_unit_has_no_work_here(
    unit: BusinessUnit, outsider_legal: Person, outsider_procurement: Person
) -> None:
    submitted(unit)
    make_finding(unit)
    assert kinds(outsider_legal) == []
    assert kinds(outsider_procurement) == []


def test_whoever_lost_their_role_has_no_work_left(unit: BusinessUnit, procurement: Person) -> None:
    draft = make_assessment(unit)
    Assessment.objects.filter(pk=draft.pk).update(assigned_to=procurement.user)
    make_finding(unit, owner=procurement.user)
    Membership.objects.filter(user=procurement.user).delete()
    assert kinds(procurement) == []


def test_what_is_overdue_stands_first_and_what_has_no_day_last(
    unit: BusinessUnit, procurement: Person
) -> None:
    with clock.at(NOW):
        late = make_finding(unit, owner=procurement.user, title="Late", due_on=date(2026, 6, 2))
        make_finding(unit, owner=procurement.user, title="No day")
        make_finding(unit, owner=procurement.user, title="Later", due_on=date(2026, 9, 1))
    with clock.at(datetime(2026, 6, 5, tzinfo=UTC)):
        titles = [one.title for one in work_of(procurement.principal).rows]
        html = procurement.browser.get(reverse("scoring:work")).content.decode()
    assert titles == ["Late", "Later", "No day"]
    assert html.count("Overdue") == 1
    assert reverse("vendors:finding", args=[late.pk]) in html


def test_pages_lead_through_all_of_it_once(unit: BusinessUnit, procurement: Person) -> None:
    with clock.at(NOW):
        for number in range(9):
            day = date(2026, 7, 1) if number % 2 else None
            make_finding(unit, owner=procurement.user, title=str(number), due_on=day)
            draft = make_assessment(unit)
            Assessment.objects.filter(pk=draft.pk).update(assigned_to=procurement.user, due_on=day)
    seen: list[UUID] = []
    after = ""
    while True:
        page = work_of(procurement.principal, after=after, size=4)
        seen += [one.subject for one in page.rows]
        if page.next is None:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == 18
    assert len(work_of(procurement.principal, after="nonsense").rows) == 18


def test_the_number_of_queries_does_not_grow_with_the_work(
    unit: BusinessUnit, procurement: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        make_finding(unit, owner=procurement.user)
        draft = make_assessment(unit)
        Assessment.objects.filter(pk=draft.pk).update(assigned_to=procurement.user)
    principal = procurement.principal
    with django_assert_max_num_queries(len(SOURCES) + 6):
        assert len(work_of(principal).rows) == 24


def test_the_page_is_filtered_by_kind_and_says_when_there_is_nothing(
    unit: BusinessUnit, procurement: Person
) -> None:
    make_finding(unit, owner=procurement.user, title="Open share")
    page = reverse("scoring:work")
    assert "Open share" in procurement.browser.get(page, {"what": "finding"}).content.decode()
    empty = procurement.browser.get(page, {"what": "fill_in"}).content.decode()
    assert "Nothing of this kind waits for you" in empty
    assert ">1<" in procurement.browser.get(reverse("scoring:work_count")).content.decode()


# --- the calendar --------------------------------------------------------------------------------
def feed_of(person: Person) -> str:
    token = calendar_feeds.make(user=person.user, by=person.principal)
    return reverse("scoring:calendar", args=[token])


def test_the_calendar_holds_the_days_of_ones_work_and_nothing_confidential(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit, name="Nam Long")
    with clock.at(NOW):
        finding = make_finding(
            unit,
            vendor=vendor,
            owner=procurement.user,
            title="Secret flaw, 50% worse; see\nattached",
            due_on=date(2026, 7, 1),
        )
        answer = Client().get(feed_of(procurement))
    assert answer["Content-Type"].startswith("text/calendar")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    parsed = Calendar.from_ical(answer.content)
    assert parsed["version"] == "2.0"
    assert parsed["prodid"]
    (event,) = parsed.walk("VEVENT")
    assert str(event["summary"]) == "Nam Long: Finding to be put right"
    assert event.decoded("dtstart") == date(2026, 7, 1)
    assert event.decoded("dtend") == date(2026, 7, 2)
    assert str(event["uid"]).startswith(f"finding-{finding.pk}@")
    assert b"Secret flaw" not in answer.content


def test_a_calendar_that_did_not_change_is_not_sent_again(
    unit: BusinessUnit, procurement: Person
) -> None:
    with clock.at(NOW):
        make_finding(unit, owner=procurement.user, due_on=date(2026, 7, 1))
        address = feed_of(procurement)
        first = Client().get(address)
        again = Client().get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        make_finding(unit, owner=procurement.user, due_on=date(2026, 7, 2))
        changed = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200

    def uids(content: bytes) -> set[str]:
        return {str(one["uid"]) for one in Calendar.from_ical(content).walk("VEVENT")}

    assert uids(first.content) < uids(changed.content)


def test_the_address_can_be_renewed_and_taken_back(procurement: Person) -> None:
    settings = reverse("accounts:calendar_feed")
    shown = procurement.browser.post(settings).content.decode()
    old = shown.split("/calendar/")[1].split(".ics")[0]
    assert Client().get(reverse("scoring:calendar", args=[old])).status_code == 200
    assert old.encode() not in bytes(CalendarFeed.objects.get().hash)
    new = feed_of(procurement)
    assert Client().get(reverse("scoring:calendar", args=[old])).status_code == 404
    assert Client().get(new).status_code == 200
    procurement.browser.post(settings, {"revoke": "1"})
    assert Client().get(new).status_code == 404


def test_the_calendar_follows_the_rights_of_its_person(
    unit: BusinessUnit, procurement: Person
) -> None:
    with clock.at(NOW):
        make_finding(unit, owner=procurement.user, due_on=date(2026, 7, 1))
        address = feed_of(procurement)
        Membership.objects.filter(user=procurement.user).delete()
        empty = Client().get(address)
    assert Calendar.from_ical(empty.content).walk("VEVENT") == []
    procurement.user.is_active = False
    procurement.user.save(update_fields=["is_active"])
    assert Client().get(address).status_code == 404


def test_an_assessment_moves_from_who_fills_in_to_who_reviews(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    one = submitted(unit, by=procurement.principal)
    assert kinds(legal) == ["review"]
    assessments.take(assessment=one, by=legal.principal)
    assert kinds(legal) == ["review"]
