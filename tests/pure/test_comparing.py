"""What differs between two versions, and what becomes of answers."""

from typing import Any

from assessments import drafting, schema
from assessments.carrying import carry, still_fits
from assessments.comparing import compare
from assessments.schema import Questionnaire, Tier
from assessments.selection import Facts, select
from tests.factories.assessments import SMALL

WHOLE = schema.load(SMALL).to_data()
OLD = schema.parse(WHOLE)
FACTS = Facts(tier=Tier.HIGH)


def changed(key: str, **values: Any) -> Questionnaire:
    node = {**drafting.place(WHOLE, key).node, **values}
    gate = node.pop("gate", None)
    if gate:
        node["gate"] = {"opens_on": gate["opens_on"]}
    return schema.parse(drafting.set_question(key, node)(WHOLE))


def carried(new: Questionnaire) -> Any:
    return carry(OLD, select(OLD, FACTS).question_keys, new, select(new, FACTS))


def test_equal_versions_do_not_differ() -> None:
    assert compare(OLD, OLD).is_equal
    assert set(carried(OLD).kept) == {item.key for item in OLD.items}


def test_a_changed_risk_is_named_with_its_option() -> None:
    options = [dict(one) for one in drafting.place(WHOLE, "discloses").node["options"]]
    options[1]["risk"] = 0.6
    new = changed("discloses", options=options)
    (one,) = compare(OLD, new).changed
    assert [(d.field, d.option) for d in one.differences] == [("options", "yearly")]
    assert list(carried(new).changed) == ["discloses"]


def test_weight_and_help_leave_an_answer_as_it_is() -> None:
    new = changed("discloses", weight=5, help="Say how.", mandatory=True)
    assert compare(OLD, new).changed[0].fields == {"weight", "help", "mandatory"}
    assert "discloses" in carried(new).kept


def test_other_words_alone_are_told_apart_from_another_meaning() -> None:
    new = changed("discloses", text="How quickly are inventions disclosed?")
    found = carried(new)
    assert found.reworded == ("discloses",)
    assert found.to_confirm({"discloses"}, wording=True) == ("discloses",)
    assert found.to_confirm({"discloses"}, wording=False) == ()


def test_a_translation_changes_no_meaning() -> None:
    two = drafting.set_about({"languages": ["en", "de"]})(WHOLE)
    loc = ("sections", 0, "questions", 1, "options", 0, "label")
    new = schema.parse(drafting.set_texts({loc: "Sofort"}, "de")(two))
    assert "discloses" in carried(new).kept


def test_new_and_dropped_questions_are_named_in_order() -> None:
    made = drafting.remove_question("measures")(WHOLE)
    extra = {**drafting.place(WHOLE, "discloses").node, "key": "extra", "text": "Anything new?"}
    new = schema.parse(drafting.add_question(extra, section_key="ownership")(made))
    assert (compare(OLD, new).added, compare(OLD, new).removed) == (("extra",), ("measures",))
    assert (carried(new).added, carried(new).dropped) == (("extra",), ("measures",))


def test_a_question_in_another_section_keeps_its_answer() -> None:
    new = schema.parse(drafting.put_question("watched", section_key="ownership")(WHOLE))
    assert [d.field for d in compare(OLD, new).changed[0].differences] == ["place"]
    assert "watched" in carried(new).kept


def test_a_value_that_is_no_answer_any_more_does_not_fit() -> None:
    options = drafting.place(WHOLE, "discloses").node["options"][:2]
    new = changed("discloses", options=options)
    assert still_fits(new, "discloses", "yearly")
    assert not still_fits(new, "discloses", "never")
    assert not still_fits(new, "gone", "never")
