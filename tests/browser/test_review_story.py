"""A whole review by keyboard: many answers accepted, three sent back, then signed off."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from assessments.models import Answer
from assessments.selectors.assessments import answers_of, schema_of
from assessments.services import assessments, review
from assessments.services.questionnaires import builtin
from tests.browser.conftest import Look, OpenPage
from tests.browser.test_score_pages import sign_in
from tests.factories.accounts import make_user
from tests.factories.assessments import answer_all, in_review, make_assessment, make_engagement
from tests.personas import Person

pytestmark = pytest.mark.browser


def press_until_moved(page: Page, key: str) -> None:
    """Press a key, and wait until another answer is at hand."""
    before = page.locator("[data-at-hand]").get_attribute("id")
    page.keyboard.press(key)
    expect(page.locator("[data-at-hand]")).not_to_have_attribute("id", before or "")


def test_legal_reviews_80_answers_by_keyboard_sends_back_three_and_a_second_person_approves(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    procurement: Person,
    legal: Person,
    look: Look,
) -> None:
    engagement = make_engagement(unit, tier="critical", vendor="Nordhang Tools")
    assessment = make_assessment(unit, engagement=engagement, questionnaire=builtin())
    answer_all(assessment)
    assessments.submit(assessment=assessment, by=SYSTEM)
    total = len(answers_of(assessment))
    assert total >= 80

    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/assessments/{assessment.pk}/")
    page.get_by_role("button", name="Start the review").click()
    page.get_by_role("link", name="Review one by one").click()
    expect(page.get_by_text(f"0 of {total} answers reviewed")).to_be_visible()
    look(page, "review-one-by-one")

    # Three are queried in words, all others accepted; no hand leaves the keyboard.
    queried = []
    for number in range(total):
        key = (page.locator("[data-at-hand]").get_attribute("id") or "").removeprefix("q-")
        last = number == total - 1
        if number in {3, 20, 41}:
            queried.append(key)
            page.keyboard.press("q")
            expect(page.locator("textarea[name=note]")).to_be_focused()
            page.keyboard.type("Which document says so? jakq")
            press_until_moved(page, "Control+Enter")
        elif last:
            page.keyboard.press("a")
        else:
            press_until_moved(page, "a")
    expect(page.get_by_text("Every answer is reviewed; 3 are queried.")).to_be_visible()
    stored = answers_of(assessment)
    assert {key for key, row in stored.items() if row.review == "queried"} == set(queried)
    assert {row.review_note for row in stored.values() if row.review == "queried"} == {
        "Which document says so? jakq"
    }

    page.get_by_role("link", name="Send back what is queried").click()
    page.get_by_label("What has to be done").fill("Three answers need a document.")
    look(page, "send-back")
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_text("The answers have been sent back.")).to_be_visible()
    assessment.refresh_from_db()
    assert assessment.rework == [key for key in assessment.questions if key in queried]

    # Procurement answers the three again, at another browser.
    filler = open_page()
    sign_in(filler, procurement, live_server)
    for key in queried:
        section = schema_of(assessment).by_key[key].section
        filler.goto(f"/assessments/{assessment.pk}/sections/{section}/")
        filler.locator(f"[data-question='{key}']").get_by_label("Don't know").check()
        expect(filler.locator("[data-save-state]")).to_have_attribute("data-save-state", "saved")
    filler.goto(f"/assessments/{assessment.pk}/check/")
    filler.get_by_role("link", name="Submit", exact=True).click()
    filler.get_by_role("button", name="Submit", exact=True).click()
    expect(filler.get_by_text("have been submitted")).to_be_visible()
    assert Answer.objects.filter(assessment=assessment, review="accepted").count() >= total - 3

    page.goto(f"/assessments/{assessment.pk}/")
    page.get_by_role("button", name="Start the review").click()
    page.get_by_role("link", name="Changed since last time").click()
    look(page, "review-changed")
    page.goto(f"/assessments/{assessment.pk}/one-by-one/?q={queried[0]}")
    left = Answer.objects.filter(assessment=assessment, review="open").exclude(state=0).count()
    for number in range(left):
        if number == left - 1:
            page.keyboard.press("a")
        else:
            press_until_moved(page, "a")
    expect(page.get_by_text("Every answer is reviewed.")).to_be_visible()
    # A second reviewer approves it.
    second = Person(make_user(Role.LEGAL, unit, name="Lea Second"))
    approver = open_page()
    sign_in(approver, second, live_server)
    approver.goto(f"/assessments/{assessment.pk}/one-by-one/")
    approver.locator("#one").get_by_role("link", name="Sign off").click()
    look(approver, "sign-off")
    approver.get_by_role("button", name="Sign off").click()
    expect(approver.get_by_text("The assessment is signed off.")).to_be_visible()
    assessment.refresh_from_db()
    assert (assessment.status, assessment.signed_off_by) == ("approved", second.user)
    assert assessment.reviewer == legal.user


def test_override_level_help_and_fields_by_key(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person, look: Look
) -> None:
    assessment = in_review(unit)
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/assessments/{assessment.pk}/one-by-one/?q=assigns")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    look(page, "review-keys")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("e")
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=evidence][value='1']")).to_be_checked()
    page.keyboard.press("o")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Why (internal)").fill("Clause 9 is void.")
    look(page, "review-override")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-at-hand]")).to_have_id("q-discloses")
    press_until_moved(page, "p")
    press_until_moved(page, "n")
    page.goto(f"/assessments/{assessment.pk}/one-by-one/?q=assigns")
    expect(page.get_by_text("Overridden in review:")).to_be_visible()
    look(page, "review-overridden")
    page.get_by_role("button", name="Undo the override").click()
    expect(page.get_by_text("Overridden in review:")).to_have_count(0)


def test_a_lost_connection_loses_nothing_that_is_typed(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/assessments/{assessment.pk}/one-by-one/?q=staff")
    page.keyboard.press("q")
    page.keyboard.type("Who counted?")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("the connection is lost")).to_be_visible()
    expect(page.locator("textarea[name=note]")).to_have_value("Who counted?")
    page.context.set_offline(False)
    page.locator("textarea[name=note]").press("Control+Enter")
    expect(page.locator("#q-staff")).to_have_count(0)
    assert answers_of(assessment)["staff"].review_note == "Who counted?"


def test_notes_outlive_going_on_and_the_end_of_a_session(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person
) -> None:
    assessment = in_review(unit)
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/assessments/{assessment.pk}/one-by-one/?q=staff")
    note = page.locator("textarea[name=note]")
    note.fill("Who counted?")
    page.get_by_text("Override this answer").click()
    page.get_by_label("Why (internal)").fill("I counted")
    page.locator("[data-go=on]").click()
    expect(page.locator("#q-staff")).to_have_count(0)
    page.locator("[data-go=back]").click()
    expect(note).to_have_value("Who counted?")
    expect(page.get_by_label("Why (internal)")).to_have_value("I counted")
    [session] = [one["value"] for one in page.context.cookies() if one["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")
    note.press("Control+Enter")
    expect(page.get_by_text("or you are signed out")).to_be_visible()
    expect(note).to_have_value("Who counted?")
    # Signed in beside this page: a new session, and a new token for forms.
    for name, value in (("sessionid", session), ("csrftoken", "x" * 32)):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    note.press("Control+Enter")
    expect(page.locator("#q-staff")).to_have_count(0)
    assert answers_of(assessment)["staff"].review_note == "Who counted?"
    # In the list, sending one answer leaves the notes of the others.
    page.goto(f"/assessments/{assessment.pk}/review/?section=secrets")
    page.locator("#n-remarks").fill("Kept")
    page.locator("#q-staff button[value=accept]").click()
    expect(page.locator("#n-remarks")).to_have_value("Kept")


def test_two_reviewers_at_once_see_both_verdicts(
    open_page: OpenPage, live_server: LiveServer, unit: BusinessUnit, legal: Person, look: Look
) -> None:
    assessment = in_review(unit)
    page = open_page()
    sign_in(page, legal, live_server)
    page.goto(f"/assessments/{assessment.pk}/one-by-one/?q=staff")
    review.review_answer(
        assessment=assessment,
        question_key="staff",
        verdict="queried",
        note="Who counted?",
        by=legal.principal,
    )
    page.keyboard.press("a")
    expect(page.get_by_text("Somebody else judged the same answer")).to_be_visible()
    expect(page.get_by_role("alert").get_by_text("Who counted?")).to_be_visible()
    look(page, "review-conflict")
    page.locator("[data-at-hand]").focus()
    page.keyboard.press("a")
    expect(page.locator("#q-staff")).to_have_count(0)
    assert answers_of(assessment)["staff"].review == "accepted"
