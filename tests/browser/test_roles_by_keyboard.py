"""What legal and administrators do all day, with the keyboard alone: with scripts and without.

Procurement's day is in `test_first_vendor`.
"""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments, proof
from reports.models import Report
from reports.services import making
from scoring.services import exports
from tests.browser.conftest import OpenPage
from tests.browser.typing import Typist, Wanted
from tests.factories.accounts import PASSWORD
from tests.factories.assessments import answer_all, make_assessment, make_engagement
from tests.factories.evidence import make_evidence, upload
from tests.factories.scoring import catch_up
from tests.personas import Person, Program

pytestmark = pytest.mark.browser

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def handed_in(unit: BusinessUnit) -> Assessment:
    """Answers that wait for a reviewer, one of them with a document."""
    engagement = make_engagement(unit, vendor="Zhang Moulds")
    assessment = make_assessment(unit, engagement=engagement)
    answer_all(assessment)
    file = upload("clause.pdf")
    document = make_evidence(engagement.vendor, unit, title="The clause, signed", file=file)
    proof.attach(assessment=assessment, question_key="assigns", evidence=document, by=SYSTEM)
    assessments.submit(assessment=assessment, by=SYSTEM)
    catch_up()
    return assessment


def sign_in(page: Page, person: Person) -> Typist:
    """Sign in on the page that asks for it, and arrive at home."""
    page.goto("/")
    typist = Typist(page)
    typist.go("Sign in", {"login": person.user.email, "password": PASSWORD}, tag="button")
    return typist


@SCRIPTS
def test_legal_reviews_decides_keeps_a_view_and_orders_a_report(
    open_page: OpenPage, handed_in: Assessment, legal: Person, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    typist = sign_in(page, legal)
    expect(page.get_by_role("heading", name="What needs you today")).to_be_visible()
    typist.go("Zhang Moulds", tag="a")
    typist.go("Start the review", tag="button")
    typist.go("Review one by one", tag="a")
    judge_every_answer(typist, handed_in)
    typist.go("Sign off", tag="a")
    typist.go("Sign off", tag="button")
    expect(page.get_by_text("The assessment is signed off.")).to_be_visible()
    catch_up()

    typist.go("Zhang Moulds", tag="a")
    typist.go("Decide", tag="a")
    said = {"verdict": "approved", "reason": "The clause holds."}
    typist.go("Put the decision on record", said, tag="button")
    expect(page.get_by_text("The clause holds.").first).to_be_visible()

    typist.go("Dashboard", tag="a")
    typist.go("Show", {"tier": "High"}, tag="button")
    typist.go("Keep this view", tag="a")
    typist.go("Keep view", {"name": "High tier"}, tag="button")
    typist.press("Views", tag="summary")
    expect(page.get_by_role("link", name="High tier", exact=True)).to_be_visible()

    typist.go("Zhang Moulds", tag="a")
    typist.go("Make a report", tag="a")
    typist.go("Make the report", tag="button")
    expect(page.get_by_role("progressbar", name="Parts made")).to_be_visible()
    making.make(report_id=Report.objects.get().pk)
    if not scripts:
        typist.go("Load this page again", tag="a")
    expect(page.get_by_role("link", name="PDF")).to_be_visible()
    typist.reach("Download PDF", tag="a")


def judge_every_answer(typist: Typist, assessment: Assessment) -> None:
    """Query the first answer, look at what proves it, accept it after all, and all others."""
    page, total = typist.page, assessment.answers.count()
    count = page.locator(".one__count")
    typist.press("Query", {"note": "Which clause?"}, tag="button")
    expect(count).to_contain_text(f"1 of {total} answers reviewed")
    typist.go("Previous question", tag="a")
    typist.reach("The clause, signed", tag="a")
    with page.expect_download():
        page.keyboard.press("Enter")
    typist.press("Accept", tag="button")
    for number in range(1, total):
        expect(count).to_contain_text(f"{number} of {total} answers reviewed")
        expect(count).not_to_contain_text("queried")
        typist.press("Accept", tag="button")
    expect(page.get_by_text("Every answer is reviewed.")).to_be_visible()


@SCRIPTS
def test_administrators_connect_a_system_and_watch_what_it_takes(
    open_page: OpenPage, unit_admin: Person, unit: BusinessUnit, api_client: Program, scripts: bool
) -> None:
    exports.ask(
        what="vendors", file_format="csv", filters={}, unit_id=None, by=api_client.principal
    )
    page = open_page(java_script_enabled=scripts)
    typist = sign_in(page, unit_admin)
    typist.press("Settings", tag="summary")
    typist.go("API clients", tag="a")
    typist.go("Add an API client", tag="a")
    chosen: Wanted = {"name": "SAP PRD", "scopes": ["scores:read"], "units": [str(unit.pk)]}
    typist.go("Save", chosen, tag="button")
    typist.go("Create a key", tag="a")
    typist.go("Create", tag="button")
    expect(page.get_by_text(re.compile("srt_")).first).to_be_visible()
    if scripts:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        typist.press("Copy", tag="button")
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
    typist.go("I have copied it", tag="a")
    assert page.locator("code").filter(has_text=re.compile("srt_[A-Za-z0-9_]{20}")).count() == 0
    typist.go("Replace", tag="a")
    typist.go("Create", tag="button")
    typist.go("I have copied it", tag="a")
    expect(page.get_by_role("heading", name="Changing over")).to_be_visible()

    typist.press("Settings", tag="summary")
    typist.go("Webhooks", tag="a")
    expect(page.get_by_text("No system is told yet")).to_be_visible()
    typist.press("Settings", tag="summary")
    typist.go("Exports", tag="a")
    typist.go("Stop", tag="a")
    typist.go("Stop it", tag="button")
    expect(page.get_by_text("The export is ended")).to_be_visible()
