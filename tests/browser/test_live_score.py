"""The small score beside the questions: it follows the answers while they are given."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from tests.browser.conftest import Look, OpenPage
from tests.browser.test_score_pages import sign_in
from tests.factories.assessments import make_assessment
from tests.personas import Person
from tests.workers import Worker

pytestmark = [pytest.mark.browser, pytest.mark.worker]

#: Milliseconds until a background task has to have happened. It takes a fraction of a second.
PATIENCE = 30_000


def test_the_score_follows_the_answers_as_they_are_saved(
    wide_page: Page,
    live_server: LiveServer,
    celery_worker_process: Worker,
    unit: BusinessUnit,
    procurement: Person,
    look: Look,
) -> None:
    assessment = make_assessment(unit)
    page = wide_page
    sign_in(page, procurement, live_server)
    page.goto(f"/assessments/{assessment.pk}/")
    panel = page.get_by_role("region", name="Score so far")
    expect(panel.get_by_text("Not rated", exact=True)).to_be_visible(timeout=PATIENCE)
    look(page, "task-list-with-score")
    page.goto(f"/assessments/{assessment.pk}/sections/ownership/")
    span = panel.get_by_text("0 best, 100 worst")
    before = span.inner_text(timeout=PATIENCE)
    page.locator("#q-assigns").get_by_label("No", exact=True).check()
    expect(span).not_to_have_text(before, timeout=PATIENCE)
    expect(panel.get_by_text("Being calculated")).to_have_count(0, timeout=PATIENCE)
    # At the end of the page the bar with the buttons covers nothing.
    page.mouse.wheel(0, 10_000)
    expect(page.get_by_role("contentinfo")).to_be_in_viewport()
    look(page, "section-with-score")


def test_without_javascript_a_link_leads_to_the_score(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, procurement: Person
) -> None:
    assessment = make_assessment(unit)
    page = open_page(java_script_enabled=False)
    sign_in(page, procurement, live_server)
    page.goto(f"/assessments/{assessment.pk}/sections/ownership/")
    page.get_by_role("link", name="See the score so far").click()
    expect(page).to_have_url(f"{live_server.url}/assessments/{assessment.pk}/score/")
