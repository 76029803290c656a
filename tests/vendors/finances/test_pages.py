"""The pages on which statements and rates are entered."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.factories.statements import SOUND, make_refusal, make_statement
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.vendors.finances.books import workbook
from tests.vendors.finances.test_statement_imports import HEAD, YEAR
from vendors.models import ExchangeRate, Statement
from vendors.services import statements

FORM: dict[str, Any] = {
    **{name: str(value) for name, value in SOUND.items()},
    "months": "12",
    "scope": "company",
}


def upload(content: bytes, name: str = "list.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_statement_is_entered_on_a_form(unit: BusinessUnit, procurement: Person) -> None:
    vendor = make_vendor(unit)
    address = reverse("vendors:statement_add", args=[vendor.pk])
    page = procurement.browser.get(address).content.decode()
    assert "Checked as you type" in page
    answer = procurement.browser.post(address, FORM, follow=True)
    assert "The statement of 2025 is on record." in answer.content.decode()
    assert Statement.objects.get(vendor=vendor).equity == 400


def test_a_form_that_is_refused_keeps_what_was_typed(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    address = reverse("vendors:statement_add", args=[vendor.pk])
    answer = procurement.browser.post(address, {**FORM, "total_assets": "1100", "sales": "-1"})
    page = answer.content.decode()
    assert "Sales cannot be negative" in page
    assert 'value="1100"' in page
    answer = procurement.browser.post(address, {**FORM, "total_assets": "1100"})
    assert "the difference is 100" in answer.content.decode()
    assert not Statement.objects.exists()


def test_the_next_statement_starts_with_currency_and_unit_of_the_last(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    make_statement(vendor, 2024, currency="CHF")
    page = procurement.browser.get(reverse("vendors:statement_add", args=[vendor.pk])).content
    assert b'name="fiscal_year" value="2025"' in page
    assert b'<option value="CHF" selected>' in page
    assert b'<option value="1000" selected>' in page


def test_a_unit_that_looks_wrong_is_pointed_out_after_saving(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    make_statement(vendor, 2024)
    address = reverse("vendors:statement_add", args=[vendor.pk])
    answer = procurement.browser.post(address, {**FORM, "scale": "1000000"}, follow=True)
    assert "Is the unit right" in answer.content.decode()


def test_two_people_who_change_the_same_line_see_both_values(
    unit: BusinessUnit, procurement: Person
) -> None:
    made = make_statement(make_vendor(unit))
    address = reverse("vendors:statement_edit", args=[made.pk])
    base = procurement.browser.get(address).context["form"]["base"].value()
    statements.change(statement=made, version=1, values={"sales": "1500"}, by=SYSTEM)
    answer = procurement.browser.post(address, {**FORM, "base": base, "sales": "1600"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "1500" in page
    assert "1600" in page
    made.refresh_from_db()
    assert made.sales == 1500


def test_two_people_who_change_different_lines_are_both_heard(
    unit: BusinessUnit, procurement: Person
) -> None:
    made = make_statement(make_vendor(unit))
    address = reverse("vendors:statement_edit", args=[made.pk])
    base = procurement.browser.get(address).context["form"]["base"].value()
    statements.change(statement=made, version=1, values={"sales": "1500"}, by=SYSTEM)
    answer = procurement.browser.post(address, {**FORM, "base": base, "net_income": "50"})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.sales, made.net_income) == (1500, 50)


def test_that_a_vendor_declined_is_recorded_and_figures_may_follow(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    address = reverse("vendors:statement_declined", args=[vendor.pk])
    procurement.browser.post(address, {"fiscal_year": "2025", "note": "By telephone"})
    made = Statement.objects.get(vendor=vendor)
    assert (made.declined, made.note) == (True, "By telephone")
    edit = reverse("vendors:statement_edit", args=[made.pk])
    page = procurement.browser.get(edit)
    assert "declined to disclose" in page.content.decode()
    base = page.context["form"]["base"].value()
    assert procurement.browser.post(edit, {**FORM, "base": base}).status_code == 302
    made.refresh_from_db()
    assert not made.declined


def test_a_year_that_is_there_is_not_filed_twice(unit: BusinessUnit, procurement: Person) -> None:
    vendor = make_vendor(unit)
    make_refusal(vendor)
    answer = procurement.browser.post(reverse("vendors:statement_add", args=[vendor.pk]), FORM)
    assert "There is an entry for this year already" in answer.content.decode()


def test_withdrawing_asks_for_a_reason(unit: BusinessUnit, procurement: Person) -> None:
    made = make_statement(make_vendor(unit))
    address = reverse("vendors:statement_withdraw", args=[made.pk])
    assert procurement.browser.post(address, {"reason": ""}).status_code == 200
    answer = procurement.browser.post(address, {"reason": "Of its sister company"}, follow=True)
    assert "It stays on record" in answer.content.decode()
    assert "Of its sister company" in answer.content.decode()
    assert procurement.browser.get(address).status_code == 404


def test_a_workbook_is_uploaded_looked_through_and_imported(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit, name="Alder Tools")
    address = reverse("vendors:statement_import_of", args=[vendor.pk])
    answer = procurement.browser.post(
        address, {"file": upload(workbook(HEAD, YEAR)), "unit": str(unit.pk)}, follow=True
    )
    page = answer.content.decode()
    assert "Nothing has been written yet" in page
    assert "Alder Tools" in page
    answer = procurement.browser.post(answer.request["PATH_INFO"], {"run": "1"}, follow=True)
    assert "1 statement was imported" in answer.content.decode()
    assert Statement.objects.filter(vendor=vendor).count() == 1


def test_a_list_with_problems_names_the_cells_and_offers_no_import(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    address = reverse("vendors:statement_import_of", args=[vendor.pk])
    content = workbook(HEAD, [*YEAR[:5], "=SUM(A1:A2)", 400, 1])
    answer = procurement.browser.post(
        address, {"file": upload(content), "unit": str(unit.pk)}, follow=True
    )
    page = answer.content.decode()
    assert "F2" in page
    assert "This is a formula" in page
    assert "Import this list" not in page


def test_a_file_that_is_too_large_is_refused_by_its_size_alone(
    unit: BusinessUnit, procurement: Person
) -> None:
    address = reverse("vendors:statement_imports")
    file = upload(b"x" * 10_000_001, "large.csv")
    answer = procurement.browser.post(address, {"file": file, "unit": str(unit.pk)})
    assert "larger than 10 MB" in answer.content.decode()


def test_the_empty_workbook_is_a_download(procurement: Person) -> None:
    answer = procurement.browser.get(reverse("vendors:statement_template"))
    assert answer.content.startswith(b"PK")
    assert "statements.xlsx" in answer["Content-Disposition"]


def test_lists_of_another_unit_are_not_among_those_so_far(
    unit: BusinessUnit, procurement: Person, outsider_procurement: Person
) -> None:
    vendor = make_vendor(unit)
    address = reverse("vendors:statement_import_of", args=[vendor.pk])
    file = upload(workbook(HEAD, YEAR), "ours.xlsx")
    procurement.browser.post(address, {"file": file, "unit": str(unit.pk)})
    everywhere = reverse("vendors:statement_imports")
    assert "ours.xlsx" in procurement.browser.get(everywhere).content.decode()
    assert "ours.xlsx" not in outsider_procurement.browser.get(everywhere).content.decode()


def test_rates_are_uploaded_by_an_administrator_and_read_by_all(
    admin: Person, auditor: Person
) -> None:
    page = auditor.browser.get(reverse("vendors:rates")).content.decode()
    assert "No rates yet" in page
    content = b"date,currency,rate\n2025-12-31,USD,1.1\n"
    answer = admin.browser.post(
        reverse("vendors:rate_import_new"),
        {"file": upload(content, "rates.csv"), "base": "EUR", "source": "Central bank"},
        follow=True,
    )
    assert "Nothing has been written yet" in answer.content.decode()
    answer = admin.browser.post(answer.request["PATH_INFO"], {"run": "1"}, follow=True)
    assert "1 rate was imported" in answer.content.decode()
    assert ExchangeRate.objects.count() == 1
    page = auditor.browser.get(reverse("vendors:rates"), {"currency": "USD"}).content.decode()
    assert "1.1 per EUR" in page
    assert "Import rates" not in page


def test_the_price_index_of_a_year_is_set(admin: Person) -> None:
    address = reverse("vendors:price_index")
    answer = admin.browser.post(address, {"year": "2024", "value": "680", "source": "Bureau"})
    assert answer.status_code == 302
    assert "680.000" in admin.browser.get(reverse("vendors:rates")).content.decode()
    answer = admin.browser.post(address, {"year": "1950", "value": "1", "source": "Bureau"})
    assert "1968" in answer.content.decode()


@pytest.mark.parametrize("action", ["discard"])
def test_a_list_can_be_let_go(unit: BusinessUnit, procurement: Person, action: str) -> None:
    vendor = make_vendor(unit)
    address = reverse("vendors:statement_import_of", args=[vendor.pk])
    data = {"file": upload(workbook(HEAD, YEAR)), "unit": str(unit.pk)}
    shown = procurement.browser.post(address, data, follow=True).request["PATH_INFO"]
    answer = procurement.browser.post(shown, {action: "1"}, follow=True)
    assert "Nothing was imported" in answer.content.decode()
    assert not Statement.objects.exists()
