"""An author's story: a draft from a copy, changed, checked, previewed, published, moved to."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from assessments.models import Assessment, Questionnaire
from tests.browser.conftest import Look
from tests.browser.test_score_pages import sign_in
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire
from tests.personas import Person

pytestmark = pytest.mark.browser


def test_a_draft_is_copied_changed_checked_previewed_published_compared_and_moved_to(
    wide_page: Page, live_server: LiveServer, admin: Person, unit: BusinessUnit, look: Look
) -> None:
    page = wide_page
    sign_in(page, admin, live_server)
    assessment = make_assessment(unit)
    answer_all(assessment)
    page.goto(f"/questionnaires/{small_questionnaire().pk}/")
    page.get_by_role("link", name="New draft from this").click()
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_text("Ready to publish")).to_be_visible()
    look(page, "authoring-draft")

    # A new question with answers in the wrong order, and one risk forgotten.
    page.get_by_role("link", name="Add a question Keep secrets secret").click()
    page.get_by_label("Question").fill("Who may enter the tool shop?")
    look(page, "authoring-add")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Why we ask").fill("Moulds are easily copied.")
    page.get_by_label("What is good evidence").fill("The list of keys.")
    page.get_by_role("textbox", name="Answer 1", exact=True).fill("Anybody")
    page.get_by_role("textbox", name="Answer 2", exact=True).fill("Named people only")
    page.get_by_label("Answer 2: risk").fill("0")
    page.get_by_label("Weight", exact=True).fill("3")
    expect(page.locator("[data-share-text]")).to_have_text("42.9%")
    page.get_by_role("button", name="Answer 2 up").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Answer 1", exact=True)).to_have_value(
        "Named people only"
    )
    expect(page.get_by_role("button", name="Answer 1 down")).to_be_focused()
    look(page, "authoring-question")
    page.get_by_role("button", name="Save", exact=True).last.click()

    # The check leads to the field; put right, it has nothing against publishing.
    page.get_by_role("link", name="1 problem").click()
    expect(page.get_by_text("Answer 2, Risk: is missing")).to_be_visible()
    look(page, "authoring-check")
    page.get_by_role("link", name="Who may enter the tool shop?").click()
    page.get_by_label("Answer 2: risk").fill("0.8")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Ready to publish")).to_be_visible()

    # Another kind of answer, after its losses were read.
    page.get_by_text("More staff").click()
    page.get_by_role("link", name="Answer in another way staff").click()
    page.get_by_label("One answer of several").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is lost by it:")).to_be_visible()
    look(page, "authoring-kind")
    page.get_by_role("link", name="Cancel").click()

    # Weights side by side; their shares follow.
    page.get_by_role("link", name="Weights of the questions Keep secrets secret").click()
    page.get_by_label("Which measures are in place?").fill("5")
    look(page, "authoring-weights")
    page.get_by_role("button", name="Save").click()

    # Seen as the vendor, with a gate that opens; and as a reviewer.
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("link", name="Keep secrets secret").click()
    expect(page.locator("[data-asked=bound]")).to_be_hidden()
    page.locator("[data-asked=subcontracts]").get_by_label("Yes").check()
    expect(page.locator("[data-asked=bound]")).to_be_visible()
    look(page, "authoring-preview-vendor")
    page.get_by_label("Seen by").select_option(label="A reviewer")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Asked only after:").first).to_be_visible()
    look(page, "authoring-preview-reviewer")

    page.get_by_role("link", name="Back to the questionnaire").click()
    page.get_by_role("link", name="Publish").click()
    page.get_by_label("What is new, and why").fill("Who may enter is asked.")
    look(page, "authoring-publish")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is published.")).to_be_visible()
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_text("Who may enter the tool shop?")).to_be_visible()
    look(page, "authoring-compare")

    # The open assessment says that there is a newer version, and goes over to it.
    page.goto(f"/assessments/{assessment.pk}/")
    look(page, "authoring-newer")
    page.get_by_role("link", name="See what moving it over would change").click()
    expect(page.get_by_text("Who may enter the tool shop?")).to_be_visible()
    look(page, "authoring-move")
    page.get_by_role("button", name="Move over").click()
    expect(page.get_by_text("Moved over to version 2.")).to_be_visible()
    target = Questionnaire.objects.get(key="small", version="2")
    assert Assessment.objects.get(pk=assessment.pk).questionnaire == target
    page.goto("/questionnaires/")
    look(page, "authoring-list")


def test_answers_change_places_without_a_script_too(
    open_page: object, live_server: LiveServer, admin: Person
) -> None:
    assert callable(open_page)
    page: Page = open_page(java_script_enabled=False)
    sign_in(page, admin, live_server)
    page.goto(f"/questionnaires/{small_questionnaire().pk}/copy/")
    page.get_by_role("button", name="Make a draft").click()
    page.get_by_role("link", name="How fast are inventions disclosed?").click()
    page.get_by_role("button", name="Answer 1 down").click()
    first = page.get_by_role("textbox", name="Answer 1", exact=True)
    expect(first).to_have_value("Once a year")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("link", name="How fast are inventions disclosed?").click()
    expect(first).to_have_value("Once a year")
