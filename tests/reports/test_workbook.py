"""The workbook as its program opens it: its own XML, since readers hide how it is laid out."""

import io
from collections.abc import Mapping
from datetime import date
from typing import Final
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from reports import book
from reports.document import Column, Document, Kind, Section, Table

pytestmark = pytest.mark.django_db

_NAMES: Final = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_ODD: Final = ["=1+2", "+49 40 1", "-5", "@SUM(A1)", "{=1}", "https://example.com", "0012", "1/2"]
_TABLE: Final = Table(
    title="Parts",
    sheet="Parts: a/b",
    columns=[
        Column("Part"),
        Column("Count", Kind.COUNT),
        Column("Points", Kind.EXACT),
        Column("Change", Kind.CHANGE),
        Column("Share", Kind.SHARE),
        Column("Amount", Kind.AMOUNT),
        Column("Day", Kind.DAY),
        Column("Hash", Kind.CODE),
        Column("Part"),
    ],
    rows=[
        (odd, 1200, 12_345, -500, 0.25, 1_000_000, date(2026, 3, 1), "ab" * 32, None)
        for odd in _ODD
    ],
    total=("All", 9600, None, None, None, None, None, None, None),
)


@pytest.fixture
def parts() -> Mapping[str, ElementTree.Element]:
    """File in the workbook -> its XML."""
    said = Document(
        title="Report", subject="=Danang", cover=[("Vendor", "=Danang")], summary=["+ more"],
        marks=[], sections=[Section("Parts", [_TABLE])], footer="",
    )  # fmt: skip
    with ZipFile(io.BytesIO(book.render(said, date(2026, 3, 1)))) as found:
        return {
            name: ElementTree.fromstring(found.read(name))
            for name in found.namelist()
            if name.startswith("xl/") and name.endswith(".xml")
        }


def all_of(node: ElementTree.Element, path: str) -> list[ElementTree.Element]:
    """What lies at a path below a node."""
    return node.findall(path, _NAMES)


def test_a_table_is_a_live_one_with_filters_heads_and_a_total(
    parts: Mapping[str, ElementTree.Element],
) -> None:
    table = parts["xl/tables/table1.xml"]
    last = len(_ODD) + 2
    assert table.attrib["ref"] == f"A1:I{last}"
    assert table.attrib["totalsRowCount"] == "1"
    assert [one.attrib["ref"] for one in all_of(table, "autoFilter")] == [f"A1:I{last - 1}"]
    columns = all_of(table, "tableColumns/tableColumn")
    titles = [column.title for column in _TABLE.columns]
    assert [one.attrib["name"] for one in columns] == [*titles[:-1], "Part (2)"]
    assert columns[0].attrib["totalsRowLabel"] == "All"
    assert columns[1].attrib["totalsRowFunction"] == "sum"


def test_the_head_stays_in_sight_and_every_column_has_a_width(
    parts: Mapping[str, ElementTree.Element],
) -> None:
    sheet = parts["xl/worksheets/sheet2.xml"]
    [pane] = all_of(sheet, "sheetViews/sheetView/pane")
    assert (pane.attrib["ySplit"], pane.attrib["state"]) == ("1", "frozen")
    assert "xSplit" not in pane.attrib
    wide: dict[int, float] = {}
    for one in all_of(sheet, "cols/col"):
        for at in range(int(one.attrib["min"]), int(one.attrib["max"]) + 1):
            wide[at] = float(one.attrib["width"])
    assert sorted(wide) == list(range(1, len(_TABLE.columns) + 1))
    assert min(wide.values()) >= 14
    assert wide[8] > 64


def test_a_text_that_looks_like_a_formula_stays_a_text(
    parts: Mapping[str, ElementTree.Element],
) -> None:
    texts = ["".join(one.itertext()) for one in all_of(parts["xl/sharedStrings.xml"], "si")]
    rows = all_of(parts["xl/worksheets/sheet2.xml"], "sheetData/row")[1:-1]
    first = [all_of(row, "c")[0] for row in rows]
    assert [one.attrib["t"] for one in first] == ["s"] * len(_ODD)
    assert [texts[int(all_of(one, "v")[0].text or "")] for one in first] == _ODD
    for name in ("sheet1", "sheet2"):
        formulas = all_of(parts[f"xl/worksheets/{name}.xml"], "sheetData/row/c/f")
        # Only the total is worked out.
        assert [one.text for one in formulas] == (
            ["SUBTOTAL(109,[Count])"] if name == "sheet2" else []
        )
        assert not all_of(parts[f"xl/worksheets/{name}.xml"], "hyperlinks")
    assert {"=Danang", "+ more"} <= set(texts)


def test_numbers_and_days_are_such_and_look_like_it(
    parts: Mapping[str, ElementTree.Element],
) -> None:
    styles = parts["xl/styles.xml"]
    own = {
        int(one.attrib["numFmtId"]): one.attrib["formatCode"]
        for one in all_of(styles, "numFmts/numFmt")
    }
    known = {0: "", 3: "#,##0", **own}
    looks = [known[int(one.attrib["numFmtId"])] for one in all_of(styles, "cellXfs/xf")]
    row = all_of(parts["xl/worksheets/sheet2.xml"], "sheetData/row")[1]
    shown = {
        one.attrib["r"]: (float(all_of(one, "v")[0].text or ""), looks[int(one.attrib["s"])])
        for one in all_of(row, "c")
        if "t" not in one.attrib and all_of(one, "v")
    }
    assert shown == {
        "B2": (1200, "#,##0"),
        "C2": (12.345, "0.000"),
        "D2": (-0.5, "+0.000;-0.000;0.000"),
        "E2": (0.25, "0.0%"),
        "F2": (1_000_000, "#,##0.00##"),
        "G2": (46082, "d mmm yyyy"),
    }
