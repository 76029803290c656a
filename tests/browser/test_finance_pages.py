"""Finances of a vendor, as a person at a browser enters, imports and reads them."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.browser.conftest import Look, OpenPage
from tests.factories.statements import make_refusal, make_statement
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.vendors.finances.books import workbook
from tests.vendors.finances.test_statement_imports import HEAD, YEAR
from vendors.models import ExchangeRate, Statement, Vendor
from vendors.services import financial_profiles, rates

pytestmark = pytest.mark.browser


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    cookie = person.browser.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


@pytest.fixture
def vendor(unit: BusinessUnit) -> Vendor:
    """A private manufacturer in Germany with five years on record, one of them refused."""
    vendor = make_vendor(unit, name="Halden Präzision GmbH", country="DE")
    figures = {2021: (1100, 60), 2022: (1250, 75), 2024: (1180, 30)}
    for year, (sales, ebit) in figures.items():
        make_statement(
            vendor, year, sales=str(sales), ebit=str(ebit), ebitda=str(ebit + 40), source="reviewed"
        )
    make_refusal(vendor, 2023)
    make_statement(vendor, kept_at="Share of purchasing, file 4711", note="Signed on 3 March")
    content = b"date,currency,rate\n2025-12-31,USD,1.1\n2024-12-31,USD,1.04\n"
    made = rates.preview(file_name="r.csv", content=content, base="EUR", source="Bank", by=SYSTEM)
    rates.run(made=made, by=SYSTEM)
    return vendor


def test_the_page_of_finances_can_be_read(
    wide_page: Page, live_server: LiveServer, vendor: Vendor, procurement: Person, look: Look
) -> None:
    page = wide_page
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{vendor.pk}/finances/")
    expect(page.locator("#figures svg")).to_be_visible()
    look(page, "finances")
    page.get_by_role("link", name="Change the model that counts").click()
    look(page, "finances-model")
    page.get_by_label("Not listed").check()
    page.get_by_label("Manufacturer", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The vendor is a manufacturer and not listed.")).to_be_visible()


def test_a_chosen_model_and_a_bank_are_shown_as_such(
    wide_page: Page, live_server: LiveServer, vendor: Vendor, procurement: Person, look: Look
) -> None:
    page = wide_page
    sign_in(page, procurement, live_server)
    values = {
        "sector": "manufacturer",
        "model": "z_general",
        "reason": "Half of its sales are services to its parent company",
    }
    financial_profiles.change(vendor=vendor, version=0, values=values, by=procurement.principal)
    page.goto(f"/vendors/{vendor.pk}/finances/")
    look(page, "finances-chosen")
    values = {"sector": "bank", "model": ""}
    financial_profiles.change(vendor=vendor, version=1, values=values, by=procurement.principal)
    page.goto(f"/vendors/{vendor.pk}/finances/")
    expect(page.get_by_text("Too little is known for a figure")).to_be_visible()
    look(page, "finances-bank")


def test_a_statement_is_checked_while_it_is_typed(
    wide_page: Page, live_server: LiveServer, vendor: Vendor, procurement: Person, look: Look
) -> None:
    page = wide_page
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{vendor.pk}/finances/add/")
    checks = page.get_by_role("status").filter(has_text="Total assets = liabilities + equity")
    expect(checks).to_be_visible()
    page.get_by_label("Fiscal year").fill("2020")
    page.get_by_label("Last day of the period").fill("2022-12-31")
    expect(page.get_by_text("The fiscal year does not end on that day")).to_be_visible()
    page.get_by_label("Last day of the period").fill("2020-12-31")
    page.get_by_label("Audited", exact=True).check()
    page.get_by_label("Total assets").fill("1000")
    page.get_by_label("Total liabilities").fill("600")
    expect(page.get_by_text("Equity follows: 400")).to_be_visible()
    page.get_by_label("Equity", exact=True).fill("300")
    expect(page.get_by_text("difference 100")).to_be_visible()
    page.get_by_label("Current assets").fill("1200")
    expect(page.get_by_text("Current assets cannot be more than Total assets")).to_be_visible()
    page.get_by_label("Sales").fill("-5")
    expect(page.get_by_text("Sales cannot be negative")).to_be_visible()
    page.get_by_label("Amounts are in").select_option(label="Millions")
    expect(page.get_by_text("Is the unit right?")).to_be_visible()
    look(page, "statement-checks")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Total liabilities")).to_have_value("600")
    look(page, "statement-refused")
    page.get_by_label("Equity", exact=True).fill("400")
    page.get_by_label("Current assets").fill("700")
    page.get_by_label("Sales").fill("1050")
    page.get_by_label("Amounts are in").select_option(label="Thousands")
    expect(page.get_by_text("Total assets are 1,000,000 EUR")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The statement of 2020 is on record.")).to_be_visible()
    assert Statement.objects.get(fiscal_year=2020).equity == 400


def test_without_scripts_the_server_checks_the_same(
    open_page: OpenPage, live_server: LiveServer, vendor: Vendor, procurement: Person
) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, procurement, live_server)
    page.goto(f"/vendors/{vendor.pk}/finances/add/")
    page.get_by_label("Fiscal year").fill("2020")
    page.get_by_label("Last day of the period").fill("2020-12-31")
    page.get_by_label("Audited", exact=True).check()
    page.get_by_label("Total assets").fill("1000")
    page.get_by_label("Total liabilities").fill("600")
    page.get_by_label("Equity", exact=True).fill("300")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("the difference is 100").first).to_be_visible()
    page.get_by_label("Equity", exact=True).fill("400")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The statement of 2020 is on record.")).to_be_visible()


def test_statements_are_imported_from_a_workbook(
    wide_page: Page,
    live_server: LiveServer,
    vendor: Vendor,
    procurement: Person,
    look: Look,
    tmp_path: Path,
) -> None:
    page = wide_page
    sign_in(page, procurement, live_server)
    bad, good = tmp_path / "bad.xlsx", tmp_path / "good.xlsx"
    bad.write_bytes(workbook(HEAD, [*YEAR[:5], "=SUM(A1:B1)", 400, 1]))
    good.write_bytes(workbook(HEAD, [2020, "2020-12-31", *YEAR[2:]], [*YEAR[:7], 95]))
    page.goto(f"/vendors/{vendor.pk}/finances/import/")
    look(page, "statement-import-new")
    page.get_by_label("List of statements").set_input_files(bad)
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_role("cell", name="F2")).to_be_visible()
    look(page, "statement-import-problems")
    page.get_by_role("link", name="Upload it again").click()
    page.get_by_label("List of statements").set_input_files(good)
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_text("Nothing has been written yet")).to_be_visible()
    look(page, "statement-import-preview")
    page.get_by_role("button", name="Import this list").click()
    expect(page.get_by_text("2 statements were imported")).to_be_visible()
    assert Statement.objects.get(vendor=vendor, fiscal_year=2025).ebit == 95


def test_rates_are_imported_and_listed(
    wide_page: Page,
    live_server: LiveServer,
    vendor: Vendor,
    admin: Person,
    look: Look,
    tmp_path: Path,
) -> None:
    page = wide_page
    sign_in(page, admin, live_server)
    file = tmp_path / "eurofxref.csv"
    file.write_text("Date,USD,JPY,CHF,\n2025-12-31,1.12,170.5,0.93,\n2025-12-30,1.09,N/A,0.94,\n")
    page.goto("/rates/")
    page.get_by_role("link", name="Import rates").click()
    page.get_by_label("List of rates").set_input_files(file)
    page.get_by_label("Source").fill("European Central Bank")
    look(page, "rate-import-new")
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_text("USD per EUR on 2025-12-31: 1.1 becomes 1.12")).to_be_visible()
    look(page, "rate-import")
    page.get_by_role("button", name="Import these rates").click()
    page.get_by_role("link", name="See the rates").click()
    expect(page.get_by_role("cell", name="170.5 per EUR")).to_be_visible()
    look(page, "rates")
    assert ExchangeRate.objects.count() == 6
