"""Answering without a connection: a workbook out, filled in, back in, and then a choice."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.errors import Conflict
from assessments.exchange import book
from assessments.exchange.offline_out import ANSWER, INSTEAD, NOTE
from assessments.models import AnswerFile, Assessment
from assessments.selectors.assessments import answers_of
from assessments.services import answers, offline
from assessments.services.answers import AnswerInput
from audit.errors import Invalid
from tests.factories.answer_books import Filled, fill
from tests.factories.assessments import make_assessment

pytestmark = pytest.mark.django_db


def _read(assessment: Assessment, content: bytes, *, vendor_side: bool = False) -> AnswerFile:
    return offline.read(
        assessment=assessment,
        file_name="answers.xlsx",
        content=content,
        vendor_side=vendor_side,
        by=SYSTEM,
    )


def _kinds(file: AnswerFile) -> dict[str, str]:
    return {line["key"]: line["kind"] for line in file.diff["lines"] if line["kind"] != "unchanged"}


def _save(assessment: Assessment, **values: Any) -> None:
    said = {key: AnswerInput(value) for key, value in values.items()}
    answers.save(assessment=assessment, values=said, by=SYSTEM)


def test_an_untouched_workbook_changes_nothing(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    _save(assessment, assigns="yes", subcontracts="no")
    out = offline.export(assessment=assessment, vendor_side=False, language="en")
    assert _kinds(_read(assessment, out)) == {}


def test_what_is_filled_in_is_saved_when_it_is_chosen(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    _save(assessment, subcontracts="no")
    out = offline.export(assessment=assessment, vendor_side=False, language="en")
    filled: Filled = {
        ("assigns", ANSWER): "YES",
        ("discloses", INSTEAD): "Does not apply",
        ("discloses", NOTE): "No inventions.",
        ("subcontracts", ANSWER): "Yes",
    }
    file = _read(assessment, fill(out, filled))
    assert _kinds(file) == {"assigns": "new", "discloses": "new", "subcontracts": "changed"}
    assert "assigns" not in answers_of(assessment)
    offline.take(file=file, choices={"assigns", "discloses"}, by=SYSTEM)
    stored = answers_of(assessment)
    assert (stored["assigns"].value, stored["discloses"].note) == ("yes", "No inventions.")
    assert stored["subcontracts"].value == "no"
    offline.take(file=file, choices={"subcontracts"}, by=SYSTEM)
    assert answers_of(assessment)["subcontracts"].value == "no"


def test_an_answer_given_here_meanwhile_is_a_conflict_and_stays_unless_chosen(
    unit: BusinessUnit,
) -> None:
    assessment = make_assessment(unit)
    _save(assessment, assigns="no")
    out = offline.export(assessment=assessment, vendor_side=False, language="en")
    _save(assessment, assigns="yes", subcontracts="yes")
    file = _read(assessment, fill(out, {("subcontracts", ANSWER): "No"}))
    # Nobody touched “assigns” in the workbook, so the newer answer stays without a question.
    assert _kinds(file) == {"subcontracts": "conflict"}
    offline.take(file=file, choices={"subcontracts"}, by=SYSTEM)
    assert answers_of(assessment)["subcontracts"].value == "no"


def test_an_answer_given_between_look_and_take_stops_the_whole_file(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    out = offline.export(assessment=assessment, vendor_side=False, language="en")
    filled: Filled = {("assigns", ANSWER): "Yes", ("subcontracts", ANSWER): "No"}
    file = _read(assessment, fill(out, filled))
    _save(assessment, assigns="no")
    with pytest.raises(Conflict):
        offline.take(file=file, choices={"assigns", "subcontracts"}, by=SYSTEM)
    assert "subcontracts" not in answers_of(assessment)


@pytest.mark.parametrize(
    ("filled", "key", "says"),
    [
        ({("assigns", ANSWER): "perhaps"}, "assigns", "answers listed"),
        ({("assigns", ANSWER): "=1+1"}, "assigns", "formula"),
        ({("discloses", INSTEAD): "Does not apply"}, "discloses", "why this does not apply"),
        ({("assigns", INSTEAD): "No idea"}, "assigns", "words listed"),
        (
            {("assigns", ANSWER): "Yes", ("assigns", INSTEAD): "Don't know"},
            "assigns",
            "Keep one of them",
        ),
    ],
)
def test_a_cell_that_cannot_be_taken_is_refused_by_its_name(
    unit: BusinessUnit, filled: Filled, key: str, says: str
) -> None:
    assessment = make_assessment(unit)
    out = offline.export(assessment=assessment, vendor_side=False, language="en")
    file = _read(assessment, fill(out, filled))
    line = next(one for one in file.diff["lines"] if one["key"] == key)
    assert line["kind"] == "refused"
    assert says in line["reason"]
    assert line["cell"]


def test_na_is_an_answer_where_it_may_be_said_with_a_reason(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    out = offline.export(assessment=assessment, vendor_side=False, language="en")
    filled: Filled = {("discloses", ANSWER): "NA", ("discloses", NOTE): "No inventions."}
    file = _read(assessment, fill(out, filled))
    line = next(one for one in file.diff["lines"] if one["key"] == "discloses")
    assert line["given"]["state"] == "not_applicable"


def test_the_vendor_gets_own_questions_only_and_nothing_of_the_house(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    _save(assessment, assigns="no")
    out = offline.export(assessment=assessment, vendor_side=True, language="en")
    found = book.read(out)
    words = " ".join(
        sheet.text(row, column)
        for sheet in found.sheets
        for row in range(len(sheet.rows))
        for column in range(len(sheet.rows[row]))
    )
    assert "Do you subcontract?" in words
    assert "Does the contract assign the results?" not in words
    assert "Nothing would be ours." not in words
    assert "Legal answers" not in words


def test_a_workbook_of_another_assessment_another_side_or_none_is_refused(
    unit: BusinessUnit,
) -> None:
    assessment, other = make_assessment(unit), make_assessment(unit)
    inside = offline.export(assessment=assessment, vendor_side=False, language="en")
    attempts: list[Callable[[], object]] = [
        lambda: _read(other, inside),
        lambda: _read(assessment, inside, vendor_side=True),
        lambda: _read(assessment, b"Question;Answer\nWell?;Yes\n"),
        lambda: _read(assessment, b"\x89PNG\r\n\x1a\n" + bytes(40)),
    ]
    for attempt in attempts:
        with pytest.raises(Invalid):
            attempt()


def test_a_workbook_in_another_language_is_read_by_its_own_words(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    out = offline.export(assessment=assessment, vendor_side=True, language="de")
    file = _read(assessment, fill(out, {("subcontracts", ANSWER): "Nein"}), vendor_side=True)
    assert _kinds(file) == {"subcontracts": "new"}
