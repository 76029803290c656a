"""The scoring method as a person at a browser meets it."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from scoring.models import CurrentScore, Run, RunPiece
from scoring.services import methodologies, runs
from tests.browser.conftest import Look, OpenPage
from tests.conftest import StartWorker
from tests.factories.assessments import small_questionnaire
from tests.factories.methods import go_through, make_draft, publish, published
from tests.factories.scoring import scored
from tests.personas import Person

pytestmark = pytest.mark.browser

#: Milliseconds until a background task has to have happened.
PATIENCE = 60_000


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
    page.get_by_role("navigation", name="Main").get_by_text("Settings").click()
    page.get_by_role("link", name="Scoring method").click()
    look(page, "methods-only-one")
    page.get_by_role("link", name="New draft").first.click()
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("heading", name="Edit Standard method 3")).to_be_visible()
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
    assert methodologies.published().version == "3"
    page.get_by_role("link", name="The method").click()
    look(page, "method-in-force")
    page.get_by_label("Compare with").select_option(label="Standard method 2 (Retired)")
    page.get_by_role("button", name="Show what differs").click()
    expect(page.get_by_role("row", name="Liabilities")).to_contain_text("110 (55%)")
    look(page, "method-compare")
    page.goto("/methods/")
    look(page, "methods")


@pytest.mark.worker
def test_a_preview_and_a_publication_run_before_ones_eyes(
    page: Page, start_worker: StartWorker, unit: BusinessUnit, look: Look
) -> None:
    questionnaire = small_questionnaire()
    for number in range(30):
        scored(unit, questionnaire, name=f"Vendor {number:02}", worst=number % 3 == 0)
    draft = make_draft(band_cuts=[1, 2, 3, 40], kappa=0.6)
    page.goto(f"/methods/{draft.pk}/preview/")
    page.get_by_role("button", name="Start the preview").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    cancel = page.get_by_role("link", name="Cancel the run")
    cancel.focus()
    # As it looks when a worker is half through.
    run = Run.objects.get()
    runs.cut(run.pk)
    RunPiece.objects.filter(run=run).update(done=12)
    expect(page.get_by_text("Assessments scored: 12 of 31")).to_be_visible()
    expect(page.locator("#work-said")).to_contain_text("30 percent done")
    expect(cancel).to_be_focused()
    look(page, "run-half-way")
    RunPiece.objects.filter(run=run).update(done=0)
    start_worker()
    expect(page.get_by_role("heading", name="From band to band")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#work-said")).to_contain_text("Done: 31 assessments scored")
    look(page, "run-preview-result")
    page.get_by_role("link", name="Vendors whose band would change").click()
    expect(page.get_by_role("row", name="Vendor 01")).to_contain_text("Band changed")
    look(page, "run-vendors")
    page.go_back()
    page.reload()
    page.get_by_role("link", name="Go on to publish").click()
    look(page, "method-publish-previewed")
    page.get_by_label("Reason").fill("Bands as the board reads them.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="From band to band")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Bands as the board reads them.")).to_be_visible()
    look(page, "run-published")
    assert set(CurrentScore.objects.values_list("model__methodology__version", flat=True)) == {"3"}
    page.get_by_role("link", name="All runs").click()
    look(page, "runs")


def test_a_run_can_be_cancelled_and_resumed(page: Page, broker: None, look: Look) -> None:
    run = published(make_draft(kappa=0.5))
    runs.cut(run.pk)
    page.goto(f"/methods/runs/{run.pk}/")
    page.get_by_role("link", name="Cancel the run").click()
    look(page, "run-cancel")
    page.get_by_role("button", name="Cancel the run").click()
    expect(page.get_by_text("0 of 1 assessments were scored, 1 were not.")).to_be_visible()
    look(page, "run-cancelled")
    page.get_by_role("link", name="Resume the run").click()
    page.get_by_role("button", name="Resume the run").click()
    go_through(run)
    expect(page.get_by_role("heading", name="From band to band")).to_be_visible()


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
    expect(plain.get_by_role("row", name="Liabilities 110")).to_contain_text("55%")
    plain.goto(f"/methods/{draft.pk}/edit/")
    expect(plain.locator("[data-share-text]").nth(2)).to_have_text("55%")
    plain.get_by_role("button", name="More questions").click()
    expect(plain.locator(".knock-out")).to_have_count(3)
    plain.goto("/methods/")
    expect(plain.get_by_role("row", name="Standard method 3")).to_contain_text("Draft")


def test_whoever_may_not_change_the_method_can_still_read_all_of_it(
    wide_page: Page, live_server: LiveServer, legal: Person, unit: BusinessUnit
) -> None:
    publish(make_draft(kappa=0.7))
    sign_in(wide_page, legal, live_server)
    wide_page.goto("/methods/")
    wide_page.get_by_role("link", name="Standard method 3").click()
    expect(wide_page.get_by_text("take away 70% of the inherent risk")).to_be_visible()
    expect(wide_page.get_by_role("link", name="New draft from this")).to_have_count(0)
