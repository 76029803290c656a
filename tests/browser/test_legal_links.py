"""The way from assessments, findings and decisions to the legal page, on a telephone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from tests.browser.conftest import assert_fits
from tests.browser.test_accounts_pages import sign_in
from tests.factories.assessments import make_assessment
from tests.factories.findings import make_finding
from tests.personas import Person

pytestmark = pytest.mark.browser


def test_the_pages_with_a_link_to_legal_fit_and_lead_there(
    narrow_page: Page, live_server: LiveServer, unit: BusinessUnit, legal: Person
) -> None:
    page = narrow_page
    assessment = make_assessment(unit)
    engagement = assessment.engagement
    finding = make_finding(unit, vendor=engagement.vendor, engagement=engagement)
    sign_in(page, legal, live_server)
    for name, pk in (
        ("assessments:assessment", assessment.pk),
        ("vendors:finding", finding.pk),
        ("scoring:decisions_of", engagement.pk),
        ("scoring:decide", engagement.pk),
    ):
        page.goto(reverse(name, args=[pk]))
        link = page.get_by_role("main").get_by_role("link", name="Legal", exact=True)
        expect(link).to_be_visible()
        assert_fits(page)
    link.click()
    expect(page).to_have_url(
        live_server.url + reverse("scoring:legal", args=[engagement.vendor_id])
    )
    assert_fits(page)
