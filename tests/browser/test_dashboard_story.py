"""Legal at the dashboard: from a filter over a kept view to what a score is made of."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.services import proof
from tests.browser.conftest import Look, OpenPage
from tests.browser.test_score_pages import sign_in
from tests.factories.assessments import small_questionnaire
from tests.factories.contracts import make_contract, make_policy
from tests.factories.evidence import make_evidence
from tests.factories.findings import make_finding
from tests.factories.scoring import catch_up, scored
from tests.factories.subcontracts import make_company, make_subcontract
from tests.personas import Person
from vendors.models import Engagement, Vendor

pytestmark = pytest.mark.browser


@pytest.fixture
def portfolio(unit: BusinessUnit) -> None:
    """A blocked vendor with contracts, policies, findings and a subcontractor, and a good one."""
    questionnaire = small_questionnaire()
    scored(unit, questionnaire, name="Aalto Oy", country="FI")
    bad = scored(unit, questionnaire, name="Zhang Moulds", country="CN", worst=True)
    vendor = Vendor.objects.get(pk=bad.vendor_id)
    make_contract(Engagement.objects.get(pk=bad.engagement_id))
    make_policy(vendor, expires_on="2027-01-31")
    make_finding(unit, vendor=vendor)
    document = make_evidence(vendor, unit, title="Ring binder of inventions")
    proof.attach(assessment=bad, question_key="discloses", evidence=document, by=SYSTEM)
    make_subcontract(vendor, make_company(vendor, "Shared Plating"))
    catch_up()


@pytest.mark.usefixtures("portfolio")
def test_legal_narrows_down_keeps_a_view_and_reaches_what_a_score_is_made_of(
    wide_page: Page, live_server: LiveServer, legal: Person, look: Look
) -> None:
    page = wide_page
    sign_in(page, legal, live_server)
    page.goto(reverse("scoring:dashboard"))
    page.get_by_label("Tier", exact=True).select_option("high")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#bands svg")).to_be_visible()
    look(page, "dashboard-narrowed")
    page.get_by_role("link", name="Keep this view").click()
    page.get_by_label("Name of the view").fill("Tier 2")
    page.get_by_label("Share it with everybody in").check()
    look(page, "dashboard-keep-view")
    page.get_by_role("button", name="Keep view").click()
    page.locator("summary").filter(has_text="Views").click()
    expect(page.get_by_role("link", name="Tier 2", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    # A cell of the heat map leads to the vendors that it counts.
    page.locator(".heat__cell a").first.click()
    expect(page.locator("tbody tr")).to_have_count(2)
    look(page, "vendor-list-of-a-cell")
    page.go_back()
    # By keyboard: the vendor, then the document behind a point of its score.
    follow(page, page.get_by_role("link", name="Zhang Moulds").last)
    expect(page.get_by_role("heading", name="What adds most to the risk")).to_be_visible()
    follow(page, page.locator("#made-of").get_by_role("link", name="Ring binder of inventions"))
    expect(page.get_by_role("heading", name="Ring binder of inventions")).to_be_visible()


def follow(page: Page, link: Locator) -> None:
    """Press Tab until the link has the focus, then Enter."""
    wanted = link.element_handle()
    for _press in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement === one", wanted):
            page.keyboard.press("Enter")
            return
    pytest.fail("Tab never comes to the link.")


@pytest.mark.usefixtures("portfolio")
def test_every_page_of_the_dashboard_can_be_read_wide_narrow_and_without_scripts(
    wide_page: Page, open_page: OpenPage, live_server: LiveServer, legal: Person, look: Look
) -> None:
    sign_in(wide_page, legal, live_server)
    plain = open_page(java_script_enabled=False)
    sign_in(plain, legal, live_server)
    for name, chart, heading in (
        ("dashboard", "#bands", "Dimension by tier"),
        ("movement", "#trend", "Movers"),
        ("concentration", "", "Shared subcontractors"),
        ("horizon", "#horizon", "Open findings by age"),
    ):
        wide_page.goto(reverse(f"scoring:{name}"))
        if chart:
            expect(wide_page.locator(f"{chart} svg")).to_be_visible()
        look(wide_page, f"dashboard-{name}")
        plain.goto(reverse(f"scoring:{name}"))
        expect(plain.get_by_role("heading", name=heading)).to_be_visible()
    plain.goto(reverse("scoring:dashboard"))
    plain.get_by_label("Country", exact=True).select_option("FI")
    plain.get_by_role("button", name="Show").click()
    expect(plain.get_by_role("link", name="Aalto Oy")).to_be_visible()
    expect(plain.get_by_role("link", name="Zhang Moulds")).to_have_count(0)
