"""The tools of the browser tests must be able to fail, or the other tests prove nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.conftest import AxeCheck, Shoot

pytestmark = pytest.mark.browser


def test_text_is_visible_in_the_browser_that_npm_brings(wide_page: Page, shoot: Shoot) -> None:
    found = chromium.unpacked()
    kind = wide_page.context.browser
    assert kind is not None
    browser = kind.browser_type.launch(
        executable_path=str(found.program),
        env={**found.environment},
        args=["--no-sandbox", "--disable-gpu"],
    )
    page = browser.new_page(viewport={"width": 400, "height": 100})
    page.set_content("<h1>Surety</h1>")
    with_text = page.screenshot()
    page.set_content("<h1></h1>")
    without = page.screenshot()
    browser.close()
    assert with_text != without


def test_axe_finds_a_picture_without_a_text(
    wide_page: Page, assert_no_axe_violations: AxeCheck
) -> None:
    wide_page.goto("/accounts/login/")
    wide_page.evaluate("() => document.body.append(document.createElement('img'))")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_no_axe_violations(wide_page)


def test_the_health_check_answers_a_browser(browser_page: Page) -> None:
    browser_page.goto("/healthz")
    expect(browser_page.get_by_text("ok")).to_be_visible()
