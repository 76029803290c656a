"""Reviewing with the keyboard."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from assessments.selectors.assessments import answers_of
from tests.browser.conftest import Look, OpenPage
from tests.browser.test_score_pages import sign_in
from tests.factories.assessments import in_review
from tests.personas import Person

pytestmark = pytest.mark.browser


def test_keys_lead_through_the_answers_and_accept_them(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person, look: Look
) -> None:
    assessment = in_review(unit)
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/assessments/{assessment.pk}/review/?section=secrets")
    look(page, "review-with-keys")
    first, second = page.locator("[data-answer='open']").all()[:2]
    page.keyboard.press("j")
    expect(first).to_be_focused()
    page.keyboard.press("j")
    expect(second).to_be_focused()
    page.keyboard.press("k")
    expect(first).to_be_focused()
    key = (first.get_attribute("id") or "").removeprefix("q-")
    page.keyboard.press("q")
    note = first.get_by_label("Note (needed for a query)")
    expect(note).to_be_focused()
    page.keyboard.type("jak")
    expect(note).to_have_value("jak")
    page.keyboard.press("Shift+Tab")
    page.locator(f"#q-{key}").focus()
    page.keyboard.press("a")
    expect(page.locator(f"#q-{key}")).to_have_attribute("data-answer", "")
    assert answers_of(assessment)[key].review == "accepted"


def test_keys_do_nothing_once_they_are_switched_off(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/assessments/{assessment.pk}/review/?section=secrets")
    page.get_by_text("Keyboard shortcuts").click()
    page.get_by_label("Use them while no field is being filled in").uncheck()
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("[data-answer]:focus")).to_have_count(0)
