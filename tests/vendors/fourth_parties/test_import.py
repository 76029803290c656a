"""Importing a list of subcontractors: gone through first, then all of it or nothing."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.errors import Invalid
from audit.models import Event
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Subcontract, SubcontractImport, Vendor
from vendors.services import subcontract_imports, vendors
from vendors.services.subcontract_imports import HasProblems

HEAD = "Vendor;Subcontractor;Country;Service;IP;Terms passed on;Approved on;Engagement\n"


@pytest.fixture
def above(unit: BusinessUnit) -> Vendor:
    vendor = make_vendor(unit, name="Nam Long Plastics")
    vendors.set_external_id(vendor=vendor, system="erp", value="0042", by=SYSTEM)
    make_engagement(vendor, unit, title="Housings")
    return vendor


def looked_at(unit: BusinessUnit, text: str | bytes) -> SubcontractImport:
    content = text.encode() if isinstance(text, str) else text
    return subcontract_imports.preview(unit=unit, file_name="list.csv", content=content, by=SYSTEM)


def test_a_preview_writes_nothing_and_says_what_would_happen(
    unit: BusinessUnit, above: Vendor
) -> None:
    before = (Vendor.objects.count(), Event.objects.count())
    made = looked_at(
        unit,
        HEAD
        + "Nam Long Plastics;Saigon Galvanics;NA;Galvanising;designs;yes;2026-01-05;Housings\n"
        + "Saigon Galvanics;Acid Works;VN;Acids;;;;\n",
    )
    assert (Vendor.objects.count(), Event.objects.count()) == before
    assert not Subcontract.objects.exists()
    assert made.report["counts"] == {
        "rows": 2,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "companies": 2,
        "problems": 0,
    }


def test_the_list_is_imported_to_any_depth_and_again_changes_nothing(
    unit: BusinessUnit, above: Vendor
) -> None:
    text = (
        HEAD
        + "Nam Long Plastics;Saigon Galvanics;NA;Galvanising;Designs, drawings and CAD data; yes\n"
        + "Saigon Galvanics;Acid Works;VN;Acids;;;;\n"
    )
    subcontract_imports.run(made=looked_at(unit, text), by=SYSTEM)
    first = Subcontract.objects.get(service="Galvanising")
    assert first.subcontractor.country == "NA"
    assert (first.ip_kinds, first.flowed_down) == (["designs"], True)
    assert Subcontract.objects.get(service="Acids").vendor == first.subcontractor
    again = looked_at(unit, text)
    assert again.report["counts"]["unchanged"] == 2
    events = Event.objects.count()
    subcontract_imports.run(made=again, by=SYSTEM)
    assert Event.objects.count() == events


def test_an_empty_cell_leaves_what_is_on_record(unit: BusinessUnit, above: Vendor) -> None:
    company = make_company(above, "Saigon Galvanics", country="VN")
    row = make_subcontract(above, company, service="Galvanising", flowed_down=True)
    made = looked_at(
        unit, "vendor id;subcontractor;service;approved\n42;Saigon Galvanics;galvanising;5.1.2026\n"
    )
    subcontract_imports.run(made=made, by=SYSTEM)
    row.refresh_from_db()
    assert (row.flowed_down, str(row.approved_on)) == (True, "2026-01-05")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("Nobody;Acid Works;VN;Acids;;;;", "Vendor", "No vendor of yours has this name"),
        (";Acid Works;VN;Acids;;;;", "Vendor", "Say for which vendor"),
        ("Nam Long Plastics;;VN;Acids;;;;", "Subcontractor", "Enter a name"),
        ("Nam Long Plastics;Acid Works;Atlantis;Acids;;;;", "Country", "is not known"),
        ("Nam Long Plastics;Acid Works;VN;;;;;", "Service", "Say what the subcontractor does"),
        ("Nam Long Plastics;Acid Works;VN;Acids;recipes;;;", "IP", "is no kind of IP"),
        ("Nam Long Plastics;Acid Works;VN;Acids;;perhaps;;", "Terms passed on", "yes or no"),
        ("Nam Long Plastics;Acid Works;VN;Acids;;;31.02.2026;", "Approved on", "no such day"),
        ("Nam Long Plastics;Acid Works;VN;Acids;;;2999-01-01;", "Approved on", "not come yet"),
        ("Nam Long Plastics;Acid Works;VN;=A1;;;;", "Service", "This is a formula"),
        ("Nam Long Plastics;Acid Works;VN;Acids;;;;Wheels", "Engagement", "no single engagement"),
        ("Nam Long Plastics;Nam Long Plastics;VN;All;;;;", "Subcontractor", "own subcontractor"),
    ],
)
def test_what_cannot_be_taken_is_named_by_line_and_column_and_stops_all_of_it(
    unit: BusinessUnit, above: Vendor, row: str, column: str, reason: str
) -> None:
    made = looked_at(unit, f"{HEAD}Nam Long Plastics;Good Company;VN;Packing;;;;\n{row}\n")
    (said,) = made.report["problems"]
    assert (said["line"], said["column"]) == (3, column)
    assert reason in said["reason"]
    with pytest.raises(HasProblems, match="Nothing was imported"):
        subcontract_imports.run(made=made, by=SYSTEM)
    assert not Vendor.objects.filter(name="Good Company").exists()


def test_a_circle_within_the_list_is_found(unit: BusinessUnit, above: Vendor) -> None:
    made = looked_at(
        unit,
        HEAD
        + "Nam Long Plastics;Second Company;VN;Parts;;;;\n"
        + "Second Company;Nam Long Plastics;VN;Parts;;;;\n",
    )
    assert "would close a circle" in made.report["problems"][0]["reason"]


def test_a_company_that_looks_like_another_is_named(unit: BusinessUnit, above: Vendor) -> None:
    make_vendor(unit, name="Saigon Galvanics Co Ltd", country="VN")
    made = looked_at(unit, f"{HEAD}Nam Long Plastics;Saigon Galvanics;VN;Galvanising;;;;\n")
    assert "“Saigon Galvanics Co Ltd”" in made.report["notices"][0]["reason"]


def test_a_formula_in_a_workbook_is_refused_by_its_cell(unit: BusinessUnit, above: Vendor) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Vendor", "Subcontractor", "Service"])
        sheet.write_row(1, 0, ["Nam Long Plastics", "Acid Works"])
        sheet.write_formula(1, 2, '="Ac"&"ids"', None, "Acids")
    made = looked_at(unit, file.getvalue())
    assert made.report["problems"][0]["reason"].startswith("This is a formula")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"subcontractor;country\nA;VN\n", "no column “service” and “vendor”"),
        (b"name;town\nAcid Works;Hue\n", "no column “service” and “vendor”"),
        (b"supplier;trade\nAcid Works;Acids\n", "no column “subcontractor” and “service”"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused(
    unit: BusinessUnit, above: Vendor, content: bytes, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        looked_at(unit, content)


def test_a_list_is_uploaded_looked_at_and_imported_or_let_go(
    above: Vendor, procurement: Person, unit: BusinessUnit
) -> None:
    text = f"{HEAD}Nam Long Plastics;Saigon Galvanics;VN;Galvanising;;;;\n"

    def upload() -> str:
        sent = {"unit": str(unit.pk), "file": SimpleUploadedFile("list.csv", text.encode())}
        answer = procurement.browser.post("/fourth-parties/import/", sent)
        return str(answer["Location"])

    address = upload()
    assert "Nothing has been written yet" in procurement.browser.get(address).content.decode()
    procurement.browser.post(address, {"run": "1"})
    assert Subcontract.objects.count() == 1
    assert "1 subcontract was recorded" in procurement.browser.get(address).content.decode()
    other = upload()
    procurement.browser.post(other, {"discard": "1"})
    assert bytes(SubcontractImport.objects.latest("pk").content) == b""


def test_another_units_list_is_not_there(
    above: Vendor, unit: BusinessUnit, outsider_procurement: Person
) -> None:
    made = looked_at(unit, f"{HEAD}Nam Long Plastics;Saigon Galvanics;VN;Galvanising;;;;\n")
    answer = outsider_procurement.browser.get(f"/fourth-parties/import/{made.pk}/")
    assert answer.status_code == 404
