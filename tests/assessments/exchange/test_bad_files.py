"""Files that are broken, hostile or too large: refused or read, with a sentence and a place."""

import io
import resource
import zipfile
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.exchange import book
from assessments.exchange.book import Unreadable
from assessments.exchange.foreign import build, guessing, rows
from assessments.exchange.foreign.build import Built
from assessments.models import QuestionnaireFile
from tests.factories.foreign_workbooks import book_of
from tests.personas import Person

HEAD = ["ID", "Question", "Answer", "Compliant answer", "Importance", "Section"]
ROW = ["A-1", "Is it?", "Yes", "Yes", "High", "S"]


def _with_parts(parts: dict[str, bytes], content: bytes | None = None) -> bytes:
    """A workbook with other or more parts."""
    stream = io.BytesIO(content or book_of({"List": [HEAD, ROW]}))
    made = io.BytesIO()
    with (
        zipfile.ZipFile(stream) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry.filename, old.read(entry))
        for name, inside in parts.items():
            new.writestr(name, inside)
    return made.getvalue()


def _sheet_xml(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read("xl/worksheets/sheet1.xml")


def _built(content: bytes) -> Built:
    found = book.read(content)
    mapping = guessing.first(found)
    return build.build(rows.read(found, mapping), mapping)


def test_a_small_file_that_unpacks_to_gigabytes_is_refused_unpacked() -> None:
    bomb = _with_parts({"xl/media/image1.bin": bytes(160_000_000)})
    assert len(bomb) < 500_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable, match="too large when unpacked"):
        book.read(bomb)
    # In KB: nothing of it was unpacked.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_thousands_of_parts_are_refused() -> None:
    with pytest.raises(Unreadable, match="too large when unpacked"):
        book.read(_with_parts({f"xl/media/{at}.bin": b"" for at in range(5_001)}))


def test_entities_of_its_own_are_refused_and_never_unfolded() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    xml = _sheet_xml(book_of({"List": [HEAD, ROW]}))
    evil = xml.replace(b"?>", b"?>" + laughs, 1)
    with pytest.raises(Unreadable, match=r"entities, in xl/worksheets/sheet1\.xml"):
        book.read(_with_parts({"xl/worksheets/sheet1.xml": evil}))


def test_macros_are_refused_with_what_to_do() -> None:
    with pytest.raises(Unreadable, match=r"macros. Save it as .xlsx"):
        book.read(_with_parts({"xl/vbaProject.bin": b"sub"}))


@pytest.mark.parametrize(
    "content",
    [
        b"\xd0\xcf\x11\xe0" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(99),
        _with_parts(
            {"content.xml": b"<a/>", "META-INF/manifest.xml": b"<manifest:encryption-data/>"}
        ),
    ],
)
def test_a_workbook_behind_a_password_is_told_so(content: bytes) -> None:
    with pytest.raises(Unreadable, match="protected by a password"):
        book.read(content)


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0" + bytes(600), b"PK\x03\x04" + bytes(90)])
def test_a_broken_workbook_says_what_to_do(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"Save it again as .xlsx"):
        book.read(content)


def test_an_archive_that_is_no_workbook_is_told_so() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        new.writestr("a.txt", "hello")
    with pytest.raises(Unreadable, match="no workbook"):
        book.read(made.getvalue())


def test_a_hundred_thousand_rows_are_refused_by_their_number() -> None:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = made.add_worksheet("List")
    for row in range(100_000):
        sheet.write_number(row, 0, row)
    made.close()
    with pytest.raises(Unreadable, match="row 100000; at most 25000"):
        book.read(stream.getvalue())
    with pytest.raises(Unreadable, match="100000 rows"):
        book.read(b"a;b\n" * 100_000)


def test_the_last_value_of_a_formula_is_taken_and_counted_by_column() -> None:
    row = ["A-1", "=B9→Is it?", "=C9→Yes", "Yes", "=E9→High", "S"]
    built = _built(book_of({"List": [HEAD, row, ["A-2", "=B8→Or so?", "No", "Yes", "High", "S"]]}))
    assert built.problems == []
    assert built.content is not None
    assert str(built.content.by_key["a_1"].question.text) == "Is it?"
    said = {(one.column, one.cell): one.reason for one in built.notes}
    assert said["Question", "B2"].startswith("2 cells are formulas")


def test_a_formula_that_was_never_worked_out_is_named_by_its_cell() -> None:
    xml = _sheet_xml(book_of({"List": [HEAD, [ROW[0], "=B9→7", *ROW[2:]]]}))
    assert b"<v>7</v>" in xml
    without = xml.replace(b"<v>7</v>", b"").replace(b't="str"', b"")
    built = _built(
        _with_parts(
            {"xl/worksheets/sheet1.xml": without},
            book_of({"List": [HEAD, [ROW[0], "=B9→7", *ROW[2:]]]}),
        )
    )
    first = built.problems[0]
    assert (first.sheet, first.cell, first.row) == ("List", "B2", 2)
    assert "without a value" in built.problems[0].reason


def test_an_id_that_has_become_a_date_is_named() -> None:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = made.add_worksheet("List")
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ROW)
    sheet.write_datetime(2, 0, date(2026, 1, 1),
                         made.add_format({"num_format": "d-m"}))  # fmt: skip
    sheet.write_row(2, 1, ROW[1:])
    made.close()
    [problem] = _built(stream.getvalue()).problems
    assert problem.cell == "A3"
    assert "become a date" in problem.reason


def test_two_sheets_that_ask_different_things_under_one_id_are_named() -> None:
    other = ["A-1", "Which colours does the roof have in winter?", *ROW[2:]]
    built = _built(book_of({"One": [HEAD, ROW], "Two": [HEAD, other]}))
    [problem] = built.problems
    assert (problem.sheet, problem.cell) == ("Two", "B2")
    assert "asks something else under A-1" in problem.reason


def test_the_same_question_on_two_sheets_is_one() -> None:
    built = _built(book_of({"One": [HEAD, ROW], "Two": [HEAD, ROW]}))
    assert built.problems == []
    assert len(built.items) == 1


def test_an_id_twice_on_a_sheet_is_named_with_the_row_of_the_first() -> None:
    [problem] = _built(book_of({"One": [HEAD, ROW, ROW]})).problems
    assert (problem.sheet, problem.cell, problem.row) == ("One", "A3", 3)
    assert "row 2 already" in problem.reason


def test_line_breaks_and_marks_of_direction_make_no_other_label() -> None:
    marked = [HEAD[0], "Question", "Answer\u200f", "\u202aCompliant\nanswer\u202c", *HEAD[4:]]
    row = ["\u200eA-1", "Is it?", "\u202aYes\u202c", "YES\n", "High\u200f", "S"]
    built = _built(book_of({"List": [marked, row]}))
    assert built.problems == []
    assert built.items["a_1"].id == "A-1"
    assert built.compliant == {"a_1": "yes"}
    assert built.scored == {"a_1": 15}


def test_hidden_sheets_are_read_and_named() -> None:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    made.add_worksheet("Front").write(0, 0, "Hello")
    sheet = made.add_worksheet("Kept")
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ROW)
    sheet.hide()
    made.close()
    built = _built(stream.getvalue())
    assert built.content is not None
    assert ("Kept", "This sheet is hidden; it is read all the same.") in [
        (one.sheet, one.reason) for one in built.notes
    ]


def test_a_request_larger_than_a_workbook_is_refused_before_it_is_read(
    db: None, admin: Person
) -> None:
    class Untouched(io.BytesIO):
        def read(self, *_size: Any) -> bytes:
            raise AssertionError("the body was read")

    unread: Any = {"wsgi.input": Untouched()}
    response = admin.browser.post(
        reverse("assessments:questionnaire-files"),
        CONTENT_LENGTH="500000000",
        **unread,
    )
    assert response.status_code == 413
    assert "larger than 20 MB" in response.content.decode()
    assert not QuestionnaireFile.objects.exists()


def test_a_file_as_large_as_may_be_is_read(db: None, admin: Person) -> None:
    listed = b"ID;Question;Answer\n1;Is it?;Yes\n"
    padded = listed + b"\n" * 100
    admin.browser.post(
        reverse("assessments:questionnaire-files"), {"file": SimpleUploadedFile("a.csv", padded)}
    )
    assert QuestionnaireFile.objects.count() == 1
