"""Bad input is refused before anything is computed, with its place and the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from assessments import schema, sheet
from assessments.sheet import State
from scoring.engine.batch import Batch, BatchError, check
from scoring.engine.contributions import breakdown
from scoring.engine.evaluate import NONE, evaluate
from scoring.engine.methodology import MethodologyError, parse_methodology
from scoring.engine.plan import IntakeSpec, ItemSpec, KnockOut, Plan, PlanError, SectionSpec
from tests.pure.engine_samples import STANDARD, batch, item, plan, said
from vendors.question_file import QuestionFileInvalid

NAN, INF = float("nan"), float("inf")
S = SectionSpec("s", "contract_terms", 1)
T = SectionSpec("t", "liabilities", 1)


def refused(
    items: list[ItemSpec], sections: list[SectionSpec], intake: list[IntakeSpec] | None = None
) -> tuple[str, ...]:
    with pytest.raises(PlanError) as error:
        Plan.compile(items, sections, STANDARD, intake or [])
    return tuple(error.value.problems)


# The structure


@pytest.mark.parametrize("weight", [-1, -0.0001, NAN, INF, -INF])
def test_a_weight_that_is_no_number_of_0_or_more_is_refused_wherever_it_stands(
    weight: float,
) -> None:
    problems = refused(
        [item("a", weight=weight), item("b")], [S, replace(T, weight=weight)],
        [IntakeSpec("i", weight), IntakeSpec("j", 1)],
    )  # fmt: skip
    assert [one.partition(" is neither")[0] for one in problems] == [
        f"item 'a': weight {weight}",
        f"section 't': weight {weight}",
        f"intake question 'i': weight {weight}",
    ]


@pytest.mark.parametrize(
    ("items", "sections"),
    [
        ([item("a", weight=0), item("b", weight=0)], [S]),
        ([item("a"), item("b")], [replace(S, weight=0)]),
        ([item("a", weight=0), item("b", parent="a")], [S]),
        ([item("a", weight=0), item("b", section="t")], [S, replace(T, weight=0)]),
    ],
)
def test_a_questionnaire_in_which_nothing_counts_is_refused(
    items: list[ItemSpec], sections: list[SectionSpec]
) -> None:
    (problem,) = refused(items, sections)
    assert problem.startswith("no item counts: the weights of all items at the top")


def test_an_intake_in_which_nothing_counts_is_refused() -> None:
    (problem,) = refused([item("a")], [S], [IntakeSpec("i", 0), IntakeSpec("j", 0)])
    assert problem == "no intake question counts: the weights of all of them are 0"


def test_a_section_in_which_nothing_counts_drops_out_like_an_empty_one() -> None:
    answers = {"a": said(2_500), "b": said(10_000)}
    with_it = plan(item("a"), item("b", section="t", weight=0), sections=[S, T])
    without = plan(item("a"), sections=[S])
    one, other = (evaluate(each, batch(each, answers)) for each in (with_it, without))
    assert one.computed[0] == other.computed[0]
    assert one.dimension_pt.tolist() == other.dimension_pt.tolist()


def test_a_questionnaire_on_dimensions_without_weight_is_not_rated() -> None:
    weights = {**STANDARD.content["dimensions"], "contract_terms": 0}
    method = parse_methodology({**STANDARD.content, "dimensions": weights})
    one = plan(item("a"), methodology=method)
    assert evaluate(one, batch(one, {"a": said(0)})).points[0] == NONE


@pytest.mark.parametrize(
    "parents",
    [
        {"a": "a"},
        {"a": "b", "b": "a"},
        {"a": "b", "b": "c", "c": "b"},
        {"a": "c", "c": "b", "b": "a"},
    ],
)
def test_gates_in_a_circle_are_refused_by_name(parents: dict[str, str]) -> None:
    problems = refused([item(key, parent=parents.get(key)) for key in "abcd"], [S])
    circular = {one for one in problems if one.endswith("its gates form a circle")}
    assert circular == {f"item '{key}': its gates form a circle" for key in parents}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"knock_out": KnockOut(0, 5)}, "a knock-out at 0"),
        ({"knock_out": KnockOut(10_001, 5)}, "a knock-out at 10001"),
        ({"knock_out": KnockOut(NAN, 5)}, "a knock-out at nan"),  # type: ignore[arg-type]
        ({"knock_out": KnockOut(0.5, 5)}, "a knock-out at 0.5"),  # type: ignore[arg-type]
        ({"knock_out": KnockOut(1, -1)}, "a knock-out floor of -1"),
        ({"knock_out": KnockOut(1, INF)}, "a knock-out floor of inf"),  # type: ignore[arg-type]
        ({"valid_days": 65_536}, "valid_days 65536"),
        ({"valid_days": NAN}, "valid_days nan"),
    ],
)
def test_a_number_of_an_item_out_of_its_range_is_refused(
    changed: dict[str, Any], reason: str
) -> None:
    (problem,) = refused([item("a", **changed)], [S])
    assert problem.startswith(f"item 'a': {reason}")


# The methodology


@pytest.mark.parametrize("number", [NAN, INF, -INF])
@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("kappa", lambda content, number: content.update(kappa=number)),
        ("inherent_min", lambda content, number: content.update(inherent_min=number)),
        ("band_cuts.1", lambda content, number: content["band_cuts"].__setitem__(1, number)),
        ("tier_cuts.0", lambda content, number: content["tier_cuts"].__setitem__(0, number)),
        (
            "dimensions.liabilities",
            lambda content, number: content["dimensions"].update(liabilities=number),
        ),
        (
            "evidence.document.credit",
            lambda content, number: content["evidence"]["document"].update(credit=number),
        ),
        ("coverage.final", lambda content, number: content["coverage"].update(final=number)),
    ],
)
def test_what_is_no_number_is_refused_in_every_parameter_with_its_path(
    place: str, change: Callable[[dict[str, Any], float], None], number: float
) -> None:
    content = STANDARD.content
    change(content, number)
    with pytest.raises(MethodologyError) as error:
        parse_methodology(content)
    assert str(error.value).startswith(f"{place}: ")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda dimensions: dimensions.pop("liabilities"), "dimensions.liabilities: "),
        (lambda dimensions: dimensions.update(luck=5), "dimensions.luck: "),
        (lambda dimensions: dimensions.update(liabilities=-1), "dimensions.liabilities: "),
        (lambda dimensions: dimensions.update(dict.fromkeys(dimensions, 0)), "dimensions: "),
    ],
)
def test_a_methodology_for_other_dimensions_or_without_weights_is_refused(
    change: Callable[[dict[str, Any]], None], place: str
) -> None:
    content = STANDARD.content
    change(content["dimensions"])
    with pytest.raises(MethodologyError) as error:
        parse_methodology(content)
    assert str(error.value).startswith(place)


# The questionnaire file


QUESTION = {
    "key": "q",
    "text": "Q?",
    "why": "W",
    "good_evidence": "E",
    "respondent": "vendor",
    "kind": "single",
}


def questionnaire(**question: object) -> dict[str, Any]:
    section = {
        "key": "s",
        "title": "S",
        "intro": "S",
        "dimension": "contract_terms",
        "reviewer": "legal",
        "questions": [{**QUESTION, **question}],
    }
    return {"key": "q", "version": "1", "title": "Q", "sections": [section]}


def options(risk: object) -> list[dict[str, object]]:
    return [{"key": "a", "label": "A", "risk": 0}, {"key": "b", "label": "B", "risk": risk}]


def problems_of(data: dict[str, Any]) -> str:
    with pytest.raises(QuestionFileInvalid) as error:
        schema.parse(data)
    return str(error.value)


def test_the_questionnaire_of_these_tests_is_read() -> None:
    assert schema.parse(questionnaire(options=options(0.5))).by_key["q"].question.options


@pytest.mark.parametrize("risk", [-0.1, 1.0001, NAN, INF, "much", True])
def test_an_option_with_a_risk_outside_0_to_1_is_refused_at_its_place(risk: object) -> None:
    assert "sections[0].questions[0].options[1].risk" in problems_of(
        questionnaire(options=options(risk))
    )


@pytest.mark.parametrize("weight", [-1, NAN, INF])
def test_a_weight_in_a_file_that_is_no_number_of_0_or_more_is_refused_at_its_place(
    weight: float,
) -> None:
    data = questionnaire(options=options(1), weight=weight)
    assert "sections[0].questions[0].weight" in problems_of(data)
    data = questionnaire(options=options(1))
    data["sections"][0]["weight"] = weight
    assert "sections[0].weight" in problems_of(data)


def test_a_file_in_which_no_question_counts_is_refused() -> None:
    reason = "sections: no question counts"
    assert reason in problems_of(questionnaire(options=options(1), weight=0))
    data = questionnaire(options=options(1))
    data["sections"][0]["weight"] = 0
    assert reason in problems_of(data)


def test_a_dimension_that_the_method_does_not_know_is_refused_at_its_place() -> None:
    data = questionnaire(options=options(1))
    data["sections"][0]["dimension"] = "luck"
    assert "sections[0].dimension" in problems_of(data)


# The answers

TWO = plan(item("b"), item("a", kind="indicator"), intake=[IntakeSpec("i", 1)])


def answers(**changed: Any) -> Batch:
    given = batch(TWO, {"a": said(5_000), "b": said(5_000)}, intake={"i": 1})
    ranges: dict[str, Any] = {
        "risk_lo": given.risk,
        "risk_hi": given.risk,
        "covered": given.state > 0,
    }
    return replace(given, **{**ranges, **changed})


def one(number: int, dtype: str) -> np.ndarray:
    return np.array([[number, number]], dtype=dtype)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"state": one(7, "u1")}, "item 'b', row 0: the state has no meaning"),
        ({"evidence": one(4, "u1")}, "item 'b', row 0: the evidence level has no meaning"),
        ({"risk": one(10_001, "u2")}, "item 'b', row 0: a risk is above 10,000"),
        ({"risk_hi": one(10_001, "u2")}, "item 'b', row 0: a risk is above 10,000"),
        ({"risk_lo": one(5_001, "u2")}, "item 'b', row 0: a risk lies outside its own range"),
        ({"risk_hi": one(4_999, "u2")}, "item 'b', row 0: a risk lies outside its own range"),
        ({"risk_lo": one(4_999, "u2")}, "item 'b', row 0: only an indicator's risk is a range"),
        ({"intake": np.array([[10_001]], "u2")}, "intake question 'i', row 0: the risk is above"),
        ({"as_of": -1}, "as_of is not a day"),
        ({"as_of": 65_536}, "as_of is not a day"),
        ({"as_of": NAN}, "as_of holds float64, not whole days"),
        ({"as_of": np.zeros(2, int)}, "as_of has shape (2,)"),
        ({"risk": np.zeros((1, 3), "u2")}, "risk has shape (1, 3), the plan needs (1, 2)"),
        ({"dated": np.zeros((2, 2), "?")}, "dated has shape (2, 2), the plan needs (1, 2)"),
        ({"intake": np.zeros((1, 2), "u2")}, "intake has shape (1, 2), the plan needs (1, 1)"),
        ({"signed_off": np.zeros(2, "?")}, "signed_off has shape (2,), the plan needs (1,)"),
    ],
)
def test_answers_that_do_not_fit_are_refused_by_item_and_row(
    changed: dict[str, object], reason: str
) -> None:
    check(TWO, answers())
    with pytest.raises(BatchError) as error:
        breakdown(TWO, answers(**changed))
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        *((name, dtype) for name in ("risk", "risk_lo") for dtype in ("f8", "i8", ">u2")),
        *((name, "u2") for name in ("state", "evidence", "covered", "dated")),
        *((name, "f4") for name in ("state", "evidence", "valid_until", "covered")),
    ],
)  # fmt: skip
def test_arrays_of_another_type_are_refused_by_name(name: str, dtype: str) -> None:
    with pytest.raises(BatchError, match=f"^{name} holds {np.dtype(dtype)}, not "):
        evaluate(TWO, answers(**{name: one(0, dtype)}))


def test_what_is_no_array_is_refused_by_name() -> None:
    with pytest.raises(BatchError, match="risk holds list, not uint16"):
        evaluate(TWO, answers(risk=[[0, 0]]))


def test_numbers_under_a_question_that_is_not_answered_are_not_looked_at() -> None:
    unread = {"risk": one(65_535, "u2"), "risk_hi": one(0, "u2"), "evidence": one(9, "u1")}
    found = evaluate(TWO, answers(state=one(State.BLANK, "u1"), **unread))
    assert found.unanswered[0] == 2


# The sheet


def test_a_sheet_for_other_questions_or_with_unknown_codes_is_refused() -> None:
    data = sheet.pack(sheet.blank(2), ["a", "b"])
    for keys in (["a", "c"], ["b", "a"], ["a", "b", "c"]):
        with pytest.raises(sheet.LayoutMismatch):
            sheet.unpack(data, keys)
    with pytest.raises(sheet.InvalidCell, match="Cell 1: state is 9"):
        sheet.unpack(data[:-6] + b"\0\0\x09\0\0\0", ["a", "b"])
