"""Review one by one: nothing is judged in another's name, lost or hidden on the way."""

import pytest
from playwright.sync_api import Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.permissions import Role
from assessments.selectors.assessments import answers_of
from assessments.services.overrides import override_answer
from tests.browser.conftest import OpenPage
from tests.browser.test_score_pages import sign_in
from tests.factories.accounts import make_user
from tests.factories.assessments import in_review
from tests.personas import Person

pytestmark = pytest.mark.browser


def test_what_is_pressed_on_ones_page_is_not_done_by_whoever_signed_in_since(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    bea = Person(make_user(Role.LEGAL, unit, name="Bea Second"))
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/assessments/{assessment.pk}/one-by-one/?q=staff")
    note = page.locator("textarea[name=note]")
    note.fill("Who counted?")
    # In another tab: a session of Bea's, and a new token for forms.
    sign_in(page, bea, live_server)
    page.context.add_cookies([{"name": "csrftoken", "value": "x" * 32, "url": live_server.url}])
    note.press("Control+Enter")
    expect(page.get_by_text("somebody else is signed in")).to_be_visible()
    expect(note).to_have_value("Who counted?")
    assert answers_of(assessment)["staff"].review == "open"
    # Nor is her page shown under the name of who was here before.
    page.locator("[data-go=on]").click()
    expect(page.get_by_text("somebody else is signed in")).to_be_visible()
    expect(page.locator("#q-staff")).to_have_count(1)
    sign_in(page, legal, live_server)
    note.press("Control+Enter")
    expect(page.locator("#q-staff")).to_have_count(0)
    assert answers_of(assessment)["staff"].reviewed_by == legal.user


def test_a_note_that_is_sent_while_the_next_answer_is_on_its_way_is_still_there(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/assessments/{assessment.pk}/one-by-one/?q=staff")
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/one-by-one/?q=*", hold, times=1)
    note = page.locator("textarea[name=note]")
    note.fill("Who counted?")
    with page.expect_request("**/one-by-one/?q=*"):
        page.locator("[data-go=on]").click()
    note.press("Control+Enter")
    expect(page.locator("form[data-sent], .is-busy")).to_have_count(0)
    waiting[0].continue_()
    expect(page.locator("#q-staff")).to_have_count(0)
    assert answers_of(assessment)["staff"].review == "open"
    page.locator("[data-go=back]").click()
    expect(note).to_have_value("Who counted?")


def test_what_was_done_is_said_and_times_stay_the_readers_from_answer_to_answer(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    override_answer(
        assessment=assessment,
        question_key="staff",
        value="5",
        reason="Counted",
        by=legal.principal,
    )
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/assessments/{assessment.pk}/one-by-one/?q=staff")
    page.get_by_role("button", name="Undo the override").click()
    expect(page.get_by_text("The override is undone.")).to_be_visible()
    expect(page.locator("#one time").first).to_be_visible()
    expect(page.locator("#one time[data-local]")).to_have_count(0)
    page.locator("[data-go=on]").click()
    expect(page.locator("#q-staff")).to_have_count(0)
    expect(page.get_by_text("The override is undone.")).to_have_count(0)
    expect(page.locator("#one time").first).to_be_visible()
    expect(page.locator("#one time[data-local]")).to_have_count(0)
