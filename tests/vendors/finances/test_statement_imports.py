"""Importing statements from CSV files and workbooks."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit.errors import Invalid
from audit.models import Event
from tests.factories.statements import make_statement
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.vendors.finances.books import workbook
from vendors.imports.statement_template import workbook as template
from vendors.models import FinanceImport, Statement, Vendor
from vendors.services import statement_imports, statements, vendors
from vendors.services.held_lists import NotReady
from vendors.services.statement_imports import NotWhole

HEAD = ["Fiscal year", "Period end", "Currency", "Unit", "Source", "Total assets", "Equity", "EBIT"]
YEAR = [2025, date(2025, 12, 31), "EUR", "thousands", "audited", 1000, 400, -12.5]


def preview(
    unit: BusinessUnit, content: bytes, vendor: Vendor | None = None, **options: Any
) -> FinanceImport:
    return statement_imports.preview(
        unit=unit, vendor=vendor, file_name="list.xlsx", content=content, by=SYSTEM, **options
    )


def problems(made: FinanceImport) -> list[tuple[int, str, str]]:
    """(line, cell, what to do) of each."""
    return [(one["line"], one["cell"], one["reason"]) for one in made.report["problems"]]


def test_a_workbook_of_one_vendor_is_previewed_and_then_imported(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    made = preview(unit, workbook(HEAD, YEAR), vendor)
    assert made.report["counts"]["new"] == 1
    assert not Statement.objects.exists()
    done = statement_imports.run(made=made, by=SYSTEM)
    row = Statement.objects.get(vendor=vendor)
    assert (row.total_assets, row.ebit, row.scale) == (Decimal(1000), Decimal("-12.5"), 1_000)
    assert (row.source, row.period_end) == ("audited", date(2025, 12, 31))
    assert (done.status, bytes(done.content)) == ("done", b"")


def test_running_it_again_changes_nothing(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    made = preview(unit, workbook(HEAD, YEAR), vendor)
    statement_imports.run(made=made, by=SYSTEM)
    events = Event.objects.count()
    statement_imports.run(made=made, by=SYSTEM)
    again = preview(unit, workbook(HEAD, YEAR), vendor)
    assert again.report["counts"]["unchanged"] == 1
    statement_imports.run(made=again, by=SYSTEM)
    assert Event.objects.count() == events


def test_rows_name_vendors_by_id_lei_or_name(unit: BusinessUnit) -> None:
    by_id = make_vendor(unit, name="Alder GmbH")
    vendors.set_external_id(vendor=by_id, system="sap-100", value="0000100042", by=SYSTEM)
    by_lei = make_vendor(unit, name="Birch AG", lei="5299000J2N45DDNE4Y28")
    by_name = make_vendor(unit, name="Cedar Ltd")
    head = ["System", "Vendor id", "LEI", "Vendor name", *HEAD]
    made = preview(
        unit,
        workbook(
            head,
            ["sap-100", "100042", "", "", *YEAR],
            ["", "", "5299000J2N45DDNE4Y28", "", *YEAR],
            ["", "", "", "cedar ltd", *YEAR],
        ),
    )
    assert problems(made) == []
    statement_imports.run(made=made, by=SYSTEM)
    assert {one.vendor for one in Statement.objects.all()} == {by_id, by_lei, by_name}


def test_vendors_that_cannot_be_found_or_told_apart_are_named_by_cell(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    make_vendor(unit, name="Twin")
    make_vendor(unit, name="Twin")
    make_vendor(other_unit, name="Elsewhere")
    make_vendor(unit, name="Alder", lei="5299000J2N45DDNE4Y28")
    head = ["Vendor name", "LEI", *HEAD]
    made = preview(
        unit,
        workbook(
            head,
            ["Twin", "", *YEAR],
            ["Elsewhere", "", *YEAR],
            ["", "", *YEAR],
            ["Twin", "5299000J2N45DDNE4Y28", *YEAR],
        ),
    )
    found = problems(made)
    assert [(line, cell) for line, cell, _said in found] == [
        (2, "A2"), (3, "A3"), (4, ""), (5, "A5"),
    ]  # fmt: skip
    assert "2 vendors are meant" in found[0][2]
    assert "No vendor of this business unit" in found[1][2]


def test_every_bad_cell_is_named_and_nothing_is_half_imported(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    rows = [
        YEAR,
        [2024, "2024-02-30", "EUR", "thousands", "audited", 1000, 400, 5],
        [2023, date(2023, 12, 31), "XQX", "thousands", "audited", 1000, 400, 5],
        [2022, date(2022, 12, 31), "EUR", "thousands", "audited", -1000, 400, 5],
        [2021, date(2021, 12, 31), "EUR", "thousands", "audited", "=1+6", 400, 5],
        [2020, date(2020, 12, 31), "EUR", "dozens", "hearsay", 1000, 400, 5],
        [2025, date(2025, 12, 31), "EUR", "thousands", "audited", 900, 400, 5],
    ]
    made = preview(unit, workbook(HEAD, *rows), vendor)
    found = problems(made)
    assert [(line, cell) for line, cell, _said in found] == [
        (3, "B3"), (4, "C4"), (5, "F5"), (6, "F6"), (7, "D7"), (7, "E7"), (8, "A8"),
    ]  # fmt: skip
    said = " ".join(reason for _line, _cell, reason in found)
    for words in ("no such day", "XQX", "cannot be negative", "formula", "thousands or millions"):
        assert words in said
    assert "stands in line 2 already" in said
    with pytest.raises(NotWhole):
        statement_imports.run(made=made, by=SYSTEM)
    assert not Statement.objects.exists()


def test_a_csv_file_is_read_in_its_own_encoding_and_decimals(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, name="Müller Präzision")
    content = (
        "Lieferant;Geschäftsjahr;Bilanzstichtag;Währung;Einheit;Source;Bilanzsumme;Eigenkapital\n"
        "Müller Präzision;2025;31.12.2025;EUR;Tsd;audited;1.250;(12,5)\n"
    ).encode("cp1252")
    made = preview(unit, content)
    assert problems(made) == []
    statement_imports.run(made=made, by=SYSTEM)
    row = Statement.objects.get(vendor=vendor)
    assert (row.total_assets, row.equity, row.scale) == (Decimal(1250), Decimal("-12.5"), 1_000)


def test_a_csv_file_that_does_not_tell_its_decimals_is_asked(unit: BusinessUnit) -> None:
    content = b"fiscal year,period end,currency,source,sales\n2025,2025-12-31,EUR,audited,1.250\n"
    made = preview(unit, content, make_vendor(unit))
    assert problems(made)[0][:2] == (2, "")
    assert "1250 or as 1.250" in problems(made)[0][2]
    assert made.report["problems"][0]["column"] == "sales"


def test_a_change_is_shown_before_it_is_made(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    make_statement(vendor)
    made = preview(unit, workbook(HEAD, [*YEAR[:7], 95]), vendor)
    line = made.report["lines"][0]
    assert line["becomes"] == "changed"
    assert line["changes"]["ebit"] == ["90.0000", "95.0000"]
    assert line["changes"]["sales"] == ["1200.0000", None]


def test_a_declined_year_can_be_imported(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    made = preview(unit, b"fiscal year,declined to disclose\n2025,yes\n", vendor)
    statement_imports.run(made=made, by=SYSTEM)
    assert Statement.objects.get(vendor=vendor).declined


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"name,sales\nAlder,5\n", "No column with the fiscal year"),
        (b"fiscal year,sales\n2025,5\n", "whose statement it is"),
        (b"name,fiscal year\nAlder,2025\n", "No column holds a figure"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 32)) * 20, "neither a CSV"),
        (b"PK\x03\x04 broken", "cannot be opened"),
        (b"name,fiscal year,sales\n" + b"Alder,2025,5\n" * 1_001, "at most 1000"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    unit: BusinessUnit, content: bytes, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        preview(unit, content)


def test_an_odd_unit_is_pointed_out_in_the_preview(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    make_statement(vendor, 2024)
    made = preview(unit, workbook(HEAD, [*YEAR[:3], "millions", *YEAR[4:]]), vendor)
    assert "Is the unit right" in made.report["lines"][0]["hints"][0]


def test_the_empty_workbook_can_be_filled_in_and_imported(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    made = preview(unit, template(of_one_vendor=True), vendor)
    assert made.report["counts"]["rows"] == 0
    assert made.report["unused"] == []
    assert len(made.report["columns"]) == 29


def test_a_discarded_list_cannot_be_imported(unit: BusinessUnit) -> None:
    made = preview(unit, workbook(HEAD, YEAR), make_vendor(unit))
    statement_imports.discard(made=made, by=SYSTEM)
    with pytest.raises(NotReady):
        statement_imports.run(made=made, by=SYSTEM)


def test_what_a_person_withdrew_is_filed_anew(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    old = make_statement(vendor)
    statements.withdraw(statement=old, reason="Wrong company", by=SYSTEM)
    made = preview(unit, workbook(HEAD, YEAR), vendor)
    assert made.report["counts"]["new"] == 1


@pytest.mark.parametrize("who", ["auditor", "outsider_procurement"])
def test_only_those_who_record_facts_of_the_unit_import(
    who: str, unit: BusinessUnit, request: pytest.FixtureRequest
) -> None:
    person: Person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        statement_imports.preview(
            unit=unit,
            vendor=None,
            file_name="list.csv",
            content=b"name,fiscal year,sales\nAlder,2025,5\n",
            by=person.principal,
        )
