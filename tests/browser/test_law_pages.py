"""The pages about countries, as a person at a browser sees them."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.permissions import Role
from tests.browser.conftest import AxeCheck, OpenPage, Shoot
from tests.browser.test_vendor_pages import sign_in
from tests.factories.accounts import make_user
from tests.factories.law import country, make_fact, make_index, make_rating
from tests.factories.vendors import USUAL_INTAKE, make_engagement, make_vendor
from tests.personas import Person

pytestmark = pytest.mark.browser


def test_pages_about_countries_are_accessible_and_fit_a_narrow_window(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    shoot: Shoot,
    assert_no_axe_violations: AxeCheck,
) -> None:
    person = Person(make_user(Role.LEGAL, name="Lea Counsel"))
    make_index({"VN": 49, "DE": 83, "NA": 61})
    make_rating("TH", 45)
    make_fact("VN", "berne", "suspended", reason="Decree 12 suspends the protection of programs.")
    vendor = make_vendor(unit, name="Nam Long Plastics JSC", country="VN")
    intake = {**USUAL_INTAKE, "ip_entrusted": ["source_code", "moulds_tooling"]}
    make_engagement(vendor, unit, title="Housings", made_in=["VN", "TH"], intake=intake)
    # Two engagements of one name are told apart without their headings.
    make_engagement(vendor, unit, title="Housings", made_in=["TH"], intake=intake)
    compared = "kind=source_code&country_0=VN&country_1=TW&country_2=DE&country_3=NA&country_4=IR"
    addresses = {
        "law-list": "/law/?show=used",
        "law-country": "/law/VN/",
        "law-compare": f"/law/compare/?{compared}",
        "law-record": "/law/VN/record/?subject=berne",
        "law-rate": "/law/VN/rate/",
        "law-indices": "/law/indices/",
        "law-index-add": "/law/indices/add/",
        "law-vendor": f"/vendors/{vendor.pk}/law/",
    }
    for width in (1280, 400):
        page = open_page(width=width)
        sign_in(page, person, live_server)
        for name, address in addresses.items():
            page.goto(address)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            shoot(page, name)
            assert_no_axe_violations(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (name, wide)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_counsel_rates_a_country_after_a_second_look(
    open_page: OpenPage, live_server: LiveServer, scripts: bool
) -> None:
    country("TH")
    page: Page = open_page(java_script_enabled=scripts)
    sign_in(page, Person(make_user(Role.LEGAL, name="Lea Counsel")), live_server)
    page.goto("/law/TH/")
    page.get_by_role("link", name="Rate this country").click()
    page.get_by_label("Risk").fill("45")
    page.get_by_label("Until").fill("2027-06-30")
    page.get_by_label("Reason").fill("Two cases of our own were settled within a year.")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Nothing is recorded yet")).to_be_visible()
    expect(page.get_by_label("Risk")).to_have_value("45")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Risk 45 of 100")).to_be_visible()
    expect(page.get_by_text("Two cases of our own")).to_be_visible()
