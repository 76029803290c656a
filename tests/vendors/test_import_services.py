"""Importing lists of vendors."""

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit.errors import Invalid
from audit.models import Event
from tests.factories.accounts import make_unit
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.imports.columns import country_code
from vendors.models import ExternalId, Vendor, VendorImport, VendorUnit
from vendors.services import imports, vendors
from vendors.services.held_lists import NotReady

NASTY = Path(__file__).parent / "data" / "nasty.csv"


def imported(unit: BusinessUnit, content: bytes | str, **options: Any) -> VendorImport:
    raw = content.encode() if isinstance(content, str) else content
    made = imports.preview(unit=unit, file_name="list.csv", content=raw, by=SYSTEM, **options)
    return imports.run(vendor_import=made, by=SYSTEM)


def counts(made: VendorImport) -> dict[str, int]:
    shown = ("new", "unchanged", "changed", "linked", "duplicates", "refused")
    return {key: made.report["counts"][key] for key in shown if made.report["counts"][key]}


def refused(made: VendorImport) -> dict[int, str]:
    return {said["line"]: said["reason"] for said in made.report["refused"]}


def test_each_refused_row_is_named_and_the_rest_goes_in(unit: BusinessUnit) -> None:
    made = imported(unit, NASTY.read_bytes())
    assert counts(made) == {"new": 7, "duplicates": 1, "refused": 5}
    assert refused(made) == {
        5: "Country “Neverland” is not known.",
        6: "The name is missing.",
        7: "Line 2 has the same one for “Halden Präzision GmbH”; line 7 says "
        "“Halden Praezision AG”.",
        9: "A quotation mark is opened on this line and not closed.",
        12: "Line 2 has the same one for “Halden Präzision GmbH”; line 12 says “Hanoi Tools”.",
    }
    assert set(Vendor.objects.values_list("name", "country")) == {
        ("Halden Präzision GmbH", "DE"),
        ('Nam Long; Plastics "JSC"', "VN"),
        ("Windhoek Castings (Pty) Ltd", "NA"),
        ("Dubai Moulds LLC", "AE"),
        ("No Country Inc", ""),
        ("Étoile SA", "CI"),
        ("Last & Least plc", "GB"),
    }
    assert VendorUnit.objects.filter(unit=unit).count() == 7
    assert Vendor.objects.get(name="Étoile SA").registration_number == ""
    assert set(ExternalId.objects.values_list("system", "key")) == {
        ("erp", "100042"),
        ("erp", "100043"),
    }


def test_what_a_row_says_beside_its_company_never_stops_it(unit: BusinessUnit) -> None:
    made = imported(unit, NASTY.read_bytes())
    said = {(one["line"], one["column"]): one["reason"] for one in made.report["notices"]}
    assert said == {
        (3, "Registration No."): (
            "The check digits of this registration number do not match. Is it mistyped?"
        ),
        (10, "Country"): "Taken as United Arab Emirates.",
        (11, "Country"): "No country is given: it goes in as not known.",
        (11, "Curr."): "Currency “QQQ” is not known. Left out.",
        (11, "Web"): "Enter a web address, like example.com. Left out.",
    }


def test_a_preview_writes_no_vendor_and_says_what_the_import_then_does(unit: BusinessUnit) -> None:
    made = imports.preview(unit=unit, file_name="list.csv", content=NASTY.read_bytes(), by=SYSTEM)
    assert not Vendor.objects.exists()
    foretold = counts(made)
    assert counts(imports.run(vendor_import=made, by=SYSTEM)) == foretold


def test_a_second_run_of_the_same_list_changes_nothing(unit: BusinessUnit) -> None:
    imported(unit, NASTY.read_bytes())
    before = list(Vendor.objects.order_by("pk").values())
    events = Event.objects.count()
    again = imported(unit, NASTY.read_bytes())
    assert counts(again) == {"unchanged": 7, "duplicates": 1, "refused": 5}
    assert list(Vendor.objects.order_by("pk").values()) == before
    assert Event.objects.count() == events


def test_confirming_twice_imports_once(unit: BusinessUnit) -> None:
    made = imports.preview(unit=unit, file_name="x", content=b"name\nAcme", by=SYSTEM)
    for _again in range(2):
        imports.run(vendor_import=made, by=SYSTEM)
    assert Vendor.objects.count() == 1


def test_a_discarded_list_cannot_be_imported(unit: BusinessUnit) -> None:
    made = imports.preview(unit=unit, file_name="x", content=b"name\nAcme", by=SYSTEM)
    imports.discard(vendor_import=made, by=SYSTEM)
    with pytest.raises(NotReady):
        imports.run(vendor_import=made, by=SYSTEM)


def test_the_uploaded_file_is_let_go_once_it_is_imported(unit: BusinessUnit) -> None:
    imported(unit, "name\nAcme")
    assert bytes(VendorImport.objects.get().content) == b""


def test_one_event_names_up_to_500_vendors(unit: BusinessUnit) -> None:
    lines = "\n".join(f"Vendor {number},DE" for number in range(501))
    imported(unit, f"name,country\n{lines}")
    events = list(Event.objects.filter(type="vendors.imported").order_by("position"))
    assert [event.data["created"] for event in events] == [500, 1]
    named = {pk for event in events for pk in event.data["vendor_ids"]}
    assert named == {str(pk) for pk in Vendor.objects.values_list("pk", flat=True)}


def test_an_import_that_fails_in_the_middle_leaves_nothing_behind(unit: BusinessUnit) -> None:
    lines = "\n".join(f"Vendor {number},DE" for number in range(501))
    made = imports.preview(
        unit=unit, file_name="x", content=f"name,country\n{lines}".encode(), by=SYSTEM
    )
    with connection.cursor() as cursor:
        # The database itself refuses a row of the second chunk.
        cursor.execute(
            "ALTER TABLE vendors_vendor ADD CONSTRAINT not_500 CHECK (name <> 'Vendor 500')"
        )
    with pytest.raises(imports.ChangedMeanwhile):
        imports.run(vendor_import=made, by=SYSTEM)
    assert not Vendor.objects.exists()
    assert not Event.objects.exists()
    made.refresh_from_db()
    assert made.status == "preview"


@pytest.mark.parametrize("who", ["legal", "auditor", "outsider_procurement"])
def test_others_cannot_import_into_the_unit(
    request: pytest.FixtureRequest, unit: BusinessUnit, who: str
) -> None:
    person: Person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        imports.preview(unit=unit, file_name="x", content=b"name\nA", by=person.principal)


TEXT = "Vendor,Country\nHalden Präzision,Österreich\nCafé Tools,Brazil\n"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_usual_way_to_save_a_csv_file_is_read_and_named(
    unit: BusinessUnit, encoding: str, said: str, delimiter: str, ending: str
) -> None:
    content = TEXT.replace(",", delimiter).replace("\n", ending).encode(encoding)
    made = imported(unit, content)
    assert made.report["format"]["encoding"] == said
    assert made.report["format"]["delimiter"] == delimiter
    assert set(Vendor.objects.values_list("name", "country")) == {
        ("Halden Präzision", "AT"),
        ("Café Tools", "BR"),
    }


def test_a_workbook_is_read_with_its_numbers_as_they_look(unit: BusinessUnit) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("About").write(0, 0, "Exported on Monday")
        sheet = book.add_worksheet("Vendors")
        sheet.write_row(2, 0, ["Lieferant", "Land", "Kreditor"])
        sheet.write_row(3, 0, ["Halden Präzision", "NA", 100042])
        sheet.write_row(5, 0, ["", "DE", 7])
    made = imported(unit, file.getvalue())
    assert made.report["format"]["sheet"] == "Vendors"
    assert refused(made) == {6: "The name is missing."}
    assert Vendor.objects.get().country.code == "NA"
    assert ExternalId.objects.get().key == "100042"


def test_a_heading_may_come_after_a_title_and_a_cell_may_hold_line_breaks(
    unit: BusinessUnit,
) -> None:
    made = imported(
        unit, 'Suppliers 2026\n\nname,city\n"Two\nLines Ltd",Bern\nNext,\nLast,"Unclosed\n'
    )
    assert set(Vendor.objects.values_list("name", flat=True)) == {"Two Lines Ltd", "Next"}
    assert list(refused(made)) == [7]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (b"%PDF-1.7\x00\x01\x02\x03\x04\x05\x06" + bytes(range(32)) * 9, "neither a CSV"),
        (b"PK\x03\x04broken", "cannot be opened"),
        (b"a,b\n1,2", "No column with the vendors"),
        (b"name\n" + b"x\n" * 20_001, "20001 rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(
    unit: BusinessUnit, content: bytes, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        imported(unit, content)
    assert not VendorImport.objects.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("United States", "US"),
        ("South Korea", "KR"),
        ("Russia", "RU"),
        ("hong kong", "HK"),
        ("Czech Republic", "CZ"),
        ("UK", "GB"),
        ("NA", "NA"),
        ("NAM", "NA"),
        ("Deutschland", "DE"),
        ("CÔTE D'IVOIRE", "CI"),
        ("Tanzania, United Republic of", "TZ"),
        ("The Netherlands", "NL"),
        ("Neverland", None),
        ("", None),
    ],
)
def test_countries_are_known_by_the_names_that_lists_use(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_a_vendor_is_recognised_by_its_id_and_takes_the_values_of_the_list(
    unit: BusinessUnit,
) -> None:
    vendor = make_vendor(unit, name="Old Name", country="DE", city="Ulm", website="kept.example")
    vendors.set_external_id(vendor=vendor, system="sap", value="0042", by=SYSTEM)
    made = imported(unit, "name,country,city,website,lifnr\nNew Name,FR,Lyon,,42", system="sap")
    assert counts(made) == {"changed": 1}
    vendor.refresh_from_db()
    assert (vendor.name, vendor.country.code, vendor.city) == ("New Name", "FR", "Lyon")
    assert vendor.website == "https://kept.example"
    assert vendor.version == 2
    event = Event.objects.get(type="vendors.imported")
    assert event.detail.data["changes"][str(vendor.pk)]["name"] == ["Old Name", "New Name"]


def test_a_number_that_belongs_to_another_name_is_refused_with_that_name(
    unit: BusinessUnit,
) -> None:
    make_vendor(unit, name="Halden GmbH", country="DE", registration_number="HRB 1")
    made = imported(unit, "name,country,reg no\nOther AG,DE,HRB1\nOther AG,FR,HRB1")
    assert refused(made) == {2: "It belongs to “Halden GmbH” (DE) already."}
    assert counts(made) == {"new": 1, "refused": 1}


def test_a_row_whose_numbers_belong_to_two_vendors_is_refused(unit: BusinessUnit) -> None:
    first = make_vendor(unit, name="Alpha", country="DE")
    vendors.set_external_id(vendor=first, system="erp", value="1", by=SYSTEM)
    make_vendor(unit, name="Beta", country="DE", registration_number="R2")
    made = imported(unit, "name,country,reg no,vendor id\nAlpha,DE,R2,1")
    assert "different vendors" in refused(made)[2]


def test_a_vendor_that_another_unit_knows_is_linked_not_doubled(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    vendor = make_vendor(other_unit, name="Halden", country="DE", registration_number="HRB 1")
    made = imported(unit, "name,country,reg no,category\nHalden,DE,HRB 1,Castings")
    assert counts(made) == {"linked": 1}
    assert vendor.unit_links.get(unit=unit).category == "Castings"
    assert counts(imported(unit, "name,country,reg no\nHalden,DE,HRB 1")) == {"unchanged": 1}


def test_a_list_does_not_overwrite_what_another_unit_keeps(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    vendor = make_vendor(
        other_unit, name="Halden", country="DE", registration_number="HRB 1", city="Ulm"
    )
    made = imported(unit, "name,country,reg no,city\nHalden,DE,HRB 1,Bonn")
    assert "Another business unit knows this vendor" in refused(made)[2]
    vendor.refresh_from_db()
    assert vendor.city == "Ulm"
    assert "Ulm" not in str(made.report)


def test_a_name_that_differs_in_capitals_only_is_never_written_over(unit: BusinessUnit) -> None:
    make_vendor(unit, name="ALPHA", country="DE")
    text = "name,country,vendor id\nAlpha,DE,1"
    for _twice in range(2):
        imported(unit, text)
    assert Vendor.objects.get().name == "ALPHA"


words = st.sampled_from(["Alpha", "ALPHA", "Alpha, Inc.", "Béta", "Gamma", "", "n/a", "İÇ"])
marks = st.sampled_from(["", "1", "01", "2", "R-1", "R 1", "US1667641005", "NA"])
rows = st.lists(
    st.tuples(
        words,
        st.sampled_from(["", "DE", "Germany", "NA", "Neverland"]),
        marks,
        marks,
        st.sampled_from(["", "Ulm", "Bonn"]),
    ),
    max_size=9,
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(earlier=rows, later=rows)
def test_importing_any_list_twice_changes_nothing(
    db: None, earlier: list[tuple[str, ...]], later: list[tuple[str, ...]]
) -> None:
    """Whatever the list, and whatever was imported before into two units."""
    unit, other = make_unit(), make_unit()

    def text(lines: list[tuple[str, ...]]) -> str:
        quoted = ("|".join(line) for line in lines)
        return "name|country|reg no|vendor id|city\n" + "\n".join(quoted)

    imported(other, text(earlier))
    imported(unit, text(later[::2] + earlier[::2]))
    imported(unit, text(later))
    before = list(Vendor.objects.order_by("pk").values())
    events = Event.objects.count()
    again = imported(unit, text(later))
    assert again.report["counts"]["new"] == 0
    assert list(Vendor.objects.order_by("pk").values()) == before
    assert Event.objects.count() == events
    counted = again.report["counts"]
    assert counted["rows"] == sum(
        counted[key] for key in ("new", "unchanged", "changed", "linked", "duplicates", "refused")
    )
    Vendor.objects.all().delete()
    VendorImport.objects.all().delete()
