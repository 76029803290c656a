"""Reports as a reviewer at a browser meets them: asked for, watched, fetched."""

import pytest
from django.conf import settings
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from reports.models import Report
from reports.services import making
from tests.browser.conftest import Look, OpenPage
from tests.factories.scoring import scored
from tests.personas import Person

pytestmark = pytest.mark.browser


def test_a_report_is_asked_for_watched_and_fetched(
    open_page: OpenPage, look: Look, live_server: LiveServer, legal: Person, unit: BusinessUnit
) -> None:
    vendor = scored(unit, name="Danang Castings", worst=True).vendor
    page = open_page()
    name = settings.SESSION_COOKIE_NAME
    value = legal.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])

    page.goto(f"/vendors/{vendor.pk}/")
    page.get_by_role("link", name="Make a report").click()
    look(page, "report-new")
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_role("progressbar", name="Parts made")).to_be_visible()
    look(page, "report-being-made")

    making.make(report_id=Report.objects.get().pk)
    expect(page.get_by_role("heading", name="Files")).to_be_visible()
    look(page, "report-ready")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="PDF").click()
    assert fetched.value.suggested_filename.startswith("due-diligence-danang-castings")
