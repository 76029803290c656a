"""Contracts at a browser: the checklist by keyboard and without scripts, and how pages look."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from scoring.services import standings
from tests.browser.conftest import Look, OpenPage
from tests.factories.contracts import judge_all, make_contract, make_exposure, make_policy
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Clause, Engagement
from vendors.services import clauses, estimates

pytestmark = pytest.mark.browser

LIST = (
    b"vendor;title;reference;ends on;right to audit\n"
    b"Nam Long Plastics JSC;NDA;N-1;2027-12-31;weak\n"
    b"Nam Long Plastics JSC;MSA;M-1;2027-02-30;splendid\n"
)


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    vendor = make_vendor(unit, name="Nam Long Plastics JSC")
    return make_engagement(vendor, unit, title="Housings for the X200")


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    name = settings.SESSION_COOKIE_NAME
    value = person.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


def test_a_checklist_is_gone_through_by_keyboard_alone(
    wide_page: Page, live_server: LiveServer, engagement: Engagement, legal: Person
) -> None:
    contract = make_contract(engagement, title="Supply agreement")
    sign_in(wide_page, legal, live_server)
    wide_page.goto(reverse("vendors:clauses", args=[contract.pk]))
    wide_page.keyboard.press("j")
    wide_page.keyboard.press("1")
    wide_page.keyboard.press("s")
    expect(wide_page.get_by_text("Saved: Ownership of results")).to_be_visible()
    wide_page.keyboard.press("4")
    wide_page.keyboard.press("e")
    wide_page.keyboard.type("Each side keeps what it makes.")
    point = wide_page.get_by_role("article", name="Your own IP stays yours")
    point.get_by_role("button", name="Save").press("Enter")
    expect(wide_page.get_by_text("Saved: Your own IP stays yours")).to_be_visible()
    rows = {row.key: row for row in Clause.objects.all()}
    assert rows["assignment"].status == "preferred"
    assert (rows["background"].status, rows["background"].extract) == (
        "missing",
        "Each side keeps what it makes.",
    )


def test_a_contract_and_its_checklist_work_without_scripts(
    open_page: OpenPage, live_server: LiveServer, engagement: Engagement, legal: Person
) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, legal, live_server)
    page.goto(reverse("vendors:contracts", args=[engagement.vendor_id]))
    page.get_by_role("link", name="Enter a contract").click()
    page.get_by_label("Title").fill("Supply agreement")
    page.get_by_role("button", name="Enter it and go to its clauses").click()
    point = page.get_by_role("article", name="Right to audit")
    point.get_by_label("Acceptable fallback").check()
    point.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: Right to audit")).to_be_visible()
    point.get_by_label("Why the deviation can be accepted").fill("Yearly report is enough")
    point.get_by_role("button", name="Confirm and approve the deviation").click()
    expect(page.get_by_text("deviation approved: Yearly report is enough")).to_be_visible()


def test_the_pages_of_contracts_are_accessible_and_fit(
    wide_page: Page, live_server: LiveServer, engagement: Engagement, legal: Person, look: Look
) -> None:
    page = wide_page
    sign_in(page, legal, live_server)
    vendor = engagement.vendor
    page.goto(reverse("vendors:contracts", args=[vendor.pk]))
    look(page, "contracts-empty")
    contract = make_contract(
        engagement, title="Master supply agreement", reference="C-2024-117", ends_on="2040-12-31",
        starts_on="2024-01-01", signed_on="2023-12-12", renewal="automatic", renewal_months=12,
        notice_days=90, law_country="DE", forum="arbitration", forum_place="Singapore",
        forum_rules="SIAC", cap_kind="amount", cap_amount="500000", cap_currency="EUR",
        carve_outs=["confidentiality", "intent"], kept_at="Archive, shelf 12",
    )  # fmt: skip
    judge_all(contract)
    judge = {"audit": "fallback", "residuals": "missing", "liability": "weak", "step_in": "weak"}
    for key, status in judge.items():
        clauses.judge(
            contract=contract, key=key, version=1, values={"status": status}, by=legal.principal
        )
    make_contract(engagement, title="Amendment 1: tooling", amends=contract, carve_outs=[])
    make_policy(vendor, certificate_seen_on="2026-01-05", deductible="50000")
    make_policy(vendor, kind="cyber", excluded_percent=None, limit="3000000")
    make_exposure(
        engagement, low="500000", likely="2000000", high="6000000", per_year_low="0.02",
        per_year_likely="0.1", per_year_high="0.5",
    )  # fmt: skip
    estimates.set_ict_service(
        engagement=engagement, version=0, by=legal.principal,
        values={"function": "Order entry", "critical": True, "exit_plan": "written"},
    )  # fmt: skip
    for name, address, args in (
        ("contracts", "vendors:contracts", vendor.pk),
        ("contract", "vendors:contract", contract.pk),
        ("contract-edit", "vendors:contract_edit", contract.pk),
        ("contract-clauses", "vendors:clauses", contract.pk),
        ("policy-add", "vendors:policy_add", vendor.pk),
        ("exposure", "vendors:exposure", engagement.pk),
        ("personal-data", "vendors:personal_data", engagement.pk),
        ("ict-service", "vendors:ict_service", engagement.pk),
        ("liability", "scoring:liability", engagement.pk),
    ):
        page.goto(reverse(address, args=[args]))
        look(page, name)
    page.goto(f"{reverse('vendors:clauses', args=[contract.pk])}?show=gaps")
    look(page, "contract-clauses-gaps")
    page.goto(reverse("vendors:due"))
    look(page, "due-empty")
    make_policy(vendor, kind="crime", expires_on="2026-01-31")
    page.goto(reverse("vendors:due"))
    look(page, "due")
    standings.restand(vendor_id=vendor.pk)
    page.goto("/")
    expect(page.get_by_role("heading", name="Coming up")).to_be_visible()
    look(page, "dashboard-due")
    page.goto(reverse("vendors:contract_import_new"))
    look(page, "contract-import-new")
    page.get_by_label("List", exact=True).set_input_files(
        {"name": "contracts.csv", "mimeType": "text/csv", "buffer": LIST}
    )
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_text("Nothing can be imported yet")).to_be_visible()
    look(page, "contract-import")
    page.goto(reverse("vendors:contract_add", args=[engagement.pk]))
    page.get_by_role("button", name="Enter it and go to its clauses").click()
    expect(page.get_by_text("There is 1 problem")).to_be_visible()
    look(page, "contract-refused")
