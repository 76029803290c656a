"""Edits of a questionnaire that is being written."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import drafting, schema
from assessments.checking import check
from assessments.draft_texts import progress, texts
from tests.factories.assessments import SMALL

WHOLE = schema.load(SMALL).to_data()


def asked(content: Any) -> list[str]:
    return [str(one.node["key"]) for one in drafting.places(content)]


def test_an_edit_leaves_what_it_was_given_as_it_was() -> None:
    before = copy.deepcopy(WHOLE)
    drafting.remove_section("secrets")(WHOLE)
    drafting.remove_question("bound")(WHOLE)
    assert before == WHOLE


def test_a_gate_takes_the_questions_behind_it_along() -> None:
    moved = drafting.put_question("subcontracts", section_key="ownership")(WHOLE)
    assert asked(moved)[:5] == ["assigns", "discloses", "subcontracts", "bound", "signed_on"]
    assert schema.parse(moved).by_key["signed_on"].section == "ownership"


def test_a_question_cannot_stand_behind_itself() -> None:
    with pytest.raises(drafting.NotPossible):
        drafting.put_question("subcontracts", section_key="secrets", gate="signed_on")(WHOLE)


def test_the_last_question_behind_a_gate_takes_the_gate_with_it() -> None:
    made = drafting.remove_question("bound")(WHOLE)
    assert "gate" not in drafting.place(made, "subcontracts").node
    assert "signed_on" not in asked(made)


def test_a_copy_has_keys_of_its_own_down_to_the_last_question() -> None:
    made = drafting.duplicate_question("subcontracts", "subcontracts")(WHOLE)
    assert len(set(asked(made))) == len(asked(made)) == len(asked(WHOLE)) + 3
    assert check(made).questionnaire is not None


def test_saving_a_question_keeps_those_behind_it() -> None:
    node = drafting.place(WHOLE, "subcontracts").node
    plain = {name: value for name, value in node.items() if name != "gate"}
    made = drafting.set_question("subcontracts", {**plain, "weight": 7})(WHOLE)
    assert asked(made) == asked(WHOLE)
    assert drafting.place(made, "subcontracts").node["weight"] == 7


def test_at_the_edge_a_question_stays_where_it_is() -> None:
    assert drafting.shift_question("assigns", -1)(WHOLE) == WHOLE
    assert asked(drafting.shift_question("assigns", 1)(WHOLE))[:2] == ["discloses", "assigns"]


def test_shares_add_up_to_one_among_neighbours() -> None:
    found = drafting.shares(WHOLE)
    assert found["assigns"] == pytest.approx(0.75)
    assert found["subcontracts"] + found["measures"] + found["staff"] + found[
        "watched"
    ] == pytest.approx(1)
    assert found["remarks"] == 0
    assert found["bound"] == 1


def test_a_key_is_made_of_the_words_that_say_something() -> None:
    assert drafting.make_key("Does the contract assign the results?", set()) == (
        "contract_assign_results"
    )
    assert drafting.make_key("Haben Sie Ärger?", {"haben_sie_arger"}) == "haben_sie_arger_2"
    assert drafting.make_key("您的公司", set()) == "question"


def test_a_text_that_is_emptied_is_gone_and_english_alone_is_plain() -> None:
    assert drafting.with_text("Yes", "de", "Ja") == {"en": "Yes", "de": "Ja"}
    assert drafting.with_text({"en": "Yes", "de": "Ja"}, "de", " ") == "Yes"
    assert drafting.with_text("Yes", "en", "") is None


def test_progress_counts_what_is_there_in_english() -> None:
    german = drafting.set_texts({("sections", 0, "title"): "Eigentum"}, "de")(WHOLE)
    assert progress(german, "de")["ownership"].done == 1
    assert progress(german, "en")[""].missing == 0


STEPS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 30), st.integers(0, 30)), max_size=12)


def edited(content: Any, step: tuple[int, int, int]) -> Any:
    kind, first, second = step
    questions, sections = asked(content), [str(one["key"]) for one in content["sections"]]
    if kind == 0 or not sections:
        return drafting.add_section({"key": drafting.free_key("new", drafting.keys(content))})(
            content
        )
    section = sections[second % len(sections)]
    if kind == 1 or not questions:
        key = drafting.free_key("asked", drafting.keys(content))
        return drafting.add_question({"key": key, "kind": "text"}, section_key=section)(content)
    question = questions[first % len(questions)]
    match kind:
        case 2:
            return drafting.remove_question(question)(content)
        case 3:
            return drafting.duplicate_question(question, question)(content)
        case 4:
            return drafting.shift_question(question, 1 if second % 2 else -1)(content)
        case 5:
            gate = questions[second % len(questions)]
            try:
                return drafting.put_question(question, section_key=section, gate=gate)(content)
            except drafting.NotPossible:
                return content
        case _:
            return drafting.remove_section(section)(content)


@given(STEPS)
def test_whatever_is_done_keys_stay_unique_and_the_check_has_an_answer(
    steps: list[tuple[int, int, int]],
) -> None:
    content: Any = copy.deepcopy(WHOLE)
    for step in steps:
        content = edited(content, step)
    every = asked(content) + [str(one["key"]) for one in content["sections"]]
    assert len(every) == len(set(every))
    found = check(content)
    known = {*every, ""}
    assert {one.section for one in found.problems} <= known
    assert {one.question for one in found.problems} <= known
    if found.questionnaire is None:
        assert found.errors
    else:
        assert found.left_out == ()
    if found.usable is not None:
        shown = {item.key for item in found.usable.items}
        assert shown.isdisjoint(found.left_out)
        assert shown | set(found.left_out) >= set(asked(content)) - {
            str(one.node["key"])
            for one in drafting.places(content)
            if any(str(gate["key"]) in found.left_out for gate in one.parents)
        }


@given(STEPS)
def test_every_text_is_found_under_its_place(steps: list[tuple[int, int, int]]) -> None:
    content: Any = copy.deepcopy(WHOLE)
    for step in steps:
        content = edited(content, step)
    places = list(texts(content))
    assert len({one.loc for one in places}) == len(places)
    written = drafting.set_texts({one.loc: "Worte" for one in places}, "de")(content)
    assert all(one.said("de") == "Worte" for one in texts(written))
