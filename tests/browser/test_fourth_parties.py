"""Fourth parties and duplicates, as a person at a browser meets them."""

import re
from datetime import date

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from tests.browser.conftest import Look, OpenPage
from tests.browser.test_vendor_pages import sign_in
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import MergeJob, MergeRecord, Subcontract, Vendor
from vendors.services import vendors
from vendors.services.merging import jobs as merge_jobs

pytestmark = pytest.mark.browser

LIST = b"""vendor,subcontractor,country,service,terms passed on
Nam Long Plastics Joint Stock Company,Saigon Galvanic Company,VN,Packing,yes
Nobody Ltd,Acid Works,VN,Acids,perhaps
"""


@pytest.fixture
def above(unit: BusinessUnit) -> Vendor:
    """A vendor with a chain below it, and another that relies on the same company."""
    vendor = make_vendor(unit, name="Nam Long Plastics Joint Stock Company", country="VN")
    engagement = make_engagement(vendor, unit, title="Housings for the X200")
    other = make_vendor(unit, name="Halden Präzision GmbH", country="DE")
    galvanics = make_company(vendor, "Saigon Galvanics Co., Ltd.", country="VN")
    tools = make_company(vendor, "Shenzhen Huafeng Moulds", country="CN")
    steel = make_company(vendor, "Guangzhou Steel Trading", country="CN")
    make_subcontract(
        vendor,
        galvanics,
        service="Galvanising of housings",
        ip_kinds=["designs"],
        flowed_down=True,
        approved_on=date(2026, 1, 5),
        engagement=engagement,
    )
    make_subcontract(vendor, tools, service="Tool making", ip_kinds=["designs", "moulds_tooling"])
    make_subcontract(tools, steel, service="Steel", ip_kinds=["source_code"], flowed_down=False)
    make_subcontract(other, galvanics, service="Galvanising")
    return vendor


def test_the_chain_of_a_vendor_is_drawn_and_listed(
    wide_page: Page, live_server: LiveServer, above: Vendor, procurement: Person, look: Look
) -> None:
    page = wide_page
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{above.pk}/fourth-parties/")
    expect(page.get_by_role("heading", name="Who works for whom")).to_be_visible()
    look(page, "fourth-parties")
    page.locator("svg.network a").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("rely on this one").or_(page.get_by_text("relies on"))).to_be_visible()
    look(page, "fourth-party")
    page.goto("/fourth-parties/")
    expect(page.get_by_text("2 of our vendors", exact=True)).to_be_visible()
    look(page, "fourth-parties-list")


def test_the_chain_can_be_read_in_the_dark(
    open_page: OpenPage, live_server: LiveServer, above: Vendor, procurement: Person, look: Look
) -> None:
    page = open_page(color_scheme="dark")
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{above.pk}/fourth-parties/")
    look(page, "fourth-parties-dark")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_subcontractor_that_is_on_record_is_used(
    open_page: OpenPage,
    live_server: LiveServer,
    above: Vendor,
    procurement: Person,
    look: Look,
    scripts: bool,
) -> None:
    page = open_page(java_script_enabled=scripts)
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{above.pk}/fourth-parties/add/")
    page.get_by_role("textbox", name="Name", exact=True).fill("Saigon Galvanics")
    page.get_by_label("Country").select_option("VN")
    page.get_by_label("What it does").fill("Packing")
    page.get_by_label("Source code and software").check()
    page.get_by_role("button", name="Add subcontractor").click()
    expect(page.get_by_text("There is a company that looks like this one")).to_be_visible()
    if scripts:
        look(page, "subcontractor-known")
    expect(page.get_by_text("this does not reach Nam Long Plastics")).to_be_visible()
    page.get_by_role("button", name="Use this one").click()
    expect(page.get_by_text("was recorded as a subcontractor")).to_be_visible()
    assert Subcontract.objects.filter(service="Packing").count() == 1


def test_a_subcontract_is_changed_and_a_list_looked_through(
    wide_page: Page, live_server: LiveServer, above: Vendor, procurement: Person, look: Look
) -> None:
    page = wide_page
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{above.pk}/fourth-parties/")
    page.get_by_role("link", name=re.compile("Change.*Shenzhen Huafeng")).click()
    look(page, "subcontract-edit")
    page.get_by_role("group", name="Are the obligations").get_by_label("Yes").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto("/fourth-parties/import/")
    look(page, "subcontractors-import-new")
    page.get_by_label("List of subcontractors").set_input_files(
        FilePayload(name="list.csv", mimeType="text/csv", buffer=LIST)
    )
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_text("What has to be put right")).to_be_visible()
    look(page, "subcontractors-import")


def test_two_records_are_compared_merged_and_parted_again(
    wide_page: Page, live_server: LiveServer, unit: BusinessUnit, procurement: Person, look: Look
) -> None:
    kept = make_vendor(unit, name="Halden Präzision GmbH", country="DE", city="Halden")
    gone = make_vendor(
        unit, name="Halden Prazision", country="DE", city="Oslo", website="halden.example"
    )
    make_engagement(gone, unit, title="Castings")
    vendors.set_external_id(vendor=gone, system="erp", value="0042", by=procurement.principal)
    page = wide_page
    sign_in(page, procurement, live_server)
    page.goto("/duplicates/")
    look(page, "duplicates")
    page.get_by_role("link", name="Compare and merge").click()
    expect(page.get_by_text("Nothing has been written yet")).to_be_visible()
    look(page, "merge-preview")
    page.get_by_role("group", name="City").get_by_label("Oslo").check()
    page.get_by_label("Why are they the same company?").fill("Entered twice")
    page.get_by_role("button", name="Merge the two").click()
    expect(page.get_by_text("It goes on when you close this page")).to_be_visible()
    look(page, "merge-under-way")
    watched = page.url
    merge_jobs.go_on(job_id=MergeJob.objects.get().pk)
    expect(page).to_have_url(f"{live_server.url}/vendors/{kept.pk}/")
    expect(page.get_by_text("is a part of")).to_be_visible()
    page.goto(watched)
    look(page, "merge-done")
    page.goto(f"/vendors/{gone.pk}/edit/")
    expect(page).to_have_url(f"{live_server.url}/vendors/{kept.pk}/edit/")
    page.goto(f"/merges/{MergeRecord.objects.get().pk}/")
    page.get_by_role("link", name="Undo merge").click()
    look(page, "merge-undo")
    page.get_by_role("button", name="Undo merge").click()
    expect(page.get_by_text("It goes on when you close this page")).to_be_visible()
    merge_jobs.go_on(job_id=MergeJob.objects.get(what="undo").pk)
    expect(page.get_by_text("The two are two again, as before")).to_be_visible()
    page.goto(f"/vendors/{kept.pk}/duplicates/")
    look(page, "vendor-duplicates")
    page.get_by_role("link", name="Not the same").click()
    look(page, "not-the-same")
