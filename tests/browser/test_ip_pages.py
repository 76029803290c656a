"""IP schedules, sites and findings, as a person at a browser works with them."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from audit import clock
from tests.browser.conftest import Look, OpenPage
from tests.factories.ip import make_asset, make_audit, make_disclosure, make_site
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Finding

pytestmark = pytest.mark.browser

LIST = (
    "name;kind;country;status;number;expires\n"
    "Closing curve;inventions;VN;registered;VN-4;2034-01-31\n"
    "Shell look;designs;EU;registered;EM-9;2041-01-31\n"
)


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    name = settings.SESSION_COOKIE_NAME
    value = person.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    vendor = make_vendor(unit, name="Nam Long Plastics JSC")
    return make_engagement(vendor, unit, title="Housings for the X200", made_in=["VN", "CN"])


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_asset_is_put_on_the_schedule_and_its_gap_is_planned(
    open_page: OpenPage,
    live_server: LiveServer,
    engagement: Engagement,
    procurement: Person,
    scripts: bool,
) -> None:
    page = open_page(java_script_enabled=scripts)
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{engagement.vendor_id}/ip/")
    page.get_by_role("link", name="Add an asset").click()
    page.get_by_label("Name").fill("Hinge with two stops")
    page.get_by_label("Kind", exact=True).select_option("inventions")
    first = page.get_by_role("group", name="Registration 1")
    first.get_by_label("Country or region").select_option("VN")
    first.get_by_label("Status").select_option("registered")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Hinge with two stops is on the schedule")).to_be_visible()
    expect(page.get_by_role("cell", name="Missing")).to_be_visible()
    page.goto("/findings/")
    page.get_by_role("link", name="Hinge with two stops is not registered in China").click()
    page.get_by_role("link", name="Plan the remediation").click()
    page.get_by_label("What is to be done").fill("File in China with priority")
    day = clock.today() + timedelta(days=60)
    page.get_by_label("Until when").fill(day.isoformat())
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_text("The plan was saved")).to_be_visible()
    assert Finding.objects.get().status == "planned"


def test_the_pages_can_be_read_wide_and_narrow(
    wide_page: Page,
    live_server: LiveServer,
    engagement: Engagement,
    unit: BusinessUnit,
    legal: Person,
    look: Look,
    tmp_path: Path,
) -> None:
    page = wide_page
    sign_in(page, legal, live_server)
    vendor = engagement.vendor
    make_engagement(vendor, unit, title=engagement.title)  # two of one name are told apart
    page.goto(f"/vendors/{vendor.pk}/ip/")
    look(page, "ip-vendor-empty")
    page.goto(f"/engagements/{engagement.pk}/ip/")
    look(page, "ip-schedule-empty")

    soon = clock.today() + timedelta(days=60)
    hinge = make_asset(
        engagement,
        reference="P-2017-004",
        owner_entity="Seidl Holding AG",
        right="patent",
        registrations=[
            {"territory": "VN", "status": "registered", "number": "VN 1-0021", "expires_on": soon},
            {"territory": "CN", "status": "pending", "number": "CN 2024 10"},
            {"territory": "EU", "status": "registered", "number": "EP 3 456 789"},
        ],
    )
    make_asset(engagement, "EU", name="X200", kind="brands", right="trade_mark")
    make_asset(engagement, name="Shrinkage table", kind="trade_secrets")
    yesterday = clock.today() - timedelta(days=1)
    make_disclosure(engagement, hinge, disclosed_on="2025-02-03", return_by=yesterday)
    make_disclosure(
        engagement,
        what="Mould M-17, sample parts",
        outcome="destroyed",
        settled_on=yesterday,
        disclosed_on="2025-02-03",
        certificate="DC-2026-7",
        how="physical",
        marked=False,
    )
    site = make_site(vendor, "VN", engagement, name="Works 2", city="Hai Phong")
    audit = make_audit(
        site, unit, result="conditions", found=[("Moulds stand unlocked", "high")], next_due=soon
    )
    finding = Finding.objects.get(kind="site.audit")
    for name, address in (
        ("ip-vendor", f"/vendors/{vendor.pk}/ip/"),
        ("ip-schedule", f"/engagements/{engagement.pk}/ip/"),
        ("ip-asset", f"/ip-assets/{hinge.pk}/"),
        ("ip-disclosure", f"/engagements/{engagement.pk}/ip/disclosures/add/"),
        ("ip-import", f"/engagements/{engagement.pk}/ip/import/"),
        ("site", f"/sites/{site.pk}/"),
        ("site-edit", f"/sites/{site.pk}/edit/"),
        ("site-close", f"/sites/{site.pk}/close/"),
        ("site-audit", f"/site-audits/{audit.pk}/"),
        ("findings", "/findings/"),
        ("finding", f"/findings/{finding.pk}/"),
        ("finding-plan", f"/findings/{finding.pk}/plan/"),
    ):
        page.goto(address)
        look(page, name)

    file = tmp_path / "schedule.csv"
    file.write_text(LIST)
    page.goto(f"/engagements/{engagement.pk}/ip/import/")
    page.get_by_label("The schedule").set_input_files(file)
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_text("Nothing has been written yet")).to_be_visible()
    look(page, "ip-import-preview")
    page.get_by_role("button", name="Import this list").click()
    expect(page.get_by_text("Imported: 2 new")).to_be_visible()
    file.write_text(LIST.replace("VN;registered", "Atlantis;=1"))
    page.goto(f"/engagements/{engagement.pk}/ip/import/")
    page.get_by_label("The schedule").set_input_files(file)
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_text("cannot be imported as it is")).to_be_visible()
    look(page, "ip-import-refused")
