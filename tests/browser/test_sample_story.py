"""An empty house is set up with sample data, looked around in, and rid of it again; and the menu
of a narrow window, without scripts as with them."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import SampleJob
from accounts.services import setup
from assessments.services.questionnaires import builtin
from scoring.services import samples
from tests.browser.conftest import Look, OpenPage
from tests.browser.test_score_pages import sign_in
from tests.factories.accounts import PASSWORD
from tests.personas import Person

pytestmark = pytest.mark.browser


def test_sample_data_comes_with_the_setup_and_goes_when_asked(
    open_page: OpenPage, live_server: LiveServer, look: Look
) -> None:
    builtin()
    page = open_page()
    token = setup.new_token() or ""
    page.goto(reverse("accounts:setup"))
    for label, value in {
        "Setup token": token,
        "Organisation": "Northwind Tools",
        "Business units": "Machine tools",
        "Your name": "Astrid Lindqvist",
        "E-mail address": "astrid@northwind.example",
        "Password, once more": PASSWORD,
    }.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Load sample data").check()
    page.get_by_role("button", name="Set up and sign in").click()
    expect(page.get_by_text("Vendors loaded")).to_be_visible()
    look(page, "sample-1-waiting")
    samples.work(job_id=SampleJob.objects.get().pk, most=1)
    expect(page.get_by_text("1 vendor loaded.")).to_be_visible()
    look(page, "sample-2-loaded")
    page.get_by_role("link", name="To the dashboard").click()
    expect(page.get_by_text("With sample data.")).to_be_visible()
    look(page, "sample-3-dashboard")
    page.goto(reverse("scoring:vendors"))
    look(page, "sample-4-vendors")
    page.get_by_role("link", name=re.compile(r"Kőrösi Szoftver Kft. \(sample\)")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("(sample)")
    look(page, "sample-5-vendor")
    page.get_by_role("link", name="Remove it").click()
    page.get_by_role("link", name="Remove the sample data").click()
    look(page, "sample-6-asked")
    page.get_by_role("button", name="Remove the sample data").click()
    samples.work(job_id=SampleJob.objects.latest("pk").pk)
    expect(page.get_by_text(re.compile(r"\d vendors? removed\."))).to_be_visible()
    expect(page.get_by_text("With sample data.")).to_have_count(0)
    look(page, "sample-7-removed")
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_on_a_narrow_window_the_header_is_one_row_and_all_of_it_is_behind_the_menu(
    open_page: OpenPage, live_server: LiveServer, admin: Person, look: Look, *, scripts: bool
) -> None:
    page = open_page(width=400, height=800, java_script_enabled=scripts)
    sign_in(page, admin, live_server)
    page.goto(reverse("scoring:vendors"))
    header, link = page.get_by_role("banner"), page.get_by_role("link", name="My work")
    box = header.bounding_box()
    assert box is not None
    assert box["height"] < 64
    expect(link).to_be_hidden()
    expect(page.get_by_role("link", name="Notifications")).to_be_visible()
    menu = page.locator(".site-menu > summary")
    menu.focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    expect(page.get_by_role("search")).to_be_visible()
    if not scripts:
        page.get_by_text("Risk", exact=True).click()
        page.get_by_role("link", name="Findings").click()
        expect(page).to_have_url(re.compile(reverse("vendors:findings")))
        return
    look(page, "menu-open")
    page.set_viewport_size({"width": 400, "height": 800})
    menu.focus()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox").or_(page.get_by_role("searchbox"))).to_be_focused()
