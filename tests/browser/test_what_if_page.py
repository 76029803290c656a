"""Trying changes on a score, with and without scripts, by mouse and by keyboard."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from assessments.models import Assessment
from assessments.services.questionnaires import builtin
from tests.browser.conftest import Look, OpenPage
from tests.factories.scoring import say, score, scored
from tests.personas import Person

pytestmark = pytest.mark.browser


def sign_in(page: Page, person: Person, live_server: LiveServer) -> Page:
    """Give the page the session of a person."""
    name = settings.SESSION_COOKIE_NAME
    cookie = person.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
    return page


@pytest.fixture
def page(wide_page: Page, live_server: LiveServer, procurement: Person) -> Page:
    """A wide page on which procurement is signed in."""
    return sign_in(wide_page, procurement, live_server)


@pytest.fixture
def assessment(unit: BusinessUnit) -> Assessment:
    """With something to put right."""
    made = scored(unit, name="Zhang Moulds", country="CN")
    say(made, discloses="never", measures=["locks"])
    score(made)
    return made


def test_the_score_moves_as_answers_are_changed(
    page: Page, assessment: Assessment, look: Look
) -> None:
    page.goto(f"/assessments/{assessment.pk}/score/")
    page.get_by_role("link", name="Try changes").click()
    expect(page.get_by_text("Nothing moves.").first).to_be_visible()
    page.get_by_role("link", name="Settle who owns the results").click()
    choice = page.get_by_label("How fast are inventions disclosed?", exact=True)
    choice.focus()
    choice.select_option("at_once")
    expect(page.get_by_text("The score falls by")).to_be_visible()
    expect(page).to_have_url(re.compile("answer.discloses=at_once"))
    # The page was exchanged around it: a keyboard goes on where it was.
    expect(page.locator("#c-discloses")).to_be_focused()
    page.get_by_role("link", name="Keep secrets secret").click()
    page.get_by_label("Do you subcontract?", exact=True).select_option("yes")
    page.get_by_label("Are subcontractors bound in writing?", exact=True).select_option("no")
    expect(page.get_by_role("heading", name="3 changes")).to_be_visible()
    expect(page.locator("#before svg")).to_be_visible()
    look(page, "what-if")
    page.get_by_role("link", name="The method: weights").click()
    page.locator("#c-kappa").fill("7")
    page.locator("#c-kappa").press("Enter")
    expect(page.get_by_text("Nothing was calculated.")).to_be_visible()
    expect(page.locator("#c-kappa")).to_have_value("7")
    look(page, "what-if-refused")
    page.get_by_role("link", name="Undo all").click()
    expect(page.get_by_text("Nothing moves.").first).to_be_visible()


def test_it_works_without_a_script_and_by_keyboard_alone(
    open_page: OpenPage, assessment: Assessment, live_server: LiveServer, procurement: Person
) -> None:
    plain = sign_in(open_page(java_script_enabled=False), procurement, live_server)
    plain.goto(f"/assessments/{assessment.pk}/what-if/?show=ownership")
    choice = plain.get_by_label("How fast are inventions disclosed?", exact=True)
    choice.focus()
    choice.press("O")
    plain.get_by_role("button", name="Calculate").press("Enter")
    expect(plain.get_by_text("The score falls by")).to_be_visible()
    expect(plain).to_have_url(re.compile(r"\?answer.discloses=yearly&show=ownership&since=\w+$"))


def test_the_built_in_questionnaire_fits_too(page: Page, unit: BusinessUnit, look: Look) -> None:
    made = scored(unit, builtin(), name="Aalto Oy", country="FI")
    page.goto(f"/assessments/{made.pk}/what-if/?only=worst")
    expect(page.get_by_role("heading", name="questions found")).to_be_visible()
    look(page, "what-if-worst")
