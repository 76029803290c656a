"""What is found wrong with a questionnaire, and what could be better."""

from typing import Any

from assessments import drafting, schema
from assessments.checking import Problem, check
from assessments.services.questionnaires import BUILTIN_FILE
from tests.factories.assessments import SMALL

WHOLE = schema.load(SMALL).to_data()


def changed(key: str, **values: Any) -> dict[str, Any]:
    node = {**drafting.place(WHOLE, key).node, **values}
    node.pop("gate", None)
    kept = {name: value for name, value in node.items() if value is not None}
    return drafting.set_question(key, kept)(WHOLE)


def found(content: Any, code: str) -> list[Problem]:
    return [one for one in check(content).problems if one.code == code]


def test_the_built_in_questionnaire_has_no_errors() -> None:
    data = schema.load(BUILTIN_FILE.read_bytes()).to_data()
    assert check(data).errors == []


def test_an_empty_draft_says_what_is_missing() -> None:
    made = drafting.empty(key="own", version="1", title="")
    assert {one.field for one in check(made).errors} == {"title", "sections"}


def test_an_option_without_a_risk_is_named_at_its_question() -> None:
    options = [dict(one) for one in drafting.place(WHOLE, "discloses").node["options"]]
    options[1].pop("risk")
    (one,) = check(changed("discloses", options=options)).errors
    assert (one.section, one.question, one.field) == ("ownership", "discloses", "options 2 risk")


def test_a_question_behind_two_gates_is_found_in_its_section() -> None:
    made = changed("signed_on", text=None)
    (one,) = check(made).errors
    assert (one.section, one.question, one.field) == ("secrets", "signed_on", "text")


def test_a_question_that_no_service_selects_is_an_error() -> None:
    section = {**drafting.section(WHOLE, "ownership"), "applies": {"services": ["tooling"]}}
    section.pop("questions")
    made = drafting.set_section("ownership", section)(WHOLE)
    node = {**drafting.place(made, "discloses").node, "applies": {"services": ["research"]}}
    made = drafting.set_question("discloses", node)(made)
    assert [one.question for one in found(made, "never_asked_service")] == ["discloses"]


def test_a_question_that_no_tier_selects_is_an_error() -> None:
    made = changed("watched", applies={"tiers": ["low", "moderate"]})
    assert [one.question for one in found(made, "never_asked_tier")] == ["watched"]


def test_a_knock_out_that_no_answer_reaches_is_an_error() -> None:
    made = changed("assigns", risk={"yes": 0, "no": 0.5})
    assert [one.field for one in check(made).errors] == ["knock_out at"]


def test_a_knock_out_that_every_answer_triggers_is_an_error() -> None:
    made = changed("assigns", risk={"yes": 0.95, "no": 1})
    assert [one.question for one in found(made, "always_knocked_out")] == ["assigns"]


def test_answers_of_one_risk_are_remarked_on() -> None:
    made = changed("watched", risk={"yes": 0.4, "no": 0.4})
    assert [one.question for one in found(made, "same_risk")] == ["watched"]


def test_a_section_without_weight_is_remarked_on() -> None:
    section = {**drafting.section(WHOLE, "ownership"), "weight": 0}
    section.pop("questions")
    made = drafting.set_section("ownership", section)(WHOLE)
    assert [one.section for one in found(made, "section_without_weight")] == ["ownership"]


def test_a_section_in_which_nothing_has_to_be_answered_is_remarked_on() -> None:
    made = changed("assigns", mandatory=None)
    assert [one.section for one in found(made, "nothing_mandatory")] == ["ownership"]


def test_texts_that_are_repeated_too_long_or_not_translated_are_remarked_on() -> None:
    text = drafting.place(WHOLE, "assigns").node["text"]
    assert [one.question for one in found(changed("watched", text=text), "repeated")] == ["watched"]
    assert found(changed("watched", text="So " * 200), "too_long")
    two = drafting.set_about({"languages": ["en", "de"]})(WHOLE)
    assert {one.section for one in found(two, "not_translated")} == {"ownership", "secrets"}


def test_a_gate_that_is_cheaper_to_open_is_remarked_on() -> None:
    node = dict(drafting.place(WHOLE, "subcontracts").node)
    gate = node.pop("gate")
    node["risk"] = {"yes": 0, "no": 0.5}
    node["gate"] = {"opens_on": gate["opens_on"]}
    made = drafting.set_question("subcontracts", node)(WHOLE)
    assert "subcontracts" in [one.question for one in found(made, "opening_pays")]


def test_what_is_not_whole_is_left_out_of_what_can_be_shown() -> None:
    result = check(changed("subcontracts", risk=None))
    assert result.questionnaire is None
    assert set(result.left_out) == {"subcontracts", "bound", "signed_on"}
    assert result.usable is not None
    assert "measures" in result.usable.by_key
