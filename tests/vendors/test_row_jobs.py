"""Lists of contracts, subcontractors and statements: many rows are written by workers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import BusinessUnit
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import ContractImport, InsurancePolicy, Subcontract, SubcontractImport
from vendors.services import row_jobs

pytestmark = pytest.mark.django_db
MANY = row_jobs.AT_ONCE_ROWS + 1


def policies(person: Person, unit: BusinessUnit) -> ContractImport:
    """A list of many policies, looked through."""
    vendor = make_vendor(unit)
    rows = "".join(
        f"{vendor.name};Cyber;Rhenus;C-{n};5000000;EUR;2026-01-01;2026-12-31\n" for n in range(MANY)
    )
    text = f"vendor;kind;insurer;policy number;limit;currency;from;expires on\n{rows}"
    file = SimpleUploadedFile("policies.csv", text.encode())
    person.browser.post(
        reverse("vendors:contract_import_new"),
        {"kind": "policies", "unit": str(unit.pk), "file": file, "system": "erp"},
    )
    return ContractImport.objects.get()


def test_a_long_list_of_policies_is_watched_cancelled_and_written_in_the_background(
    unit: BusinessUnit, procurement: Person
) -> None:
    made = policies(procurement, unit)
    url = reverse("vendors:contract_import", args=[made.pk])
    procurement.browser.post(url, {"run": "1"})
    watched = procurement.browser.get(url).text
    assert "Rows written" in watched
    assert f'href="{url}?cancel=1"' in watched
    assert "nothing will be" in procurement.browser.get(f"{url}?cancel=1").text
    # A second click begins nothing anew; nor is it let go of as if nothing happened.
    assert procurement.browser.post(url, {"run": "1"})["Location"] == url
    assert procurement.browser.post(url, {"discard": "1"}).status_code == 409
    procurement.browser.post(f"{url}?cancel=1")
    row_jobs.go_on(kind="contracts", import_id=made.pk)
    assert not InsurancePolicy.objects.exists()
    assert "The import was cancelled." in procurement.browser.get(url).text

    procurement.browser.post(url, {"run": "1"})
    row_jobs.go_on(kind="contracts", import_id=made.pk)
    row_jobs.go_on(kind="contracts", import_id=made.pk)
    assert InsurancePolicy.objects.count() == MANY
    assert procurement.browser.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert f"{MANY} rows were imported." in procurement.browser.get(url).text


def test_a_list_that_can_no_longer_be_taken_waits_with_the_reason(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit, name="Nam Long Plastics")
    head = "Vendor;Subcontractor;Country;Service;IP;Terms passed on;Approved on;Engagement\n"
    rows = "".join(f"{vendor.name};Galvanics {n};VN;Galvanising;;;;\n" for n in range(MANY))
    file = SimpleUploadedFile("list.csv", f"{head}{rows}".encode())
    sent = procurement.browser.post("/fourth-parties/import/", {"unit": str(unit.pk), "file": file})
    made = SubcontractImport.objects.get()
    procurement.browser.post(sent["Location"], {"run": "1"})
    vendor.name = "Called otherwise"
    vendor.save()
    row_jobs.go_on(kind="subcontracts", import_id=made.pk)
    made.refresh_from_db()
    assert (made.status, Subcontract.objects.count()) == ("preview", 0)
    assert "No vendor of yours has this name" in made.reason
    assert made.reason in procurement.browser.get(sent["Location"]).text


def test_a_long_list_in_which_little_is_new_is_read_by_workers_all_the_same(
    unit: BusinessUnit, procurement: Person
) -> None:
    made = policies(procurement, unit)
    made.report["counts"] |= {"new": 1, "unchanged": 2_000, "rows": 2_001}
    made.save()
    procurement.browser.post(reverse("vendors:contract_import", args=[made.pk]), {"run": "1"})
    made.refresh_from_db()
    assert made.status == "writing"
