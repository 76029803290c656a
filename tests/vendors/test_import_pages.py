"""The pages and the command that import lists of vendors."""

import csv
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.personas import Person
from vendors.models import Vendor, VendorImport
from vendors.services import imports

NASTY = Path(__file__).parent / "data" / "nasty.csv"
NEW = "/imports/new/"


def upload(person: Person, unit: BusinessUnit, content: bytes) -> str:
    """The address of the preview."""
    file = SimpleUploadedFile("Vendors 2026.csv", content)
    response = person.browser.post(NEW, {"file": file, "unit": str(unit.pk), "system": "sap-100"})
    assert response.status_code == 302, response.content.decode()
    return response.headers["Location"]


def test_a_list_is_shown_first_and_imported_when_confirmed(
    unit: BusinessUnit, procurement: Person
) -> None:
    address = upload(procurement, unit, NASTY.read_bytes())
    preview = procurement.browser.get(address).content.decode()
    assert "Nothing has been written yet" in preview
    assert "Country “Neverland” is not known." in preview
    assert "Column “Remark” is not used." in preview
    assert not Vendor.objects.exists()
    result = procurement.browser.post(address, {"run": "1"}, follow=True).content.decode()
    assert "7 vendors were added." in result
    assert "5 rows were refused" in result
    assert Vendor.objects.count() == 7
    assert "Vendors 2026.csv" in procurement.browser.get("/imports/").content.decode()


def test_countries_are_told_by_their_names(unit: BusinessUnit, procurement: Person) -> None:
    address = upload(procurement, unit, b"vendor id,name,country\n100,Alpha GmbH,DE\n")
    assert "Germany" in procurement.browser.get(address).content.decode()
    procurement.browser.post(address, {"run": "1"})
    address = upload(procurement, unit, b"vendor id,name,country\n100,Alpha GmbH,AT\n")
    assert "country “Germany” → “Austria”" in procurement.browser.get(address).content.decode()


def test_a_list_that_brings_nothing_new_says_so(unit: BusinessUnit, procurement: Person) -> None:
    procurement.browser.post(upload(procurement, unit, b"name\nAcme"), {"run": "1"})
    html = procurement.browser.get(upload(procurement, unit, b"name\nAcme")).content.decode()
    assert "There is nothing to import" in html
    assert 'name="run"' not in html


def test_a_discarded_list_imports_nothing(unit: BusinessUnit, procurement: Person) -> None:
    address = upload(procurement, unit, b"name\nAcme")
    procurement.browser.post(address, {"discard": "1"})
    response = procurement.browser.post(address, {"run": "1"})
    assert response.status_code == 409
    assert not Vendor.objects.exists()


def test_refused_rows_are_downloaded_as_a_file_that_runs_no_formula(
    unit: BusinessUnit, procurement: Person
) -> None:
    address = upload(procurement, unit, 'name,country\nA,"=HYPERLINK(""x"")"\nÉ,Neverland'.encode())
    response = procurement.browser.get(address + "refused.csv")
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert lines[0] == ["Line", "Column", "Value", "Reason"]
    assert lines[1][:3] == ["2", "country", '\'=HYPERLINK("x")']
    assert lines[2] == ["3", "country", "Neverland", "Country “Neverland” is not known."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "The file is empty"), (b"a,b\n1,2", "No column with the vendors")],
)
def test_a_file_that_cannot_be_used_is_refused_at_its_field(
    unit: BusinessUnit, procurement: Person, content: bytes, sentence: str
) -> None:
    file = SimpleUploadedFile("x.csv", content)
    response = procurement.browser.post(
        NEW, {"file": file, "unit": str(unit.pk), "system": "sap-7"}
    )
    html = response.content.decode()
    assert "<title>Error:" in html
    assert sentence in html
    assert 'value="sap-7"' in html


def test_a_list_cannot_be_put_into_a_unit_of_others(
    unit: BusinessUnit, outsider_procurement: Person
) -> None:
    file = SimpleUploadedFile("x.csv", b"name\nAcme")
    response = outsider_procurement.browser.post(NEW, {"file": file, "unit": str(unit.pk)})
    assert response.status_code == 200
    assert not VendorImport.objects.exists()


@pytest.mark.parametrize(
    ("who", "lists", "one"),
    [
        ("admin", 200, 200),
        ("procurement", 200, 200),
        ("legal", 403, 403),
        ("auditor", 403, 403),
        ("outsider_procurement", 200, 404),
    ],
)
def test_only_who_imports_for_the_unit_sees_its_lists(
    request: pytest.FixtureRequest, unit: BusinessUnit, who: str, lists: int, one: int
) -> None:
    made = imports.preview(unit=unit, file_name="Secret.csv", content=b"name\nAcme", by=SYSTEM)
    person: Person = request.getfixturevalue(who)
    shown = person.browser.get("/imports/")
    assert shown.status_code == person.browser.get(NEW).status_code == lists
    assert ("Secret.csv" in shown.content.decode()) == (one == 200)
    for name in ("import", "import_refused"):
        assert person.browser.get(reverse(f"vendors:{name}", args=[made.pk])).status_code == one
    address = reverse("vendors:import", args=[made.pk])
    assert person.browser.post(address, {"run": "1"}).status_code == (302 if one == 200 else one)


def test_the_list_of_imports_asks_the_same_number_of_queries_at_any_length(
    unit: BusinessUnit,
    procurement: Person,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    procurement.browser.get("/imports/")
    for number in range(12):
        imports.preview(unit=unit, file_name=f"{number}.csv", content=b"name\nA", by=SYSTEM)
    with django_assert_max_num_queries(8):
        procurement.browser.get("/imports/")


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("import_vendors", *arguments)
    return capsys.readouterr().out


def test_the_command_imports_and_names_each_refused_row(
    unit: BusinessUnit, capsys: pytest.CaptureFixture[str]
) -> None:
    said = command(capsys, str(NASTY))
    assert "read as UTF-8, separated by ';'; unit Machine tools" in said
    assert "refused: line 5, Country “Neverland”: Country “Neverland” is not known." in said
    assert "Done: 7 new" in said
    assert Vendor.objects.count() == 7
    assert "Done: 0 new, 0 linked from other units, 0 changed, 7 there already" in command(
        capsys, str(NASTY), "--unit", unit.code
    )


def test_a_dry_run_of_the_command_writes_nothing(
    unit: BusinessUnit, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Nothing was written. Would be: 7 new" in command(capsys, str(NASTY), "--dry-run")
    assert not Vendor.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((str(NASTY),), "Name the business unit with --unit CODE"),
        ((str(NASTY), "--unit", "nowhere"), "There is no business unit “nowhere”"),
        (("/nowhere.csv", "--unit", "machine-tools"), "cannot be read"),
    ],
)
def test_the_command_says_what_it_needs(
    unit: BusinessUnit, other_unit: BusinessUnit, arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("import_vendors", *arguments)
