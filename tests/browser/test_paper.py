"""What a page says is on its printed sheet, and what can only be pressed is not."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from scoring.services.decisions import Condition
from tests.browser.conftest import OpenPage, Shoot, assert_fits
from tests.browser.test_score_pages import sign_in
from tests.factories.contracts import make_contract
from tests.factories.decisions import make_decision
from tests.factories.scoring import catch_up, scored
from tests.factories.statements import make_statement
from tests.personas import Person
from tests.reports.making import report_on
from vendors.services import clauses, holds, limits

pytestmark = pytest.mark.browser


@pytest.fixture
def sheet(open_page: OpenPage, live_server: LiveServer, legal: Person) -> Page:
    """A page as wide as a sheet of A4 between its margins, as it is printed."""
    page = open_page(width=718, height=1000)
    sign_in(page, legal, live_server)
    page.emulate_media(media="print")
    return page


@pytest.fixture
def kept(unit: BusinessUnit, legal: Person) -> Assessment:
    """A vendor under a hold, its engagement limited and approved with a condition."""
    assessment = scored(unit)
    engagement = assessment.engagement
    make_decision(
        engagement,
        "approved_with_conditions",
        conditions=[Condition(text="Retrieve the moulds", due_on=date(2099, 5, 1), finding=True)],
    )
    make_statement(assessment.vendor, 2025, source="audited")
    limits.limit(engagement=engagement, users={legal.user.pk}, clients=set(), by=legal.principal)
    holds.place(vendor=assessment.vendor, unit=unit, reason="Claim", by=SYSTEM)
    return assessment


def test_words_beside_what_can_be_pressed_are_printed(
    sheet: Page, kept: Assessment, legal: Person, shoot: Shoot
) -> None:
    for name, path, words in (
        ("vendor", f"/vendors/{kept.vendor_id}/", ["Legal hold", "Limited to named people"]),
        (
            "decisions",
            f"/engagements/{kept.engagement_id}/decisions/",
            ["by 1 May 2099", "Open"],
        ),
        ("finances", f"/vendors/{kept.vendor_id}/finances/", ["Counts in full until"]),
        ("report", f"/reports/{report_on(kept.vendor, legal).pk}/", ["PDF", "Excel"]),
    ):
        sheet.goto(path)
        for said in words:
            expect(sheet.locator("main").get_by_text(said).first, said).to_be_visible()
        expect(sheet.locator("main :is(.btn, button):visible")).to_have_count(0)
        assert_fits(sheet)
        shoot(sheet, f"paper-{name}")


def test_how_much_of_a_questionnaire_is_answered_is_printed(
    sheet: Page, live_server: LiveServer, unit: BusinessUnit, procurement: Person
) -> None:
    sign_in(sheet, procurement, live_server)
    sheet.goto(f"/assessments/{scored(unit).pk}/check/")
    expect(sheet.get_by_text("Every question is answered.")).to_be_visible()
    expect(sheet.locator("main :is(.btn, .row-actions):visible")).to_have_count(0)
    assert_fits(sheet)


def test_a_checklist_of_clauses_is_printed_with_how_each_is_settled(
    sheet: Page, unit: BusinessUnit, legal: Person, shoot: Shoot
) -> None:
    contract = make_contract(scored(unit).engagement)
    values = {"status": "weak", "extract": "Once a year, on notice.", "note": "Ask for more"}
    clauses.judge(contract=contract, key="audit", version=0, values=values, by=legal.principal)
    sheet.goto(f"/contracts/{contract.pk}/clauses/")
    point = sheet.get_by_role("article", name="Right to audit")
    for said in ("Weak", "Once a year, on notice.", "Ask for more"):
        expect(point.get_by_text(said, exact=True).locator("visible=true")).to_be_visible()
    other = sheet.get_by_role("article", name="Ownership of results")
    expect(other.get_by_text("Nobody has looked at this point yet.")).to_be_visible()
    shoot(sheet, "paper-clauses")
    sheet.emulate_media(media="screen")
    expect(point.locator(".print-only")).to_be_hidden()
    expect(other.locator(".print-only")).to_be_hidden()


def test_the_heat_map_says_each_band_in_words_on_paper_and_in_a_narrow_window(
    sheet: Page, unit: BusinessUnit
) -> None:
    scored(unit, worst=True)
    catch_up()
    sheet.goto("/dashboard/")
    cell = sheet.locator(".heat__cell a").first
    for width in (718, 400):
        sheet.set_viewport_size({"width": width, "height": 1000})
        expect(cell.locator(".heat__note")).to_have_text(re.compile("Low|Moderate|High|Critical"))
        expect(cell.locator(".heat__note")).to_be_visible()
        assert_fits(sheet)
        sheet.locator("figure:has(.heat)").screenshot(path=f"build/screenshots/heat-{width}.png")
        sheet.emulate_media(media="screen")
