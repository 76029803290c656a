"""Deciding in a real browser: warned, with a condition that is followed up, wide and at 400 px."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from audit import clock
from scoring.models import Decision
from tests.browser.conftest import Look, OpenPage
from tests.browser.test_score_pages import sign_in
from tests.factories.scoring import scored
from tests.personas import Person
from vendors.models import Finding

pytestmark = pytest.mark.browser


def test_an_approval_before_the_score_is_final_asks_why_and_follows_its_condition_up(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person, look: Look
) -> None:
    engagement = scored(unit).engagement
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/engagements/{engagement.pk}/decide/")
    expect(page.get_by_text("Think twice before you approve.")).to_be_visible()
    page.get_by_label("Approved with conditions").check()
    page.get_by_label("Reason", exact=True).fill("We need the capacity.")
    page.get_by_label("Condition 1", exact=True).fill("Retrieve the moulds")
    day = clock.today() + timedelta(days=20)
    page.get_by_label("Due, condition 1").fill(day.isoformat())
    page.get_by_role("button", name="Put the decision on record").click()
    expect(page.get_by_text("Say why it is approved all the same.").first).to_be_visible()
    look(page, "decide-although-not-final")
    expect(page.get_by_label("Condition 1", exact=True)).to_have_value("Retrieve the moulds")
    page.get_by_label("Why it is approved all the same").fill("The audit is booked.")
    page.get_by_role("button", name="Put the decision on record").click()
    expect(page.get_by_text("The audit is booked.")).to_be_visible()
    expect(page.get_by_role("link", name="To the finding")).to_be_visible()
    look(page, "decision-with-conditions")
    assert Decision.objects.get().despite == "The audit is booked."
    assert Finding.objects.get().due_on == day
