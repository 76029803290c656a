"""Reporting an incident, watching and training, as people at a browser do it."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from tests.browser.conftest import Look, OpenPage
from tests.factories.incidents import (
    add_measure,
    make_incident,
    make_item,
    make_person,
    make_topic,
)
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Incident, MonitoringCheck
from vendors.services import incident_parts, incidents, monitoring, training

pytestmark = pytest.mark.browser


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    name = settings.SESSION_COOKIE_NAME
    value = person.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    vendor = make_vendor(unit, name="Nam Long Plastics JSC")
    return make_engagement(vendor, unit, title="Housings for the X200")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_incident_is_reported_put_right_and_closed(
    open_page: OpenPage,
    live_server: LiveServer,
    engagement: Engagement,
    procurement: Person,
    legal: Person,
    scripts: bool,
) -> None:
    page = open_page(java_script_enabled=scripts)
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{engagement.vendor_id}/incidents/")
    page.get_by_role("link", name="Report an incident").first.click()
    page.get_by_label("Title").fill("Copies of the X200 housing on sale")
    page.get_by_label("What it concerns").select_option(str(engagement.pk))
    page.get_by_label("How it was found").select_option("test_purchase")
    page.get_by_label("Severe", exact=True).check()
    page.get_by_label("Designs, drawings and CAD data").check()
    page.get_by_role("button", name="Report the incident").click()
    expect(page.get_by_text("The incident is on record")).to_be_visible()
    page.get_by_role("link", name="Confirm").click()
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("link", name="Add a measure").click()
    page.get_by_label("What is to be done").fill("Return mould M-114")
    page.get_by_label("By whom").fill("Nam Long")
    page.get_by_label("By when").fill("2026-03-01")
    page.get_by_label("Done on").fill(clock.today().isoformat())
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="I have verified it").click()
    expect(page.get_by_text("The measure is verified")).to_be_visible()
    address = page.url

    page = open_page(java_script_enabled=scripts)
    sign_in(page, legal, live_server)
    page.goto(address)
    page.get_by_role("link", name="Close", exact=True).click()
    page.get_by_label("Why").fill("The mould is back, the offers are gone.")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("The incident moved on")).to_be_visible()
    assert Incident.objects.get().status == "closed"


def test_a_note_that_is_being_typed_outlives_verifying_a_measure(
    wide_page: Page, live_server: LiveServer, engagement: Engagement, procurement: Person
) -> None:
    page, incident = wide_page, make_incident(engagement, status="confirmed")
    add_measure(incident, what="Return the mould", done=True)
    sign_in(page, procurement, live_server)
    page.goto(f"/incidents/{incident.pk}/")
    note = page.locator("textarea[name=text]")
    note.fill("They called back.")
    page.get_by_role("button", name="I have verified it").click()
    expect(page.get_by_text("The measure is verified")).to_be_visible()
    expect(note).to_have_value("They called back.")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator(".timeline").get_by_text("They called back.")).to_be_visible()
    expect(note).to_have_value("")


def test_a_check_is_done_in_one_click_and_a_suspicion_becomes_an_incident(
    wide_page: Page, live_server: LiveServer, engagement: Engagement, procurement: Person
) -> None:
    page = wide_page
    item = make_item(engagement, scope="X200 housings on market places")
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{engagement.vendor_id}/monitoring/")
    page.get_by_role("button", name="Done, nothing found").click()
    expect(page.get_by_text("Checked today, nothing found")).to_be_visible()
    page.get_by_role("link", name="Found something").click()
    page.get_by_label("Something suspicious").check()
    page.get_by_label("Note").fill("A shop in Hanoi offers our housing.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Start an incident").click()
    expect(page.get_by_text("An incident was started")).to_be_visible()
    assert Incident.objects.get().found_by.get().item == item
    assert MonitoringCheck.objects.count() == 2


def test_the_pages_are_accessible_and_fit(
    wide_page: Page, live_server: LiveServer, engagement: Engagement, legal: Person, look: Look
) -> None:
    page, vendor = wide_page, engagement.vendor
    incident = make_incident(
        engagement, title="Copies of the X200 housing on sale", status="confirmed",
        severity="severe", ip_kinds=["designs", "moulds_tooling"], assets="Mould M-114",
        description="Twelve housings bought in Hanoi carry our mould number.", shared=True,
    )  # fmt: skip
    make_incident(engagement, title="Drawings on an open share", status="closed", severity="minor")
    add_measure(incident, what="Return mould M-114 and all inserts", done=True)
    add_measure(incident, what="Audit of the tool store")
    incident_parts.add_evidence(
        incident=incident, title="Sample of 12 January", kept_at="Safe 3, Legal", by=SYSTEM
    )
    incidents.note(incident=incident, text="Called the plant manager.", by=legal.principal)
    incidents.dispute(
        incident=incident, version=2, statement="Sold with your permission.", by=SYSTEM
    )
    below = make_company(vendor, "Anvil Galvanics")
    make_subcontract(vendor, below)
    incidents.report(
        vendor=below, unit=engagement.unit, title="Marks sold without the goods",
        found_how="customs", found_on=date(2026, 2, 1), severity="serious", by=SYSTEM,
    )  # fmt: skip
    today = clock.today()
    late = make_item(engagement, scope="X200 housings on market places", importance=3)
    make_item(engagement, watched="domains", scope="x200-*.com", since=today)
    monitoring.check(
        item=late, done_on=today - timedelta(60), finding="suspicious", note="A shop.", by=SYSTEM
    )
    drawings, marks = (
        make_topic(engagement, name="Drawings", needed_of="both"),
        make_topic(engagement, name="Our marks"),
    )
    for name, days in (("Mai Tran", 400), ("Ann Old", -3), ("Ben Soon", 10)):
        person = make_person(engagement, name=name, job="Tool maker")
        training.put_record(
            person=person, topic=drawings, done_on=date(2025, 1, 5),
            valid_until=today + timedelta(days), certificate="C-12", by=SYSTEM,
        )  # fmt: skip
    training.put_record(person=person, topic=marks, done_on=date(2026, 1, 5), by=SYSTEM)
    make_person(engagement, name="Leo Duc", side="ours")
    sign_in(page, legal, live_server)
    for name, address in (
        ("incidents-of-vendor", f"/vendors/{vendor.pk}/incidents/"),
        ("incidents", "/incidents/?state=all"),
        ("incident", f"/incidents/{incident.pk}/"),
        ("incident-add", f"/vendors/{vendor.pk}/incidents/add/"),
        ("incident-close", f"/incidents/{incident.pk}/to/closed/"),
        ("measure-add", f"/incidents/{incident.pk}/measures/add/"),
        ("monitoring-of-vendor", f"/vendors/{vendor.pk}/monitoring/"),
        ("monitoring", "/monitoring/"),
        ("monitoring-item", f"/monitoring/{late.pk}/"),
        ("monitoring-check", f"/monitoring/{late.pk}/check/"),
        ("training", f"/vendors/{vendor.pk}/training/"),
        ("training-person", f"/training/people/{person.pk}/"),
    ):
        page.goto(address)
        look(page, name)
    page.goto(f"/engagements/{engagement.pk}/training/import/")
    page.get_by_label("List of trainings").set_input_files(
        {
            "name": "trainings.csv",
            "mimeType": "text/csv",
            "buffer": b"name,topic,date\nKim Oh,Drawings,2026-01-05\nLea Po,Drawings,soon\n",
        }
    )
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_text("1 cell cannot be taken")).to_be_visible()
    look(page, "training-import")
