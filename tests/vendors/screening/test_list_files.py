"""Files of watch-lists are read as their publishers write them, and refused by line and column."""

import io
from typing import Any

import pytest

from vendors.imports.list_file import MOST_BYTES, Listed, Read, Unreadable, read


def of(text: str | bytes) -> Read:
    content = text.encode() if isinstance(text, str) else text
    return read(io.BytesIO(content), size=len(content))


def only(text: str | bytes) -> Listed:
    found = of(text)
    assert found.problems == []
    (entry,) = found.entries.values()
    return entry


def test_a_list_in_the_manner_of_ofac() -> None:
    entry = only(
        "uid,name,type,program,countries,aliases,remarks\n"
        '36,"QUILLON CO., LTD.",entity,CUBA,Cuba|Panama,aka:QUILL|fka:OLD QUILL,'
        '"Registration ID 1027700132195 (Russia); Tax ID No. 12345."\n'
    )
    assert entry == Listed(
        ref="36",
        kind="organisation",
        name="QUILLON CO., LTD.",
        aliases=("QUILL", "OLD QUILL"),
        countries=("CU", "PA"),
        registration_numbers=("1027700132195", "12345"),
        programme="CUBA",
        remarks="Registration ID 1027700132195 (Russia); Tax ID No. 12345.",
    )


def test_the_file_of_ofac_as_it_comes_without_headings() -> None:
    cells = ",".join(['"-0- "'] * 7)
    found = of(
        f'36,"QUILLON","-0- ","CUBA",{cells},"Note."\n37,"QUILL","individual","X",{cells},""\n\x1a'
    )
    assert [(one.name, one.kind) for one in found.entries.values()] == [
        ("QUILLON", "organisation"),
        ("QUILL", "person"),
    ]


def test_a_list_in_the_manner_of_the_un() -> None:
    entry = only(
        "ref,kind,name,name_original_script,list,listed_on,aliases\n"
        "QDi.1,individual,ILJA TARVANSKI,Илья Тарванский,QUILL,2012-12-31,"
        "Good:I. TARVANSKI|Low:“Tarvi”\n"
    )
    assert entry.kind == "person"
    assert entry.aliases == ("Илья Тарванский", "I. TARVANSKI")
    assert entry.weak_aliases == ("Tarvi",)
    assert entry.programme == "QUILL"


def test_a_list_in_the_manner_of_the_eu_has_a_row_per_name() -> None:
    entry = only(
        "\ufeffEntity_LogicalId;Entity_SubjectType;NameAlias_WholeName;Citizenship_CountryIso2Code\n"
        "13;P;Ilja Tarvanski;\n13;P;Elias Tarvanski;NA\n13;;Il'ya Tarvansky;RU\n"
    )
    assert entry.aliases == ("Elias Tarvanski", "Il'ya Tarvansky")
    assert entry.countries == ("NA", "RU")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_unicode_encoding_with_its_mark_is_read(encoding: str) -> None:
    assert only("reference,name\n1,Müller Řehoř\n".encode(encoding)).name == "Müller Řehoř"


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("uid,name\n1,A B\n2,=1+1\n", 3, "name"),
        ("uid,name,remarks\n1,A B,#REF!\n", 2, "remarks"),
        ("uid,name\n1,\n", 2, "name"),
        ("uid,name\n,Quillon\n", 2, "uid"),
        (f"uid,name\n1,{'Q' * 401}\n", 2, "name"),
        ('uid,name\n1,A\n2,"B\n3,C\n', 3, ""),
        ('uid,name\n1,"A\nB"\n2,=X()\n', 4, "name"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(content: str, line: int, column: str) -> None:
    (problem,) = of(content).problems
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"uid,name\n", "no rows"),
        (b"uid,title\n1,Q\n", "“name” is missing"),
        (b"name\nQ\n", "“reference”"),
        (b"uid,name\n1,Q\n2,M\xfcller\n", "Line 3 is not in UTF-8 (byte 0xFC)"),
        (b"uid,name\n1,Q\x00\n", "Line 2 has bytes that are no text"),
        (b"PK\x03\x04rest", "workbook"),
        (b"<xml/>", "not a CSV file"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        of(content)
    assert said in str(refused.value)


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    class Untouchable(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read")

    with pytest.raises(Unreadable, match="500 MB; a list may have 60 MB"):
        read(Untouchable(), size=500_000_000)
    assert MOST_BYTES < 500_000_000


def test_what_is_not_understood_is_said_and_left_out() -> None:
    found = of("uid,name,type,countries,lei\n1,Quillon,gnome,Atlantis|Namibia,12345\n")
    assert {notice.column for notice in found.notices} == {"type", "countries", "lei"}
    entry = found.entries["1"]
    assert (entry.kind, entry.countries, entry.lei) == ("organisation", ("NA",), "")
