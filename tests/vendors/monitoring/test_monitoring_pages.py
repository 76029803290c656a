"""The pages of monitoring plans: what is due, done in one click, and what was found."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from tests.factories.incidents import make_item
from tests.factories.scoring import scored
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Incident, MonitoringCheck, MonitoringItem
from vendors.services import monitoring


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit, name="Halden Moulds"), unit, title="Housings")


def at(name: str, *args: UUID) -> str:
    return reverse(f"vendors:{name}", args=args)


def html(person: Person, address: str) -> str:
    response = person.browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def test_a_plan_is_made_for_an_engagement(engagement: Engagement, procurement: Person) -> None:
    assert "Nothing is watched yet" in html(procurement, at("monitoring", engagement.vendor_id))
    sent = {
        "watched": "domains", "scope": "halden-*.com", "every": "week", "importance": "3",
        "since": "2026-01-05", "by_whom": "Brand team",
    }  # fmt: skip
    address = at("monitoring_add", engagement.pk)
    response = procurement.browser.post(address, {**sent, "scope": ""})
    assert "There is 1 problem" in response.content.decode()
    assert "Brand team" in response.content.decode()
    page = procurement.browser.post(address, sent, follow=True).content.decode()
    assert "halden-*.com" in page
    assert MonitoringItem.objects.get().due_on == date(2026, 1, 12)


def test_done_with_nothing_found_is_one_click_and_leads_back(
    engagement: Engagement, procurement: Person
) -> None:
    item = make_item(engagement, since=days_ago(90))
    address = at("all_monitoring") + "?state=overdue"
    assert item.scope in html(procurement, address)
    response = procurement.browser.post(at("monitoring_done", item.pk), {"next": address})
    assert response["Location"] == address
    check = MonitoringCheck.objects.get()
    assert (check.done_on, check.finding) == (clock.today(), "nothing")
    html(procurement, address)  # says once more what was done
    assert item.scope not in html(procurement, address)
    response = procurement.browser.post(
        at("monitoring_done", item.pk), {"next": "https://elsewhere.example/"}
    )
    assert response["Location"] == at("monitoring", engagement.vendor_id)


def test_how_each_stands_is_said_in_a_word(engagement: Engagement, auditor: Person) -> None:
    make_item(engagement, scope="Late one", since=days_ago(90))
    make_item(engagement, scope="Next one", every="week", since=days_ago(1))
    make_item(engagement, scope="Far one", every="year", since=days_ago(1))
    make_item(engagement, scope="Old one", active=False)
    page = html(auditor, at("monitoring", engagement.vendor_id))
    for word in ("Overdue", "Due soon", "In time", "Not watched any more"):
        assert word in page
    assert "Done, nothing found" not in page


def test_something_suspicious_becomes_an_incident_in_one_click(
    engagement: Engagement, procurement: Person
) -> None:
    item = make_item(engagement)
    address = at("monitoring_check", item.pk)
    sent = {"done_on": days_ago(1).isoformat(), "finding": "suspicious", "note": "", "link": ""}
    assert "Say what was found" in procurement.browser.post(address, sent).content.decode()
    sent["note"] = "A shop offers our housing"
    page = procurement.browser.post(address, sent, follow=True).content.decode()
    assert "Now start an incident" in page
    check = MonitoringCheck.objects.get()
    for place in (at("monitoring", engagement.vendor_id), at("monitoring_item", item.pk)):
        assert at("monitoring_incident", check.pk) in html(procurement, place)
    start = at("monitoring_incident", check.pk)
    page = procurement.browser.post(start, follow=True).content.decode()
    assert "A shop offers our housing" in page
    incident = Incident.objects.get()
    assert at("incident", incident.pk) in html(procurement, at("monitoring_item", item.pk))
    assert procurement.browser.post(start).status_code == 409


def test_a_suspicion_is_settled_with_a_reason(engagement: Engagement, procurement: Person) -> None:
    item = make_item(engagement)
    check = monitoring.check(
        item=item, done_on=days_ago(1), finding="suspicious", note="A shop", by=SYSTEM
    )
    page = procurement.browser.post(
        at("monitoring_settle", check.pk), {"reason": "Our own dealer"}, follow=True
    ).content.decode()
    assert "Our own dealer" in page


def test_two_people_who_change_the_same_field_see_both_values(
    engagement: Engagement, procurement: Person
) -> None:
    item = make_item(engagement, scope="Shops")
    address = at("monitoring_edit", item.pk)
    base = hidden(html(procurement, address), "base")
    monitoring.change(item=item, version=1, values={"scope": "Stores"}, by=SYSTEM)
    sent = {
        "watched": item.watched, "scope": "Market stalls", "every": "month", "importance": "1",
        "since": "2026-01-01", "active": "on", "base": base, "by_whom": "",
    }  # fmt: skip
    response = procurement.browser.post(address, sent)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Stores" in page
    assert "Market stalls" in page
    sent["base"] = hidden(page, "base")
    assert procurement.browser.post(address, sent).status_code == 302


def test_the_list_comes_as_a_file(engagement: Engagement, procurement: Person) -> None:
    make_item(engagement, scope="=cmd()")
    make_item(engagement, active=False)
    assert procurement.browser.get(at("monitoring_csv")).getvalue().decode().count("\n") == 2
    text = procurement.browser.get(at("vendor_monitoring_csv", engagement.vendor_id))
    assert "'=cmd()" in text.getvalue().decode()
    assert "Nothing matches" in html(procurement, at("all_monitoring") + "?q=nothing+such")


def test_what_is_overdue_stands_on_the_dashboard(unit: BusinessUnit, procurement: Person) -> None:
    item = make_item(scored(unit).engagement, since=days_ago(90))
    page = html(procurement, reverse("scoring:dashboard"))
    assert item.scope in page
    assert at("monitoring_item", item.pk) in page


@pytest.mark.parametrize("name", ["all_monitoring", "monitoring"])
def test_a_long_plan_costs_as_many_queries_as_a_short_one(
    engagement: Engagement, procurement: Person, name: str
) -> None:
    address = at(name) if name == "all_monitoring" else at(name, engagement.vendor_id)
    make_item(engagement)
    html(procurement, address)
    with CaptureQueriesContext(connection) as few:
        html(procurement, address)
    for _number in range(5):
        make_item(engagement)
    with CaptureQueriesContext(connection) as many:
        html(procurement, address)
    assert len(many) == len(few)
