"""What every page does by itself: parts that load later, filters that send themselves, copying."""

import re

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from tests.browser.conftest import OpenPage
from tests.browser.test_score_pages import sign_in
from tests.factories.findings import make_finding
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import FindingDue

pytestmark = pytest.mark.browser


def test_that_a_part_could_not_be_loaded_is_said_until_it_has_come_after_all(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, procurement: Person
) -> None:
    FindingDue.objects.create(subject="vendor", subject_id=make_vendor(unit).pk)
    page = open_page()
    sign_in(page, procurement, live_server)
    page.route("**/findings/behind/*", lambda route: route.abort())
    said = page.get_by_text("Part of this page could not be loaded")
    with page.expect_response("**/count/"):
        page.goto("/findings/")
    expect(said).to_be_visible()
    with page.expect_event("requestfailed"):
        pass
    expect(said).to_be_visible()
    page.unroute("**/findings/behind/*")
    expect(page.get_by_text("Findings are being worked out")).to_be_visible()
    expect(said).to_be_hidden()


def test_a_filter_chosen_by_keyboard_waits_for_its_button_and_keeps_the_focus(
    open_page: OpenPage, live_server: LiveServer, procurement: Person
) -> None:
    page = open_page()
    sign_in(page, procurement, live_server)
    page.goto("/findings/")
    severity = page.get_by_label("Severity")
    severity.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(severity).not_to_have_value("")
    expect(severity).to_be_focused()
    chosen = severity.input_value()
    assert page.url.endswith("/findings/")
    page.get_by_role("search").get_by_role("button", name="Filter", exact=True).press("Enter")
    expect(page).to_have_url(re.compile(f"severity={chosen}"))
    # By pointer it sends itself, as before.
    severity.click()
    severity.select_option("low")
    expect(page).to_have_url(re.compile("severity=low"))


def test_copied_is_said_for_a_while_only_however_often_it_is_pressed(
    open_page: OpenPage, live_server: LiveServer, admin: Person
) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, admin, live_server)
    page.goto("/gallery/")
    button = page.locator("[data-copy]").first
    button.click()
    expect(button).to_have_text("Copied")
    button.click()
    expect(button).to_have_text("Copy")


def test_ticks_in_the_list_of_findings_stay_when_others_have_been_worked_out(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, procurement: Person
) -> None:
    vendor_id = make_finding(unit).vendor_id
    due = FindingDue.objects.create(subject="vendor", subject_id=vendor_id)
    page = open_page()
    sign_in(page, procurement, live_server)
    page.goto("/findings/?severity=high")
    expect(page.get_by_text("Findings are being worked out")).to_be_visible()
    tick = page.locator("input[name=finding]")
    tick.check()
    due.delete()
    show = page.get_by_role("link", name="Show the list as it is now")
    expect(show).to_be_visible()
    expect(tick).to_be_checked()
    show.click()
    expect(show).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/findings/\?severity=high$"))
