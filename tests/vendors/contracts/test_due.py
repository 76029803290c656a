"""What comes due: who sees what, in which order, and who is told of it, once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit, Membership, Notification
from accounts.principal import SYSTEM
from audit import clock
from audit.models import Event
from scoring.services import standings
from tests.factories.contracts import make_contract, make_policy
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Reminder
from vendors.selectors.due import coming_up, due_soon
from vendors.services import contracts, estimates, reminders, vendors
from vendors.tasks import remind

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 5, tzinfo=UTC)


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit, name="Nam Long JSC"), unit, title="Housings")


def renewing(engagement: Engagement, ends_on: str, **values: Any) -> Any:
    with clock.at(NOW):
        return make_contract(
            engagement, ends_on=ends_on, renewal="automatic", renewal_months=12, notice_days=30,
            **values,
        )  # fmt: skip


def due(person: Person, until: int = 90, **more: Any) -> list[tuple[str, date]]:
    rows = coming_up(person.principal, None, until=TODAY + timedelta(until), **more).rows
    return [(one.source, one.day) for one in rows]


def test_days_for_notice_ends_expiries_and_audits_come_up_in_order(
    engagement: Engagement, procurement: Person
) -> None:
    renewing(engagement, "2026-08-01")
    with clock.at(NOW):
        make_contract(engagement, ends_on="2026-06-20")
    make_policy(engagement.vendor, expires_on="2026-06-10")
    estimates.set_ict_service(
        engagement=engagement, version=0, by=SYSTEM,
        values={"function": "Payments", "next_audit_on": "2026-05-20"},
    )  # fmt: skip
    assert due(procurement) == [
        ("ict_audit", date(2026, 5, 20)),
        ("policy", date(2026, 6, 10)),
        ("contract_end", date(2026, 6, 20)),
        ("notice", date(2026, 7, 2)),
    ]
    soon = due_soon(procurement.principal, None, today=TODAY)
    assert (soon.overdue, len(soon.rows)) == (1, 3)


def test_what_was_dealt_with_comes_up_no_more(engagement: Engagement, legal: Person) -> None:
    contract = renewing(engagement, "2026-08-01")
    contracts.settle_notice(contract=contract, given=False, by=legal.principal)
    make_policy(engagement.vendor, number="P", expires_on="2026-06-10")
    make_policy(engagement.vendor, number="P", valid_from="2026-06-11", expires_on="2027-06-10")
    make_contract(engagement, status="draft", ends_on="2026-06-20")
    make_contract(engagement, status="ended", ends_on="2026-06-20")
    assert due(legal) == []


def test_another_unit_sees_nothing_of_it(
    engagement: Engagement, outsider_legal: Person, auditor: Person
) -> None:
    renewing(engagement, "2026-08-01")
    make_policy(engagement.vendor, expires_on="2026-06-10")
    assert due(outsider_legal) == []
    assert len(due(auditor)) == 2


def test_pages_lead_through_all_of_it_once(engagement: Engagement, legal: Person) -> None:
    for number in range(7):
        with clock.at(NOW):
            make_contract(engagement, ends_on=f"2026-07-0{1 + number // 3}")
        make_policy(engagement.vendor, kind="cyber", number=str(number), expires_on="2026-07-02")
    seen: list[Any] = []
    after = ""
    while True:
        page = coming_up(legal.principal, None, until=TODAY + timedelta(90), after=after, size=4)
        seen += [one.subject for one in page.rows]
        if page.next is None:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == 14
    again = coming_up(legal.principal, None, until=TODAY + timedelta(90), after="nonsense")
    assert len(again.rows) == 14


def test_the_page_and_the_dashboard_show_it(engagement: Engagement, procurement: Person) -> None:
    with clock.at(NOW):
        make_contract(engagement, title="Old frame agreement", ends_on="2026-05-20")
        standings.restand(vendor_id=engagement.vendor_id)
        html = procurement.browser.get(reverse("vendors:due")).content.decode()
        front = procurement.browser.get(reverse("scoring:dashboard")).content.decode()
        overdue = procurement.browser.get(reverse("vendors:due"), {"days": "0"}).content.decode()
    for page in (html, front, overdue):
        assert "Old frame agreement" in page
        assert "Overdue" in page
    assert "1 date has passed, and nobody has dealt with it." in front


@pytest.mark.parametrize("month", ["0001-01-01", "9999-12-01"])
@pytest.mark.usefixtures("unit")
def test_a_month_that_nobody_means_is_taken_for_none(month: str, procurement: Person) -> None:
    assert procurement.browser.get(reverse("vendors:due"), {"month": month}).status_code == 200


def test_an_empty_page_says_what_to_do(unit: BusinessUnit, procurement: Person) -> None:
    html = procurement.browser.get(reverse("vendors:due"), {"what": "policy"}).content.decode()
    assert "Nothing comes due" in html


@pytest.fixture
def owner(engagement: Engagement, unit: BusinessUnit, procurement: Person) -> Person:
    vendors.link_unit(vendor=engagement.vendor, unit=unit, owner=procurement.user, by=SYSTEM)
    return procurement


def told(person: Person, kind: str) -> list[str]:
    rows = Notification.objects.filter(user=person.user, kind=kind)
    return list(rows.order_by("pk").values_list("title", flat=True))


def test_the_owner_is_told_of_each_day_once(engagement: Engagement, owner: Person) -> None:
    renewing(engagement, "2026-07-15", title="Frame agreement")
    make_policy(engagement.vendor, expires_on="2026-06-10")
    with clock.at(NOW):
        assert reminders.send() == 2
        assert reminders.send() == 0
    first = Notification.objects.filter(kind="date_due").order_by("title")[0]
    assert first.waits_for == "daily"
    assert first.url.startswith("/")
    assert Reminder.objects.count() == 2
    assert Event.objects.get(type="reminders.sent").data == {"count": 2}


def test_when_a_day_has_passed_the_owner_is_told_once_more(
    engagement: Engagement, owner: Person
) -> None:
    make_policy(engagement.vendor, expires_on="2026-06-10")
    for day in (1, 9, 10, 11, 12):
        with clock.at(datetime(2026, 6, day, 12, tzinfo=UTC)):
            reminders.send()
    assert len(told(owner, "date_due")) == 1
    assert len(told(owner, "date_passed")) == 1
    assert "has passed" in told(owner, "date_passed")[0]


@pytest.mark.parametrize(
    ("zone", "has_passed"), [("Pacific/Auckland", True), ("America/Los_Angeles", False)]
)
def test_a_day_is_over_when_it_is_over_for_the_reader(
    engagement: Engagement, owner: Person, zone: str, has_passed: bool
) -> None:
    make_policy(engagement.vendor, expires_on="2026-06-10")
    owner.user.time_zone = zone
    owner.user.save(update_fields=["time_zone"])
    # The 11th in Auckland has long begun, in Los Angeles the 10th lasts seven more hours.
    with clock.at(datetime(2026, 6, 11, 0, tzinfo=UTC)):
        reminders.send()
    assert bool(told(owner, "date_passed")) == has_passed
    assert bool(told(owner, "date_due")) != has_passed


def test_the_next_term_is_a_day_of_its_own(engagement: Engagement, owner: Person) -> None:
    renewing(engagement, "2026-07-15")
    with clock.at(NOW):
        reminders.send()
    contracts.renew_due(today=date(2026, 7, 16))
    with clock.at(datetime(2027, 6, 1, 5, tzinfo=UTC)):
        assert reminders.send() == 1


def test_of_what_is_far_off_long_past_or_nobodys_nobody_is_told(
    engagement: Engagement, unit: BusinessUnit, owner: Person
) -> None:
    renewing(engagement, "2026-12-15")
    make_policy(engagement.vendor, expires_on="2026-05-01")
    make_policy(make_vendor(unit), expires_on="2026-06-10")
    with clock.at(NOW):
        assert reminders.send() == 0
    assert not Notification.objects.exists()


def test_whoever_left_the_unit_or_was_switched_off_is_told_nothing(
    engagement: Engagement, owner: Person
) -> None:
    make_policy(engagement.vendor, expires_on="2026-06-10")
    Membership.objects.filter(user=owner.user).delete()
    with clock.at(NOW):
        assert reminders.send() == 0
        owner.user.is_active = False
        owner.user.save(update_fields=["is_active"])
        assert reminders.send() == 0
    assert not Notification.objects.exists()


def test_the_daily_task_moves_terms_on_and_then_reminds(
    engagement: Engagement, owner: Person
) -> None:
    contract = renewing(engagement, "2026-06-15")
    with clock.at(datetime(2027, 5, 1, 5, tzinfo=UTC)):
        remind()
        remind()
    contract.refresh_from_db()
    assert contract.term_ends_on == date(2027, 6, 15)
    assert [one.day for one in coming_up(owner.principal, None, until=date(2027, 6, 1)).rows] == [
        date(2027, 5, 16)
    ]
    assert len(told(owner, "date_due")) == 1
