"""The page that draws the description of the API: it works under our content security policy."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shoot

pytestmark = pytest.mark.django_db(transaction=True)

OPERATION = "#operations-Vendors-put_vendor_by_external_id"


def test_it_says_what_there_is_and_shows_what_to_send(browser_page: Page, shoot: Shoot) -> None:
    page = browser_page
    page.goto("/docs")
    expect(page.get_by_text("load them, read their rating")).to_be_visible()
    shoot(page, "api-docs")

    page.locator("#operations-tag-Vendors").click()
    page.locator(f"{OPERATION} .opblock-summary-control").click()

    expect(page.locator(f"{OPERATION} .opblock-section-request-body")).to_contain_text(
        "Aalto Precision Oy"
    )
    shoot(page, "api-docs-operation")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size is not None
    assert width <= page.viewport_size["width"]
