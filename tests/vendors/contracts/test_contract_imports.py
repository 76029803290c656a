"""Lists of contracts and policies: read as they come, refused by cell, written whole or not."""

import io
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.errors import Invalid
from audit.models import Event
from tests.factories.contracts import make_contract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Clause, Contract, ContractImport, Engagement, InsurancePolicy
from vendors.services import contract_imports, vendors
from vendors.services.held_lists import NotReady
from vendors.services.statement_imports import NotWhole

CONTRACTS = b"""Vendor;Contract title;Contract number;Start date;End date;Renewal;Renews by;\
Notice period;Governing law;Cap;Currency;Carve outs;Right to audit;Colour
Nam Long JSC;Supply agreement;C-1;01.02.2024;31.01.2027;automatic;12;90;NA;500.000,00;EUR;\
Breach of our IP rights, intent;Acceptable fallback;red
Nam Long JSC;NDA;C-2;2024-02-01;;;;;Germany;;;nothing;;blue
"""
POLICIES = b"""vendor,kind,insurer,policy number,limit,currency,from,expires on,ip excluded
Nam Long JSC,Cyber,Rhenus,CY-1,1000000.50,USD,2026-01-01,2026-12-31,50 %
"""


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit, name="Nam Long JSC"), unit, title="Housings")


def preview(unit: BusinessUnit, content: bytes, kind: str = "contracts") -> ContractImport:
    return contract_imports.preview(
        unit=unit, kind=kind, file_name="list.csv", content=content, by=SYSTEM
    )


def problems(made: ContractImport) -> list[tuple[int, str, str]]:
    return [(one["line"], one["column"], one["reason"]) for one in made.report["problems"]]


def workbook(*rows: list[Any]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("Policies")
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(number, place, value, value=5)
                else:
                    sheet.write(number, place, value)
    return held.getvalue()


def test_a_list_of_contracts_is_looked_through_and_then_written_with_its_clauses(
    engagement: Engagement, unit: BusinessUnit, legal: Person
) -> None:
    made = preview(unit, CONTRACTS)
    assert made.report["problems"] == []
    assert (made.report["counts"]["new"], made.report["unused"]) == (2, ["Colour"])
    assert not Contract.objects.exists()
    done = contract_imports.run(made=made, by=legal.principal)
    assert bytes(done.content) == b""
    first, second = Contract.objects.order_by("reference")
    assert (str(first.starts_on), first.law_country.code) == ("2024-02-01", "NA")
    assert (first.cap_kind, str(first.cap_amount)) == ("amount", "500000.00")
    assert first.carve_outs == ["ip_breach", "intent"]
    assert (second.status, second.law_country.code, second.carve_outs) == ("in_force", "DE", [])
    assert Clause.objects.get().status == "fallback"
    assert Event.objects.get(type="contracts.imported").data["created"] == 2


def test_importing_a_list_again_changes_nothing(engagement: Engagement, unit: BusinessUnit) -> None:
    for _number in range(2):
        contract_imports.run(made=preview(unit, CONTRACTS), by=SYSTEM)
    again = preview(unit, CONTRACTS)
    assert again.report["counts"] == {
        "rows": 2, "refused": 0, "new": 0, "changed": 0, "unchanged": 2,
    }  # fmt: skip
    assert {one.version for one in Contract.objects.all()} == {1}


def test_only_the_columns_of_the_list_change(engagement: Engagement, unit: BusinessUnit) -> None:
    make_contract(engagement, title="Old", reference="C-1", note="Keep", cap_kind="uncapped")
    contract_imports.run(
        made=preview(unit, b"vendor;title;reference\nNam Long JSC;New;C-1\n"), by=SYSTEM
    )
    contract = Contract.objects.get()
    assert (contract.title, contract.note, contract.cap_kind) == ("New", "Keep", "uncapped")
    assert contract.status == "in_force"


def test_policies_come_from_a_workbook(engagement: Engagement, unit: BusinessUnit) -> None:
    head = ["Vendor", "Kind", "Insurer", "Policy number", "Limit", "Currency", "From", "Until"]
    row = ["Nam Long JSC", "cyber", "Rhenus", "CY-1", 2_000_000, "EUR", "2026-01-01", "2026-12-31"]
    contract_imports.run(made=preview(unit, workbook(head, row), "policies"), by=SYSTEM)
    assert InsurancePolicy.objects.get().limit == 2_000_000
    formula = [*row[:4], "=4+1", *row[5:]]
    made = preview(unit, workbook(head, formula), "policies")
    said = made.report["problems"][0]
    assert (said["line"], said["cell"], said["column"]) == (2, "E2", "Limit")
    assert "formula" in said["reason"]


def test_a_list_of_policies_in_csv(engagement: Engagement, unit: BusinessUnit) -> None:
    contract_imports.run(made=preview(unit, POLICIES, "policies"), by=SYSTEM)
    policy = InsurancePolicy.objects.get()
    assert (str(policy.limit), policy.excluded_percent) == ("1000000.50", 50)


@pytest.mark.parametrize(
    ("change", "column", "word"),
    [
        (("31.01.2027", "30.02.2027"), "End date", "no such day"),
        (("31.01.2027", "31.01.2020"), "End date", "before it starts"),
        (("500.000,00", "-5"), "Cap", "not negative"),
        (("500.000,00", "=A1*2"), "Cap", "formula"),
        (("500.000,00", "#REF!"), "Cap", "error of a formula"),
        ((";EUR;", ";EURO;"), "Currency", "not known"),
        ((";NA;", ";Atlantis;"), "Governing law", "not known"),
        (("automatic", "sometimes"), "Renewal", "Write one of"),
        (("Acceptable fallback", "splendid"), "Right to audit", "Write one of"),
        (("Acceptable fallback", "not applicable"), "Right to audit", "Say why"),
        (("Nam Long JSC;Supply", "Nam Lang;Supply"), "Vendor", "exactly this name"),
        ((";C-2;", ";C-1;"), "Contract title", "line 2 already"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named_and_nothing_is_imported(
    engagement: Engagement, unit: BusinessUnit, change: tuple[str, str], column: str, word: str
) -> None:  # fmt: skip
    before, after = change
    content = CONTRACTS.decode().replace(before, after, 1)
    assert content != CONTRACTS.decode()
    made = preview(unit, content.encode())
    line, heading, reason = problems(made)[0]
    assert (line, heading) == (3 if "C-2" in before else 2, column)
    assert word in reason
    with pytest.raises(NotWhole):
        contract_imports.run(made=made, by=SYSTEM)
    assert not Contract.objects.exists()


def test_with_several_engagements_the_list_has_to_say_which(
    engagement: Engagement, unit: BusinessUnit
) -> None:
    make_engagement(engagement.vendor, unit, title="Moulds")
    body = b"vendor;title;engagement\nNam Long JSC;NDA;\nNam Long JSC;MSA;moulds\n"
    made = preview(unit, body)
    assert [line for line, _column, _reason in problems(made)] == [2]
    assert "“Housings”" in problems(made)[0][2]
    assert made.report["lines"][0]["engagement"] == "Moulds"


def test_vendors_are_found_by_id_and_those_of_other_units_are_not(
    engagement: Engagement, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    vendors.set_external_id(vendor=engagement.vendor, system="erp", value="0042", by=SYSTEM)
    make_vendor(other_unit, name="Theirs")
    made = preview(unit, b"vendor id;vendor;title\n42;;NDA\n;Theirs;NDA\n")
    assert made.report["lines"][0]["name"] == "Nam Long JSC"
    assert problems(made)[0][0] == 3


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"vendor;insurer\nA;B\n", "“title”"),
        (b"title\nNDA\n", "which vendor is meant"),
        (b"\xff\xfe\x00\xd8\x00", "neither"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_with_what_to_do(
    unit: BusinessUnit, content: bytes, word: str
) -> None:
    with pytest.raises(Invalid) as refused:
        preview(unit, content)
    assert word in refused.value.extra["errors"]["file"][0]


def test_the_missing_columns_of_policies_are_named(unit: BusinessUnit) -> None:
    with pytest.raises(Invalid) as refused:
        preview(unit, b"vendor;insurer;limit\nA;B;5\n", "policies")
    said = refused.value.extra["errors"]["file"][0]
    for name in ("“kind”", "“number”", "“currency”", "“valid from”"):
        assert name in said


def test_the_pages_lead_from_the_file_to_the_result(
    engagement: Engagement, procurement: Person
) -> None:
    address = reverse("vendors:contract_import_new")
    sent = {
        "kind": "contracts",
        "system": "erp",
        "unit": str(engagement.unit_id),
        "file": SimpleUploadedFile("contracts.csv", CONTRACTS),
    }
    shown = procurement.browser.post(address, sent, follow=True).content.decode()
    assert "Nothing has been written yet" in shown
    assert "Column “Right to audit” is read as the clause “Right to audit”." in shown
    made = ContractImport.objects.get()
    page = reverse("vendors:contract_import", args=[made.pk])
    done = procurement.browser.post(page, {"run": "1"}, follow=True).content.decode()
    assert "2 rows were imported" in done
    assert "contracts.csv" in procurement.browser.get(address).content.decode()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    engagement: Engagement, procurement: Person
) -> None:
    sent = {
        "kind": "contracts",
        "unit": str(engagement.unit_id),
        "file": SimpleUploadedFile("large.csv", b"x" * 10_000_001),
    }
    html = procurement.browser.post(reverse("vendors:contract_import_new"), sent).content.decode()
    assert "larger than 10 MB" in html
    assert not ContractImport.objects.exists()


def test_what_was_discarded_is_not_imported(engagement: Engagement, unit: BusinessUnit) -> None:
    made = preview(unit, CONTRACTS)
    contract_imports.discard(made=made, by=SYSTEM)
    with pytest.raises(NotReady):
        contract_imports.run(made=made, by=SYSTEM)
