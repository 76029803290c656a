"""From an empty house to a scored vendor, as two people at two browsers and a program do it.

A real worker scores in the background; nobody in this file asks for a score.
"""

import re
from decimal import ROUND_FLOOR, Decimal

import pytest
from playwright.sync_api import Page, Playwright, expect
from pytest_django.live_server_helper import LiveServer

from assessments.selectors.assessments import schema_of_version
from assessments.services.questionnaires import builtin
from tests.browser.answering import answer_section
from tests.browser.conftest import Look, OpenPage
from tests.factories.accounts import PASSWORD
from tests.personas import Person, Program
from tests.workers import Worker
from vendors.intake import intake

pytestmark = [pytest.mark.browser, pytest.mark.worker]

VENDOR = "Lumen Translations"
#: What the buyer says about translated manuals: little is entrusted, and others could take over.
LITTLE_AT_STAKE = {
    "ip_entrusted": "copyright_works",
    "harm_if_lost": "minor",
    "access_depth": "parts",
    "enforceability": "home",
    "annual_spend": "under_50k",
    "substitutability": "at_once",
    "subcontracting": "none",
    "volume_control": "we_control",
    "system_connection": "none",
}
#: Milliseconds until a background task has to have happened. It takes a fraction of a second.
PATIENCE = 30_000


def test_a_vendor_is_added_assessed_scored_signed_off_and_read_by_a_program(
    open_page: OpenPage,
    live_server: LiveServer,
    playwright: Playwright,
    celery_worker_process: Worker,
    procurement: Person,
    legal: Person,
    api_client: Program,
    look: Look,
) -> None:
    questionnaire = schema_of_version(builtin())

    page = open_page()
    sign_in(page, procurement)
    expect(page.get_by_role("heading", name="To the first score")).to_be_visible()
    look(page, "pipe-1-empty-house")

    page.get_by_role("link", name="Add a vendor").click()
    page.get_by_label("Name").fill(VENDOR)
    page.get_by_label("Country").select_option("DE")
    look(page, "pipe-2-add-a-vendor")
    page.get_by_role("button", name="Add vendor").click()
    expect(page.get_by_role("heading", name=VENDOR)).to_be_visible()
    look(page, "pipe-3-vendor")

    page.get_by_role("link", name="Add engagement").first.click()
    page.get_by_label("Title").fill("Manuals for the X200")
    page.get_by_label("Kind of service").select_option("professional_services")
    page.get_by_label("Place 1").select_option("DE")
    tell_what_is_at_stake(page)
    look(page, "pipe-4-engagement")
    page.get_by_role("button", name="Add engagement").click()
    expect(page.get_by_text("Saved. Inherent risk is")).to_be_visible()
    look(page, "pipe-5-engaged")
    assert tile(page, live_server, "Not rated") == "1"

    page.get_by_role("link", name="Open an assessment", exact=True).click()
    look(page, "pipe-6-open")
    page.get_by_role("button", name="Open the assessment").click()
    expect(page.get_by_text("Not started").first).to_be_visible()
    look(page, "pipe-7-task-list")
    assessment = page.url.rstrip("/").rpartition("/")[2]

    page.get_by_role("link", name="Start", exact=True).click()
    expect(page).to_have_url(re.compile("/sections/"))
    sections = 0
    while "/sections/" in (here := page.url):
        sections += 1
        answer_section(page, questionnaire)
        expect(page.get_by_text(re.compile(r"^Saved \d\d:\d\d$"))).to_be_visible()
        if sections == 1:
            look(page, "pipe-8-section")
        page.get_by_role("button", name="Save and continue").click()
        expect(page).not_to_have_url(here)
    assert sections > 1

    page.get_by_role("link", name="Check and submit").click()
    expect(page.get_by_text("Every question is answered.")).to_be_visible()
    look(page, "pipe-9-check")
    page.get_by_role("link", name="Submit", exact=True).click()
    look(page, "pipe-10-submit")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("answers about Lumen Translations have been submitted")).to_be_visible()
    look(page, "pipe-11-receipt")

    page.get_by_role("link", name="See the score").click()
    expect(page.get_by_role("heading", name="Part by part")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Being calculated")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_role("heading", name="What would make it final")).to_be_visible()
    before = figure(page)
    look(page, "pipe-12-scorecard")
    assert tile(page, live_server, "Provisional") == "1"
    assert tile(page, live_server, "Not rated") == "0"

    reader = open_page()
    sign_in(reader, legal)
    reader.get_by_role("link", name=VENDOR).first.click()
    reader.get_by_role("button", name="Start the review").click()
    look(reader, "pipe-13-review")
    review_everything(reader)
    reader.get_by_role("link", name="Sign off").click()
    look(reader, "pipe-14-sign-off")
    reader.get_by_role("button", name="Sign off").click()
    expect(reader.get_by_text("The assessment is signed off.")).to_be_visible()

    reader.get_by_role("link", name="Scorecard").click()
    expect(reader.get_by_text("Being calculated")).to_have_count(0, timeout=PATIENCE)
    expect(reader.get_by_role("heading", name="What would make it final")).to_have_count(0)
    after = figure(reader)
    assert after < before
    look(reader, "pipe-15-final-score")

    assert tile(reader, live_server, "Final ratings") == "1"
    assert tile(reader, live_server, "Provisional") == "0"
    reader.goto("/")
    band = reader.get_by_role("figure", name="Vendors by band", exact=True)
    band.get_by_text("Show as a table").click()
    expect(band.get_by_role("row").filter(has_text="Low").first).to_contain_text("1")
    look(reader, "pipe-16-dashboard")

    erp = playwright.request.new_context(
        base_url=live_server.url, extra_http_headers=api_client.headers
    )
    [vendor] = erp.get("/api/v1/vendors").json()["items"]
    said = erp.get(f"/api/v1/vendors/{vendor['id']}/score").json()
    assert said["status"] == "final"
    assert said["rating"]["assessment_id"] == assessment
    assert Decimal(said["score"]).quantize(Decimal("0.1"), rounding=ROUND_FLOOR) == after
    latest = erp.get(f"/api/v1/scores?assessment_id={assessment}").json()["items"][-1]
    assert latest["score"] == said["score"]
    parts = erp.get(f"/api/v1/scores/{latest['id']}/contributions").json()["parts"]
    assert sum(Decimal(part["points"]) for part in parts) == Decimal(said["score"])
    erp.dispose()


def sign_in(page: Page, person: Person) -> None:
    """As a person does it, with a password."""
    page.goto("/")
    page.get_by_label("E-mail").fill(person.user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_have_count(0)


def tell_what_is_at_stake(page: Page) -> None:
    """The intake, answered in the words of its form."""
    for question in intake().questions:
        chosen = next(one for one in question.options if one.key == LITTLE_AT_STAKE[question.key])
        group = page.get_by_role("group", name=question.text.text_for("en"))
        group.get_by_label(chosen.label.text_for("en"), exact=True).check()


def review_everything(page: Page) -> None:
    """Accept every answer as independently checked."""
    address = page.url.partition("?")[0]
    page.goto(f"{address}?show=open")
    for _answer in range(30):
        items = page.locator("article.question")
        left = items.count()
        if left == 0:
            return
        first = items.first
        evidence = first.get_by_role("group", name="How well is it proved?")
        if evidence.count():
            evidence.get_by_role("radio").last.check()
        first.get_by_role("button", name="Accept").click()
        expect(items).to_have_count(left - 1)
    pytest.fail("There is no end to the answers to review.")


def tile(page: Page, live_server: LiveServer, label: str) -> str:
    """What a tile of the dashboard says now."""
    other = page.context.new_page()
    other.goto(f"{live_server.url}/dashboard/")
    named = other.locator(".tile__label").get_by_text(label, exact=True)
    said = other.locator(".tile").filter(has=named)
    value = said.locator(".tile__value").inner_text().strip()
    other.close()
    return value


def figure(page: Page) -> Decimal:
    """The points of the scorecard, as they are shown: cut, so that 19.96 is still below 20."""
    return Decimal(page.locator(".score__number").first.inner_text().strip())
