"""Dashboard, vendor list, vendor and scorecard as a person at a browser meets them."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.templatetags.ui import points
from assessments.models import Assessment
from assessments.services import proof
from scoring import words
from scoring.models import Standing
from scoring.selectors import scorecard
from tests.browser.conftest import Look, OpenPage
from tests.factories.assessments import make_assessment, small_questionnaire
from tests.factories.evidence import make_evidence
from tests.factories.scoring import say, score, scored
from tests.personas import Person

pytestmark = pytest.mark.browser

#: How many colours still change after the theme has.
COLOURS_ON_THEIR_WAY = """() => {
  const root = document.documentElement;
  const theme = root.dataset.bsTheme;
  root.dataset.bsTheme = theme === "dark" ? "light" : "dark";
  const moving = document.getAnimations().length;
  root.dataset.bsTheme = theme;
  return moving;
}"""


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    """Give the page the session of a person."""
    cookie = person.browser.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


@pytest.fixture
def page(wide_page: Page, live_server: LiveServer, procurement: Person) -> Page:
    """A wide page on which procurement is signed in."""
    sign_in(wide_page, procurement, live_server)
    return wide_page


@pytest.fixture
def bad(unit: BusinessUnit) -> Assessment:
    """A blocked, critical vendor beside a good one and one that is not rated."""
    questionnaire = small_questionnaire()
    scored(unit, questionnaire, name="Aalto Oy", country="FI")
    score(make_assessment(unit, questionnaire=questionnaire), "assessment.opened")
    return scored(unit, questionnaire, name="Zhang Moulds", country="CN", worst=True)


def test_from_the_dashboard_to_the_answer_behind_a_score(
    page: Page, bad: Assessment, unit: BusinessUnit, look: Look
) -> None:
    document = make_evidence(bad.vendor, unit, title="Ring binder of inventions")
    proof.attach(assessment=bad, question_key="discloses", evidence=document, by=SYSTEM)
    page.goto("/dashboard/")
    expect(page.locator("#bands svg")).to_be_visible()
    look(page, "dashboard")
    # Two clicks from a cell of the heat map: its vendors, and the evidence behind a point.
    weakest = words.dimension(Standing.objects.filter(vendor=bad.vendor_id)[0].worst_dimension)
    page.locator(".heat tr").filter(has_text=weakest).locator("td a").first.click()
    page.get_by_role("link", name="Zhang Moulds").click()
    point = page.locator("#made-of li").filter(has_text="How fast are inventions")
    expect(point.get_by_role("link", name="Ring binder of inventions")).to_be_visible()
    expect(page.locator("#history svg")).to_be_visible()
    expect(page.get_by_role("navigation", name="On this page")).to_be_visible()
    look(page, "vendor")
    page.emulate_media(media="print")
    page.screenshot(path="build/screenshots/vendor-print.png", full_page=True)
    page.emulate_media(media="screen", color_scheme="dark")
    # Who wants no motion has the other colours at once, all through the page.
    assert page.evaluate(COLOURS_ON_THEIR_WAY) == 0
    look(page, "vendor-dark")
    page.emulate_media(color_scheme="light")
    page.get_by_role("link", name="See how it is made up").click()
    expect(page.locator("#waterfall svg")).to_be_visible()
    # The bars say what the table says, cut to one decimal.
    card = scorecard(bad, SYSTEM)
    assert card is not None
    expect(page.locator("#waterfall svg").get_by_text(f"+{points(card.uplift)}")).to_be_visible()
    look(page, "scorecard")
    page.get_by_text("IP law and compliance stands at").click()
    page.get_by_text("Settle who owns the results").click()
    page.locator("#parts").get_by_role("link", name="How fast are inventions").click()
    expect(page.locator("#q-discloses")).to_be_visible()


def test_the_scorecard_refreshes_itself_when_the_score_is_there(
    page: Page, bad: Assessment
) -> None:
    say(bad, staff=100)
    page.goto(f"/assessments/{bad.pk}/score/")
    expect(page.get_by_text("Being calculated")).to_be_visible()
    score(bad)
    expect(page.get_by_text("Being calculated")).to_have_count(0)
    expect(page.get_by_role("heading", name="Part by part")).to_be_visible()


def test_a_score_that_is_not_there_is_neither_green_nor_nought(
    page: Page, unit: BusinessUnit, look: Look
) -> None:
    assessment = make_assessment(unit)
    score(assessment, "assessment.opened")
    page.goto(f"/assessments/{assessment.pk}/score/")
    expect(page.locator(".score .band--none")).to_have_text("Not rated")
    look(page, "scorecard-not-rated")


def test_without_javascript_every_figure_can_be_read(
    open_page: OpenPage, bad: Assessment, live_server: LiveServer, procurement: Person
) -> None:
    plain = open_page(java_script_enabled=False)
    sign_in(plain, procurement, live_server)
    plain.goto(f"/assessments/{bad.pk}/score/")
    plain.get_by_text("Show as a table").first.click()
    expect(plain.locator("figure").first.locator("tbody tr").last).to_be_visible()
    plain.goto("/vendors/")
    plain.get_by_label("Band").select_option("serious")
    plain.get_by_role("button", name="Filter").click()
    expect(plain.get_by_role("link", name="Aalto Oy")).to_have_count(0)
    expect(plain.get_by_role("link", name="Zhang Moulds")).to_be_visible()
