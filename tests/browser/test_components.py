"""The components in a real browser: colours, drawings, keyboard, paper, life without scripts."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import AxeCheck, OpenPage, Shoot
from tests.personas import Person

pytestmark = pytest.mark.browser

Visit = Callable[[Page], None]


@pytest.fixture
def visit(live_server: LiveServer, admin: Person) -> Visit:
    """Open the gallery signed in."""
    cookie = admin.browser.cookies[settings.SESSION_COOKIE_NAME].value

    def open_(page: Page) -> None:
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto("/gallery/?band=high&sort=name")

    return open_


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("light", 400), ("dark", 1280), ("dark", 400)]
)
def test_the_components_are_accessible_and_fit(
    scheme: str,
    width: int,
    open_page: OpenPage,
    visit: Visit,
    shoot: Shoot,
    assert_no_axe_violations: AxeCheck,
) -> None:
    page = open_page(width=width, color_scheme=scheme)
    visit(page)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    expect(page.locator("#sample-waterfall svg")).to_be_visible()
    assert_no_axe_violations(page)
    shoot(page, f"gallery-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_chart_is_drawn_and_has_its_table(wide_page: Page, visit: Visit) -> None:
    visit(wide_page)
    for name in ("bars", "trend", "waterfall", "dots"):
        panel = wide_page.locator(f"figure:has(#sample-{name})")
        expect(panel.locator(".chart svg path").first).to_be_attached()
        expect(panel.get_by_role("table")).to_be_hidden()
        panel.get_by_text("Show as a table").click()
        expect(panel.get_by_role("table")).to_be_visible()


def test_a_chosen_appearance_is_there_from_the_first_paint_of_the_next_page(
    wide_page: Page, visit: Visit
) -> None:
    visit(wide_page)
    wide_page.get_by_text("Ada Admin").first.click()
    wide_page.get_by_role("button", name="Dark").click()
    expect(wide_page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    wide_page.goto("/gallery/", wait_until="commit")
    expect(wide_page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(wide_page.get_by_role("button", name="Dark", include_hidden=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_menu_closes_on_escape_and_gives_the_focus_back(wide_page: Page, visit: Visit) -> None:
    visit(wide_page)
    summary = wide_page.locator(".site-header__tools summary")
    summary.focus()
    wide_page.keyboard.press("Enter")
    expect(wide_page.get_by_role("button", name="Sign out")).to_be_visible()
    wide_page.keyboard.press("Tab")
    wide_page.keyboard.press("Escape")
    expect(wide_page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_first_key_leads_past_the_navigation(wide_page: Page, visit: Visit) -> None:
    visit(wide_page)
    wide_page.keyboard.press("Tab")
    skip = wide_page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    wide_page.keyboard.press("Enter")
    expect(wide_page.locator("main")).to_be_focused()


def test_the_error_summary_has_the_focus_and_leads_to_the_field(
    browser_page: Page, visit: Visit, assert_no_axe_violations: AxeCheck
) -> None:
    visit(browser_page)
    browser_page.locator("#forms").get_by_role("button", name="Save").click()
    summary = browser_page.get_by_role("alert").filter(has_text="There are 5 problems")
    expect(summary).to_be_focused()
    expect(browser_page).to_have_title("Error: Components \N{EN DASH} Surety")
    assert_no_axe_violations(browser_page)
    summary.get_by_role("link", name="Registered name").click()
    expect(browser_page.get_by_label("Registered name")).to_be_focused()


def test_without_scripts_the_tables_open_and_nothing_waits_for_a_script(
    open_page: OpenPage, visit: Visit
) -> None:
    page = open_page(java_script_enabled=False)
    visit(page)
    expect(page.locator(".js-only:visible")).to_have_count(0)
    panel = page.locator("figure:has(#sample-bars)")
    panel.get_by_text("Show as a table").click()
    expect(panel.get_by_role("cell", name="19")).to_be_visible()
    page.get_by_text("Ada Admin").first.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_on_paper_there_is_no_navigation_but_every_table(open_page: OpenPage, visit: Visit) -> None:
    page = open_page(width=700, color_scheme="dark")
    visit(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.locator("figure:has(#sample-bars)").get_by_role("table")).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_filters_fold_away_in_a_narrow_window_and_stay_within_reach_without_scripts(
    open_page: OpenPage, visit: Visit
) -> None:
    page = open_page(width=400)
    visit(page)
    page.goto("/findings/?severity=high")
    unfold = page.get_by_role("button", name="Filters 1")
    expect(unfold).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_label("Severity")).to_be_hidden()
    expect(page.get_by_role("link", name="Remove filter")).to_be_visible()
    unfold.press("Enter")
    page.get_by_label("Severity").click()
    page.get_by_label("Severity").select_option("low")
    # The page has sent itself, and the next filter is still there to choose.
    expect(page).to_have_url(re.compile("severity=low"))
    expect(unfold).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_label("Severity")).to_be_visible()
    plain = open_page(width=400, java_script_enabled=False)
    visit(plain)
    plain.goto("/findings/")
    expect(plain.get_by_label("Severity")).to_be_visible()
    expect(plain.get_by_role("button", name="Filters")).to_be_hidden()


#: In how many pieces the word of a label and that of a summary are, in cells between full ones.
PIECES_IN_CELLS = """() => {
  const wide = `<td>${"Rechtsschutzversicherung ".repeat(3)}</td>`.repeat(4);
  document.querySelector("main").innerHTML = `<div class="table-wrap"><table class="table"><tr>
    <th scope="row"><label>Questionnaire</label></th>
    <td><details><summary>Questionnaire</summary></details></td>${wide}</tr></table></div>`;
  return ["label", "summary"].map((name) => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector(`main ${name}`));
    return range.getClientRects().length;
  });
}"""


def test_labels_and_summaries_in_tables_break_no_short_word(
    open_page: OpenPage, visit: Visit
) -> None:
    page = open_page(width=600)
    visit(page)
    assert page.evaluate(PIECES_IN_CELLS) == [1, 1]
