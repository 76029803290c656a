"""A questionnaire as a workbook and back: nothing is lost, and every problem names its cell."""

import io
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings

from assessments import schema
from assessments.exchange import book, workbook_in, workbook_out, yaml_file
from assessments.exchange.problems import Found
from assessments.services.questionnaires import BUILTIN_FILE, builtin_file
from tests.factories.questionnaires import questionnaires


def _again(content: schema.Questionnaire) -> Found:
    return workbook_in.read(book.read(workbook_out.write(content)))


def test_the_built_in_questionnaire_comes_back_byte_for_byte() -> None:
    found = _again(builtin_file())
    assert found.content is not None, found.problems
    assert yaml_file.write(found.content).encode() == BUILTIN_FILE.read_bytes()
    assert not found.notes


@settings(max_examples=40)
@given(questionnaires())
def test_any_questionnaire_comes_back_as_it_was(content: schema.Questionnaire) -> None:
    found = _again(content)
    assert found.content == content, found.problems
    assert not found.notes


def _changed(changes: dict[tuple[str, int, int], Any], formula: bool = False) -> Found:
    """The small questionnaire with cells (sheet, row from 1, column from 0) set to other values."""
    source = book.read(workbook_out.write(_small()))
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": formula})
    for sheet in source.sheets:
        page = made.add_worksheet(sheet.name)
        for row, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                page.write(row, column, changes.pop((sheet.name, row + 1, column), cell))
        for (name, row, column), value in list(changes.items()):
            if name == sheet.name:
                page.write(row - 1, column, value)
    made.close()
    return workbook_in.read(book.read(stream.getvalue()))


def _small() -> schema.Questionnaire:
    question = {
        "text": "Is it locked?", "why": "Doors matter.", "good_evidence": "A photo.",
        "respondent": "vendor",
    }  # fmt: skip
    return schema.parse(
        {
            "key": "small",
            "version": "1",
            "title": {"en": "Small", "de": "Klein"},
            "languages": ["en", "de"],
            "sections": [
                {
                    "key": "doors", "title": "Doors", "intro": "All doors.",
                    "dimension": "technology_protection", "reviewer": "legal",
                    "questions": [
                        {"key": "locked", "kind": "yes_no", "risk": {"yes": 0, "no": 1},
                         **question},
                        {"key": "doors_many", "kind": "number", **question,
                         "curve": {"points": [[0, 0], [10, 1]]}},
                    ],
                }
            ],
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("place", "value", "column", "says"),
    [
        (("Questions", 2, 3), "maybe", "Kind", "should be"),
        (("Questions", 2, 14), 1.5, "Risk of yes", "lies between"),
        (("Questions", 3, 2), "locked", "Key", "used above already"),
        (("Questions", 2, 0), "windows", "Section", "No section"),
        (("Questions", 2, 6), "1,250", "Weight", "two ways"),
        (("Questions", 2, 6), "heavy", "Weight", "no number"),
        (("Questions", 2, 7), "maybe", "Mandatory", "yes or no"),
        (("Sections", 2, 3), "weather", "Dimension", "should be"),
        (("Curves", 2, 0), "nobody", "Question", "No question"),
        (("Questions", 2, 6), "=1+1", "Weight", "formula"),
        (("Questionnaire", 2, 1), "surety-questionnaire 9", "Format", "This release reads"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(
    place: tuple[str, int, int], value: Any, column: str, says: str
) -> None:
    found = _changed({place: value}, formula=str(value).startswith("="))
    assert found.content is None
    problem = next(one for one in found.problems if one.column == column)
    assert problem.sheet == place[0]
    assert problem.row == place[1]
    assert problem.cell[-1] == str(place[1])
    assert says in problem.reason


def test_a_column_that_is_not_known_is_reported_and_left_out() -> None:
    found = _changed({("Questions", 1, 60): "Owner"})
    assert found.content == _small()
    assert [(note.column, note.sheet) for note in found.notes] == [("Owner", "Questions")]


def test_numbers_written_as_text_are_numbers() -> None:
    found = _changed({("Questions", 2, 6): "2,5", ("Sections", 2, 4): "3"})
    assert found.content is not None, found.problems
    assert found.content.by_key["locked"].question.weight == 2.5
    assert found.content.sections[0].weight == 3


def test_a_new_column_of_texts_is_a_new_language() -> None:
    found = _changed({("Texts", 1, 6): "vi", ("Texts", 2, 6): "Nhỏ"})
    assert found.content is not None, found.problems
    assert found.content.languages == ("en", "de", "vi")
    assert found.content.title.text_for("vi") == "Nhỏ"


def test_translations_are_told_when_the_english_text_has_changed() -> None:
    found = _changed({("Questionnaire", 5, 1): "Smaller"})
    assert found.content is not None, found.problems
    assert "Look at the translations again" in found.notes[0].reason
