"""A year later: the renewal is started from the list, and last time's answers are confirmed."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of
from assessments.services import assessments, renewals
from audit import clock
from tests.browser.conftest import Look
from tests.browser.test_score_pages import sign_in
from tests.factories.assessments import answer_all, make_assessment, make_engagement
from tests.personas import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def last_year(unit: BusinessUnit, legal: Person) -> Assessment:
    """Signed off 13 months ago, so its renewal is late."""
    with time_machine.travel(clock.now() - timedelta(days=400), tick=True):
        one = make_assessment(unit, engagement=make_engagement(unit, vendor="Aalto Oy"))
        answer_all(one)
        assessments.submit(assessment=one, by=SYSTEM)
        assessments.take(assessment=one, by=legal.principal)
        assessments.sign_off(assessment=one, by=legal.principal)
    renewals.follow(assessment_id=one.pk)
    return one


def test_a_renewal_is_confirmed_section_by_section_and_what_changed_is_marked(
    wide_page: Page,
    live_server: LiveServer,
    procurement: Person,
    last_year: Assessment,
    look: Look,
) -> None:
    page = wide_page
    sign_in(page, procurement, live_server)
    page.goto("/renewals/")
    expect(page.get_by_role("cell", name="Overdue")).to_be_visible()
    look(page, "renewals")
    page.get_by_role("checkbox", name="Aalto Oy").check()
    page.get_by_role("button", name="Start renewals").click()
    expect(page.get_by_text("1 done.")).to_be_visible()
    made = Assessment.objects.exclude(pk=last_year.pk).get()
    page.goto(f"/assessments/{made.pk}/sections/secrets/")
    look(page, "renewal-section")
    page.get_by_role("button", name="All of them are still true").click()
    expect(page.get_by_text("As last time.").first).to_be_visible()
    # One thing is different this year.
    page.get_by_role("textbox", name="How many people have access?", exact=True).fill("40")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Changed. Last time:")).to_be_visible()
    there = answers_of(made)
    assert (there["staff"].value, there["subcontracts"].value) == (40, "no")
