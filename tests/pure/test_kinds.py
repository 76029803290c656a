"""Another kind of answer for a question: what stays, what is lost, and that this is said before."""

from typing import Any, cast

import pytest

from assessments import drafting, kinds, schema
from assessments.question import Kind
from tests.factories.assessments import SMALL
from vendors.question_file import read_yaml

CONTENT = cast("dict[str, Any]", read_yaml(SMALL))


def node(key: str) -> dict[str, Any]:
    return drafting.place(CONTENT, key).node


@pytest.mark.parametrize("key", ["assigns", "discloses", "subcontracts", "measures", "staff"])
@pytest.mark.parametrize("kind", [one.value for one in Kind])
def test_no_field_of_another_kind_is_left_behind(key: str, kind: str) -> None:
    after = drafting.place(kinds.set_kind(key, kind)(CONTENT), key).node
    own = {"options", "risk", "curve", "date", "resolve", "counts", "max_length"}
    allowed = {
        "single": {"options"}, "multiple": {"options", "resolve", "counts"}, "yes_no": {"risk"},
        "number": {"curve"}, "date": {"date"}, "text": {"max_length"},
    }[kind]  # fmt: skip
    assert after["kind"] == kind
    assert set(after) & own <= allowed


@pytest.mark.parametrize("key", ["assigns", "discloses", "subcontracts", "measures", "staff"])
@pytest.mark.parametrize("kind", [one.value for one in Kind])
def test_no_question_is_ever_lost(key: str, kind: str) -> None:
    assert drafting.keys(kinds.set_kind(key, kind)(CONTENT)) == drafting.keys(CONTENT)


def test_yes_and_no_become_two_options_and_come_back_without_loss() -> None:
    assert kinds.lost(node("assigns"), "single") == []
    chosen = kinds.as_kind(node("assigns"), "single")
    assert [(one["key"], one["risk"]) for one in chosen["options"]] == [("yes", 0), ("no", 1)]
    assert kinds.lost(chosen, "yes_no") == []
    assert kinds.as_kind(chosen, "yes_no") == node("assigns")


def test_a_gate_stays_open_for_the_answers_that_are_still_there() -> None:
    after = kinds.set_kind("subcontracts", "single")(CONTENT)
    assert drafting.place(after, "subcontracts").node["gate"]["opens_on"] == ["yes"]
    assert schema.parse(after).by_key["bound"].parents == ("subcontracts",)


def test_what_is_behind_a_gate_stands_after_a_question_that_cannot_have_one() -> None:
    assert ("gate", 1) in kinds.lost(node("subcontracts"), "number")
    after = kinds.set_kind("subcontracts", "number")(CONTENT)
    keys = [one["key"] for one in drafting.section(after, "secrets")["questions"]]
    assert keys[:2] == ["subcontracts", "bound"]


def test_what_is_lost_is_named() -> None:
    assert kinds.lost(node("discloses"), "text") == [("options", 3), ("weight", 1)]
    assert kinds.lost(node("staff"), "date") == [("curve", 1)]
    assert ("knock_out", 1) in kinds.lost(node("assigns"), "text")
    assert ("exclusive", 1) in kinds.lost(node("measures"), "single")


def test_the_same_kind_changes_nothing() -> None:
    assert kinds.lost(node("measures"), "multiple") == []
    assert kinds.set_kind("measures", "multiple")(CONTENT) == CONTENT
