"""The scoring method as a person at a browser meets it."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from scoring.services import methodologies
from tests.browser.conftest import Look, OpenPage
from tests.factories.assessments import small_questionnaire
from tests.factories.methods import make_draft, publish
from tests.factories.scoring import scored
from tests.personas import Person

pytestmark = pytest.mark.browser


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    """Give the page the session of a person."""
    cookie = person.browser.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


@pytest.fixture
def page(wide_page: Page, live_server: LiveServer, admin: Person, unit: BusinessUnit) -> Page:
    """A wide page on which an administrator of all units is signed in; one vendor is scored."""
    scored(unit, small_questionnaire(), name="Aalto Oy", country="FI")
    sign_in(wide_page, admin, live_server)
    return wide_page


def test_from_the_method_in_force_to_a_published_one(page: Page, look: Look) -> None:
    page.goto("/")
    page.get_by_role("link", name="Scoring method").click()
    look(page, "methods-only-one")
    page.get_by_role("link", name="New draft").first.click()
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("heading", name="Edit Standard method 2")).to_be_visible()
    share = page.locator(".weight-share", has=page.locator("[data-share-text]")).nth(2)
    expect(share.locator("[data-share-text]")).to_have_text("10%")
    page.get_by_label("Liabilities").fill("110")
    expect(share.locator("[data-share-text]")).to_have_text("55%")
    page.get_by_label("Largest share (kappa)").fill("7")
    look(page, "method-edit")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Largest share (kappa)")
    expect(page.get_by_label("Liabilities")).to_have_value("110")
    look(page, "method-edit-errors")
    page.get_by_label("Largest share (kappa)").fill("0.7")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    look(page, "method-draft")
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_label("Reason").fill("The board weighs liabilities more since May.")
    look(page, "method-publish")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is in force.")).to_be_visible()
    look(page, "method-in-force")
    assert methodologies.published().version == "2"
    page.get_by_label("Compare with").select_option(label="Standard method 1 (Retired)")
    page.get_by_role("button", name="Show what differs").click()
    expect(page.get_by_role("row", name="Liabilities")).to_contain_text("110 (55%)")
    look(page, "method-compare")
    page.goto("/methods/")
    look(page, "methods")


def test_a_wrong_file_says_on_which_lines_it_is_wrong(page: Page, look: Look) -> None:
    page.goto("/methods/add/")
    look(page, "method-add")
    page.get_by_label("Or its text").fill("key: standard\nversion: 1\nkappa: 9\nluck: 3\n")
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 3: kappa must be at most 1")
    look(page, "method-add-errors")


def test_without_javascript_the_shares_follow_when_a_draft_is_saved(
    open_page: OpenPage, live_server: LiveServer, admin: Person, unit: BusinessUnit
) -> None:
    scored(unit)
    draft = make_draft()
    plain = open_page(java_script_enabled=False)
    sign_in(plain, admin, live_server)
    plain.goto(f"/methods/{draft.pk}/edit/")
    plain.get_by_label("Liabilities").fill("110")
    plain.get_by_role("button", name="Save draft").click()
    expect(plain.get_by_role("row", name="Liabilities")).to_contain_text("55%")
    plain.goto(f"/methods/{draft.pk}/edit/")
    expect(plain.locator("[data-share-text]").nth(2)).to_have_text("55%")
    plain.get_by_role("button", name="More questions").click()
    expect(plain.locator(".knock-out")).to_have_count(3)
    plain.goto("/methods/")
    expect(plain.get_by_role("row", name="Standard method 2")).to_contain_text("Draft")


def test_whoever_may_not_change_the_method_can_still_read_all_of_it(
    wide_page: Page, live_server: LiveServer, legal: Person, unit: BusinessUnit
) -> None:
    publish(make_draft(kappa=0.7))
    sign_in(wide_page, legal, live_server)
    wide_page.goto("/methods/")
    wide_page.get_by_role("link", name="Standard method 2").click()
    expect(wide_page.get_by_text("take away 70% of the inherent risk")).to_be_visible()
    expect(wide_page.get_by_role("link", name="New draft from this")).to_have_count(0)
