"""Off-boarding in a real browser: started, gone through line by line, closed, and its record."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from audit import clock
from tests.browser.conftest import Look, OpenPage
from tests.factories.evidence import pdf_bytes
from tests.factories.offboarding import waive_rest
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Offboarding, OffboardingLine

pytestmark = pytest.mark.browser


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    name = settings.SESSION_COOKIE_NAME
    value = person.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


def test_an_engagement_is_ended_line_by_line(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    procurement: Person,
    *,
    look: Look,
    tmp_path: Path,
) -> None:
    engagement = make_engagement(make_vendor(unit, name="Saigon Moulds"), unit, title="Housings")
    file = tmp_path / "Shredding record.pdf"
    file.write_bytes(pdf_bytes("shredded"))
    page = open_page()
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{engagement.vendor_id}/")
    page.get_by_role("link", name="Start off-boarding").press("Enter")
    page.get_by_label("Why it ends").fill("The contract was not renewed.")
    page.get_by_label("Last day").fill((clock.today() + timedelta(days=30)).isoformat())
    look(page, "offboarding-start")
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.get_by_text("11 lines are open")).to_be_visible()
    page.get_by_role("link", name=re.compile("Done.*Designs")).press("Enter")
    page.get_by_role("button", name="Mark as done").press("Enter")
    expect(page.get_by_text("Choose a document, or a file.").first).to_be_visible()
    page.get_by_label("Or a file").set_input_files(file)
    look(page, "offboarding-done")
    page.get_by_role("button", name="Mark as done").press("Enter")
    expect(page.get_by_text("10 lines are open")).to_be_visible()
    look(page, "offboarding")
    line = OffboardingLine.objects.get(key="designs")
    page.goto(f"/offboarding/lines/{line.pk}/")
    look(page, "offboarding-line")
    started = Offboarding.objects.get()
    waive_rest(started)
    page.goto(f"/offboarding/{started.pk}/")
    page.get_by_role("link", name="Close the off-boarding").press("Enter")
    look(page, "offboarding-close")
    page.get_by_role("button", name="Close and end the engagement").press("Enter")
    page.get_by_role("link", name="Closing record").press("Enter")
    expect(page.get_by_text("Content and log agree")).to_be_visible()
    look(page, "offboarding-record")
    page.goto("/offboarding/?state=closed")
    look(page, "offboardings")
