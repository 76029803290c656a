"""Lists as SAP, Oracle and Coupa export them, and ids as spreadsheets keep or spoil them."""

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.personas import Person
from vendors.models import ExternalId, Vendor, VendorImport
from vendors.services import imports
from vendors.services.held_lists import NotReady

pytestmark = pytest.mark.django_db

SAMPLES = Path("docs/samples")


def imported(unit: BusinessUnit, content: bytes, system: str = "erp") -> VendorImport:
    made = imports.preview(
        unit=unit, file_name="list.csv", content=content, system=system, by=SYSTEM
    )
    return imports.run(vendor_import=made, by=SYSTEM)


def workbook(rows: list[list[Any]], *, text: bool = True) -> bytes:
    """A workbook with these cells; `text`: each of them as text."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        write = sheet.write_string if text else sheet.write
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                write(line, column, cell)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("layout", "ids", "fields"),
    [
        (
            "sap",
            {"0000100042", "0000100043", "A7"},
            {"Supplier": "external_id", "SupplierName": "name", "CityName": "city",
             "VATRegistration": "vat_number", "Country": "country"},
        ),
        (
            "oracle",
            {"0007", "1002"},
            {"Supplier": "name", "SupplierNumber": "external_id", "City": "city",
             "TaxRegistrationNumber": "vat_number", "Country": "country",
             "CorporateWebsite": "website", "SupplierType": "category"},
        ),
        (
            "coupa",
            {"000233", "000234"},
            {"Name": "name", "Supplier Number": "external_id", "Commodity": "category",
             "Tax ID": "vat_number", "Primary Address City": "city",
             "Primary Address Country Code": "country"},
        ),
    ],
)  # fmt: skip
def test_the_list_of_an_erp_is_recognised_and_its_ids_keep_their_zeros(
    unit: BusinessUnit, layout: str, ids: set[str], fields: dict[str, str]
) -> None:
    content = (SAMPLES / f"suppliers-{layout}.csv").read_bytes()

    made = imported(unit, content, system=f"{layout}-prd")

    report = made.report
    assert report["layout"] == layout
    assert dict(report["columns"]) == fields
    assert report["unused"]
    assert not report["refused"]
    kept = ExternalId.objects.filter(system=f"{layout}-prd").values_list("value", flat=True)
    assert set(kept) == ids
    acme = Vendor.objects.get(name="Acme Tooling GmbH")
    assert (str(acme.country), acme.city, acme.vat_number) == ("DE", "Ulm", "DE136695976")


def test_a_list_of_no_erp_is_read_by_its_headings_alone(unit: BusinessUnit) -> None:
    made = imported(unit, b"supplier;supplier number;country\nAcme;0042;DE\n")

    assert made.report["layout"] == ""
    assert dict(made.report["columns"])["supplier"] == "name"
    assert ExternalId.objects.get().value == "0042"


def test_the_preview_says_what_was_recognised_and_which_columns_are_not_used(
    unit: BusinessUnit, procurement: Person
) -> None:
    made = imports.preview(
        unit=unit,
        file_name="suppliers.csv",
        content=(SAMPLES / "suppliers-sap.csv").read_bytes(),
        by=SYSTEM,
    )

    page = procurement.browser.get(reverse("vendors:import", args=[made.pk])).content.decode()

    assert "SAP S/4HANA" in page
    assert "Column “Supplier” is read as id in another system." in page
    assert "Column “PurchasingIsBlocked” is not used." in page


def test_text_cells_of_a_workbook_keep_their_zeros_out_and_in(unit: BusinessUnit) -> None:
    content = workbook([["Vendor", "Vendor id"], ["Acme", "0000100042"], ["Bond", "007"]])
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.get_sheet_by_index(0).to_python()[1] == ["Acme", "0000100042"]

    imported(unit, content, system="coupa-text")

    assert set(ExternalId.objects.values_list("key", flat=True)) == {"0000100042", "007"}


def test_an_id_that_a_spreadsheet_has_shortened_is_named_and_not_taken(unit: BusinessUnit) -> None:
    made = imported(
        unit,
        workbook(
            [["Vendor", "Vendor id"], ["Acme", 100042], ["Long", 12345678901234567], ["Short", 7]],
            text=False,
        ),
    )
    csv = imported(unit, b"vendor;vendor id\nSpoilt;1.23457E+16\n")

    for refused in (made.report["refused"], csv.report["refused"]):
        assert [one["column"].lower() for one in refused] == ["vendor id"]
        assert "shortened" in refused[0]["reason"]
    assert set(ExternalId.objects.values_list("value", flat=True)) == {"100042", "7"}


def test_a_list_is_read_as_one_of_another_system_where_somebody_says_so(
    unit: BusinessUnit, procurement: Person
) -> None:
    # Nothing but a SAP list names its suppliers so, but no heading of it is SAP's alone.
    content = b"Supplier,SupplierName,Country\n0000100042,Aalto Precision Oy,FI\n"
    made = imports.preview(unit=unit, file_name="list.csv", content=content, by=SYSTEM)
    assert made.report["layout"] == ""
    address = reverse("vendors:import", args=[made.pk])
    assert "read the list as" in procurement.browser.get(address).content.decode()

    page = procurement.browser.post(address, {"choice": "sap"}, follow=True).content.decode()
    assert "Read as a list of SAP" in page
    assert not Vendor.objects.exists()
    refused = procurement.browser.post(address, {"choice": "coupa"})
    assert refused.status_code == 422
    procurement.browser.post(address, {"run": "1"})
    assert ExternalId.objects.get().value == "0000100042"
    assert Vendor.objects.get().name == "Aalto Precision Oy"

    other = imports.preview(unit=unit, file_name="list.csv", content=content, by=SYSTEM)
    as_it_reads = imports.choose(vendor_import=other, choice="headings", by=SYSTEM)
    assert as_it_reads.report["layout"] == ""
    with pytest.raises(NotReady):
        imports.choose(vendor_import=made, choice="sap", by=SYSTEM)
