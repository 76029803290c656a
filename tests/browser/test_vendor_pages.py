"""Adding a vendor, its engagement and a list of vendors, as a person at a browser does it."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit, Membership
from accounts.permissions import Role
from accounts.principal import SYSTEM
from tests.browser.conftest import AxeCheck, OpenPage, Shoot
from tests.factories.accounts import make_user
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Vendor
from vendors.services import vendors

pytestmark = pytest.mark.browser

NASTY = Path(__file__).parents[1] / "vendors" / "data" / "nasty.csv"


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    cookie = person.browser.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_vendor_and_its_engagement_are_added(
    open_page: OpenPage,
    live_server: LiveServer,
    unit: BusinessUnit,
    procurement: Person,
    scripts: bool,
) -> None:
    page = open_page(java_script_enabled=scripts)
    sign_in(page, procurement, live_server)
    page.goto("/vendors/add/")
    page.get_by_label("Name").fill("Nam Long Plastics JSC")
    page.get_by_label("Country").select_option("VN")
    page.get_by_role("button", name="Add vendor").click()
    expect(page.get_by_text("Nam Long Plastics JSC was added")).to_be_visible()
    page.goto(f"/vendors/{Vendor.objects.get().pk}/engagements/add/")
    page.get_by_label("Title").fill("Housings")
    page.get_by_label("Kind of service").select_option("contract_manufacturing")
    page.get_by_label("Place 1").select_option("VN")
    page.get_by_role("button", name="More places").click()
    expect(page.get_by_label("Title")).to_have_value("Housings")
    page.get_by_label("Place 2").select_option("CN")
    page.get_by_label("Designs, drawings and CAD data").check()
    page.get_by_label("Within a year").check()
    page.get_by_role("button", name="Add engagement").click()
    expect(page.get_by_text("Inherent risk is")).to_be_visible()
    engagement = Engagement.objects.get()
    assert engagement.made_in == ["CN", "VN"]
    assert engagement.intake == {"ip_entrusted": ["designs"], "substitutability": "year"}


def test_a_list_is_looked_through_and_imported(
    browser_page: Page,
    live_server: LiveServer,
    admin: Person,
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    shoot: Shoot,
    assert_no_axe_violations: AxeCheck,
) -> None:
    page = browser_page
    sign_in(page, admin, live_server)
    page.goto("/imports/")
    shoot(page, "imports-empty")
    assert_no_axe_violations(page)
    page.get_by_role("main").get_by_role("link", name="New import").first.click()
    page.get_by_label("List of vendors").set_input_files(NASTY)
    page.get_by_label("Business unit").select_option(label=unit.name)
    shoot(page, "import-new")
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_text("Nothing has been written yet")).to_be_visible()
    shoot(page, "import-preview")
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Import this list").click()
    expect(page.get_by_text("7 vendors were added")).to_be_visible()
    shoot(page, "import-done")
    assert_no_axe_violations(page)
    page.goto("/imports/")
    shoot(page, "imports")
    assert_no_axe_violations(page)


def test_the_pages_about_a_vendor_are_accessible_and_fit(
    browser_page: Page,
    live_server: LiveServer,
    admin: Person,
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    shoot: Shoot,
    assert_no_axe_violations: AxeCheck,
) -> None:
    page = browser_page
    sign_in(page, admin, live_server)
    vendor = make_vendor(unit, name="Halden Präzision GmbH", country="DE", category="Castings")
    make_vendor(other_unit, name="Halden Prazision", country="DE")
    vendors.set_external_id(vendor=vendor, system="sap-100", value="0000100042", by=admin.principal)
    engagement = make_engagement(vendor, unit, title="Housings for the X200")

    def look(name: str) -> None:
        shoot(page, name)
        assert_no_axe_violations(page)
        size = page.viewport_size
        assert size is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    for name, address in (
        ("vendor-add", "/vendors/add/"),
        ("vendor-edit", f"/vendors/{vendor.pk}/edit/"),
        ("vendor-ids", f"/vendors/{vendor.pk}/ids/"),
        ("vendor-units", f"/vendors/{vendor.pk}/units/"),
        ("vendor-archive", f"/vendors/{vendor.pk}/archive/"),
        ("engagement-add", f"/vendors/{vendor.pk}/engagements/add/"),
        ("engagement-edit", f"/engagements/{engagement.pk}/edit/"),
    ):
        page.goto(address)
        look(name)

    page.goto("/vendors/add/")
    page.get_by_label("Name").fill("Halden Präzision")
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="Add vendor").click()
    expect(page.get_by_text("There are vendors that look like this one")).to_be_visible()
    look("vendor-add-known")

    page.get_by_label("Name").fill("")
    page.get_by_label("LEI").fill("529900T8BM49AURSDO56")
    page.get_by_role("button", name="Add vendor").or_(
        page.get_by_role("button", name="It is another company")
    ).click()
    expect(page.get_by_text("There are 2 problems")).to_be_visible()
    look("vendor-add-refused")

    page.goto(f"/vendors/{vendor.pk}/edit/")
    vendors.change(vendor=vendor, version=1, values={"name": "Halden AG"}, by=admin.principal)
    page.get_by_label("Name").fill("Halden SE")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Somebody else saved while you were typing")).to_be_visible()
    look("vendor-edit-conflict")


def test_saving_the_category_of_one_unit_keeps_what_is_typed_for_others(
    wide_page: Page, live_server: LiveServer, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    vendor, page = make_vendor(unit), wide_page
    vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
    both = make_user(Role.PROCUREMENT, unit)
    Membership.objects.create(user=both, unit=other_unit, role=Role.PROCUREMENT)
    sign_in(page, Person(both), live_server)
    page.goto(f"/vendors/{vendor.pk}/units/")
    first, second = (page.locator("input[name=category]").nth(at) for at in range(2))
    second.fill("Moulds")
    first.fill("Housings")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(first).to_have_value("Housings")
    expect(second).to_have_value("Moulds")
    page.get_by_role("button", name="Save").nth(1).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert sorted(vendor.unit_links.values_list("category", flat=True)) == ["Housings", "Moulds"]
