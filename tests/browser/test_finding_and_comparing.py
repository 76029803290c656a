"""Finding something by keyboard from anywhere, and comparing vendors, with scripts and without."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from assessments.models import Assessment
from scoring.services import standings
from tests.browser.conftest import AxeCheck, Look, OpenPage, Shoot
from tests.factories.assessments import small_questionnaire
from tests.factories.findings import make_finding
from tests.factories.scoring import scored
from tests.personas import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def three(unit: BusinessUnit) -> list[Assessment]:
    """Three vendors who answered the same questions, and a finding about one of them."""
    questionnaire = small_questionnaire()
    found = [
        scored(unit, questionnaire, name="Müller Formenbau", country="DE"),
        scored(unit, questionnaire, name="Müller Werkzeuge", country="DE"),
        scored(unit, questionnaire, name="Zhang Moulds", country="CN", worst=True),
    ]
    make_finding(unit, vendor=found[2].vendor, title="Moulds of Muller kept after the end")
    standings.restand_many(vendor_ids=[one.vendor_id for one in found])
    return found


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    cookie = person.browser.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


@pytest.mark.usefixtures("three")
def test_a_vendor_is_found_by_keyboard_alone(
    open_page: OpenPage,
    live_server: LiveServer,
    procurement: Person,
    look: Look,
    shoot: Shoot,
    assert_no_axe_violations: AxeCheck,
) -> None:
    page = open_page()
    sign_in(page, procurement, live_server)
    page.goto("/findings/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search vendors")
    expect(box).to_be_focused()
    page.keyboard.type("muler")
    options = page.get_by_role("listbox", name="First results").get_by_role("option")
    expect(options).to_have_count(4)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="3 results")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    first = page.get_by_role("listbox").get_by_role("option", selected=True)
    expect(first).to_contain_text("Müller Formenbau")
    expect(box).to_have_attribute("aria-activedescendant", "first-vendors-1")
    # At 400 px the box is behind the menu, so it is looked at wide only.
    assert_no_axe_violations(page)
    shoot(page, "search-list")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("muler")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_contain_text(
        "All results"
    )
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/search/?q=muler")
    expect(page.get_by_role("main")).to_contain_text("Nothing has the words “muler”")
    look(page, "search-results")
    page.get_by_role("link", name="Müller Werkzeuge").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Müller Werkzeuge")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_ticked_vendors_are_compared_and_ranked(
    open_page: OpenPage, live_server: LiveServer, procurement: Person, look: Look, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    sign_in(page, procurement, live_server)
    page.goto("/vendors/")
    for name in ("Müller Formenbau", "Müller Werkzeuge", "Zhang Moulds"):
        page.get_by_role("checkbox", name=f"Compare {name}").check()
    page.get_by_role("button", name="Compare those ticked").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Müller Formenbau is better than Zhang Moulds")
    expect(main).to_contain_text("cannot be told apart")
    if scripts:
        look(page, "compare")
    page.get_by_role("link", name="Shortlist with other weights").click()
    page.get_by_label("Liabilities").fill("50")
    page.get_by_role("button", name="Rank by these").click()
    expect(main).to_contain_text("Weights of this shortlist")
    expect(main).to_contain_text("Müller Formenbau and Müller Werkzeuge share the first place")
    if scripts:
        look(page, "shortlist")
