"""Foreign layouts: read by a mapping, and scored by their own rule."""

from dataclasses import replace
from typing import Any

import pytest

from assessments import own_rule
from assessments.exchange import book
from assessments.exchange.foreign import build, given, guessing, rows
from assessments.exchange.foreign.build import Built
from assessments.exchange.foreign.mapping import Mapping, Role, meaning_of, role_of, weight_of
from tests.factories.foreign_workbooks import (
    PARTS,
    book_of,
    caiq,
    caiq_expected,
    expected,
    hecvat,
)


def _built(content: bytes, name: str = "From elsewhere.xlsx") -> tuple[Built, Mapping]:
    found = book.read(content)
    mapping = guessing.first(found, file_name=name)
    return build.build(rows.read(found, mapping), mapping), mapping


def _own(built: Built, mapping: Mapping) -> own_rule.Score:
    found = given.own_score(built, mapping)
    assert found is not None, built.problems
    return found


def test_a_hecvat_like_workbook_goes_in_whole_and_is_scored_by_its_own_rule() -> None:
    built, mapping = _built(hecvat(), "HECVAT 4.xlsx")
    assert mapping.profile == "hecvat"
    assert built.problems == []
    assert built.content is not None
    assert len(built.content.items) == sum(part[3] for part in PARTS) == 300
    assert [str(section.title) for section in built.content.sections] == [p[1] for p in PARTS]
    score = _own(built, mapping)
    assert tuple(map(float, (score.whole.earned, score.whole.possible))) == expected()
    assert score.parts["changes"].percent is None


def test_answers_are_compliant_whatever_their_capitals_and_blanks() -> None:
    built, mapping = _built(hecvat())
    assert {mapping.answers[label] for label in ("yes", "no", "n/a")} == {
        "yes", "no", "not_applicable",
    }  # fmt: skip
    said = {one.key: one for one in given.given(built, mapping)}
    assert said["aaai_03"].value == "yes"
    assert said["aaai_11"].state == "not_applicable"
    assert not [one.reason for one in said.values() if one.reason]


def test_an_if_then_within_a_section_becomes_a_gate_and_a_foreign_one_a_note() -> None:
    built, mapping = _built(hecvat())
    assert built.content is not None
    assert built.content.by_key["comp_02"].parents == ("comp_01",)
    assert built.content.by_key["chng_01"].parents == ()
    assert any("another section" in note.reason for note in built.notes)
    said = {one.key: one for one in given.given(built, mapping)}
    assert said["chng_01"].state == "not_applicable"
    assert "comp_02" not in said


def test_importance_becomes_weight_and_a_compliant_no_carries_no_risk() -> None:
    built, _mapping = _built(hecvat())
    assert built.content is not None
    seventh = built.content.by_key["data_07"].question
    assert seventh.risk is not None
    assert (seventh.risk.yes, seventh.risk.no) == (10_000, 0)
    assert seventh.weight == 10
    assert built.content.by_key["requ_07"].question.kind == "text"


def test_a_caiq_like_workbook_goes_in_and_is_scored_by_its_own_rule() -> None:
    built, mapping = _built(caiq(), "CAIQ.xlsx")
    assert mapping.profile == "caiq"
    assert mapping.sheets == {"CAIQv4.0.3": 2}
    assert built.problems == []
    assert built.content is not None
    assert len(built.content.items) == 256
    assert len(built.content.sections) == 8
    whole = _own(built, mapping).whole
    assert tuple(map(float, (whole.earned, whole.possible))) == caiq_expected()


HEAD: list[Any] = ["ID", "Question", "Answer", "Compliant answer", "Importance", "Section"]


@pytest.mark.parametrize(
    ("row", "cell", "says"),
    [
        (["A-1", "Again?", "Yes", "Yes", "High", "S"], "A3", "row 2 already"),
        (["A-2", "=1+1", "Yes", "Yes", "High", "S"], "B3", "formula"),
        (["A-2", "Well?", "=1+1", "Yes", "High", "S"], "C3", "formula"),
        (["A-2", "Well?", "Yes", "Maybe so", "High", "S"], "D3", "what this answer means"),
        (["A-2", "Well?", "Yes", "Yes", "Purple", "S"], "E3", "what weight"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_by_its_cell(
    row: list[str], cell: str, says: str
) -> None:
    first = ["A-1", "Is it?", "Yes", "Yes", "High", "S"]
    built, _mapping = _built(book_of({"List": [HEAD, first, row]}))
    problem = next(one for one in built.problems if one.cell == cell)
    assert says in problem.reason
    assert built.content is None


def test_an_answer_that_means_nothing_known_is_refused_by_its_cell() -> None:
    rows_ = [HEAD, *[[f"A-{at}", "Is it?", "Perhaps", "Yes", 3, "S"] for at in range(1, 4)]]
    built, mapping = _built(book_of({"List": rows_}))
    refused = [one for one in given.given(built, mapping) if one.reason]
    assert [one.item.places["answer"][2] for one in refused] == ["C2", "C3", "C4"]
    known = replace(mapping, answers=mapping.answers | {"perhaps": "partial"})
    again = build.build(rows.read(book.read(book_of({"List": rows_})), known), known)
    whole = _own(again, known).whole
    assert tuple(map(float, (whole.earned, whole.possible))) == (4.5, 9)


def test_na_is_an_answer_and_a_blank_is_none() -> None:
    listed = [HEAD, ["A-1", "Is it?", "NA", "Yes", 1, "S"], ["A-2", "Or?", "", "Yes", 1, "S"]]
    built, mapping = _built(book_of({"List": listed}))
    assert [one.state for one in given.given(built, mapping)] == ["not_applicable"]
    whole = _own(built, mapping).whole
    assert tuple(map(float, (whole.earned, whole.possible))) == (0, 1)


def test_follow_up_columns_become_questions_behind_their_answer() -> None:
    head = ["ID", "Question", "Answer", "If yes, describe", "If no, when?"]
    built, _mapping = _built(book_of({"L": [head, ["1", "Is it?", "Yes", "How?", "When?"]]}))
    assert built.content is not None, built.problems
    assert [item.parents for item in built.content.items] == [(), ("q_1",), ("q_1",)]


def test_ten_thousand_rows_are_read() -> None:
    listed = [
        HEAD,
        *[[f"A-{at}", f"Is {at}?", "Yes", "Yes", 1, f"S{at % 40}"] for at in range(10_000)],
    ]
    built, _mapping = _built(book_of({"List": listed}))
    assert built.content is not None
    assert len(built.content.items) == 10_000


def test_what_headings_and_words_mean_is_guessed() -> None:
    assert role_of("Compliant Response") is Role.COMPLIANT
    assert role_of("CSP CAIQ Answer") is Role.ANSWER
    assert role_of("Colour") is None
    assert meaning_of(" N/A ") == "not_applicable"
    assert meaning_of("In our own words") is None
    assert weight_of("Critical Importance") == 20
    assert weight_of("2,5") == 2.5
    assert weight_of("-3") is None
