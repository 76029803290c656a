"""The questionnaire file: what it may say, what is refused and where, and that nothing is lost."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from assessments import schema
from assessments.schema import Dimension, Kind, QuestionFileInvalid, Tier, load, parse

Data = dict[str, Any]


def question(key: str = "nda", **changes: object) -> Data:
    return {
        "key": key,
        "kind": "yes_no",
        "text": "Is an agreement signed?",
        "why": "Because a signature counts.",
        "good_evidence": "The signed agreement.",
        "respondent": "vendor",
        "risk": {"yes": 0, "no": 1},
    } | changes


def without_risk(data: Data) -> Data:
    return {name: value for name, value in data.items() if name != "risk"}


def single(key: str = "grade", **changes: object) -> Data:
    options = [option("good", 0), option("poor", 0.25), option("bad", 1)]
    return without_risk(question(key, kind="single") | {"options": options} | changes)


def multiple(key: str = "measures", **changes: object) -> Data:
    options = [option("locks", 0.4), option("logs", 0.3), option("none", 1, exclusive=True)]
    return single(key) | {"kind": "multiple", "resolve": "capped_sum", "options": options} | changes


def option(key: str, risk: float, **more: object) -> Data:
    return {"key": key, "label": key.title(), "risk": risk, **more}


def number(key: str = "days", **curve: object) -> Data:
    points = [[0, 0], [10, 0.5], [20, 1]]
    return without_risk(question(key, kind="number", curve={"points": points} | curve))


def questionnaire(*questions: Data, **changes: object) -> Data:
    section = {
        "key": "secrets",
        "title": "Secrets",
        "intro": "How secrets are kept.",
        "dimension": "ip_law_compliance",
        "reviewer": "legal",
        "questions": list(questions) or [question()],
    }
    return {"key": "short", "version": "1", "title": "Short", "sections": [section]} | changes


def errors_of(data: object) -> dict[str, str]:
    with pytest.raises(QuestionFileInvalid) as refused:
        parse(data)
    return dict(refused.value.errors)


AT = "sections[0].questions[0]"


def test_a_small_questionnaire_is_read_from_yaml() -> None:
    read = load(json.dumps(questionnaire(single())))
    assert read.items[0].question.options[1].risk == 2_500
    assert read.sections[0].dimension is Dimension.IP_LAW_COMPLIANCE


def test_yes_and_no_are_words_in_the_file_and_not_truth_values() -> None:
    text = """
key: short
version: "1"
title: Short
sections:
  - key: s
    title: S
    intro: I
    dimension: liabilities
    reviewer: legal
    questions:
      - key: q
        kind: yes_no
        text: T
        why: W
        good_evidence: G
        respondent: legal
        risk: {yes: 0, no: 0.5}
        gate:
          opens_on: [no]
          children:
            - {key: c, kind: text, text: T, why: W, good_evidence: G, respondent: legal}
"""
    read = load(text)
    assert read.by_key["q"].question.gate
    assert read.by_key["q"].question.gate.opens_on == ("no",)
    assert [choice.risk for choice in read.by_key["q"].question.choices] == [0, 5_000]


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("a: 1\na: 2", "line 2"),
        ("a: &x [1]\nb: *x", "line 2"),
        ("a: [1", "line 1"),
        ("- just a list", ""),
        ("!!python/object/apply:os.system [ls]", "line 1"),
    ],
)
def test_yaml_that_repeats_refers_or_breaks_is_refused_with_its_line(
    source: str, where: str
) -> None:
    with pytest.raises(QuestionFileInvalid) as refused:
        load(source)
    assert refused.value.errors[0][0] == where


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(QuestionFileInvalid, match="larger than"):
        load("#" * 2_000_001)


def test_an_error_names_the_path_of_an_option_deep_in_a_section() -> None:
    data = questionnaire(question(), single())
    data["sections"][0]["questions"][1]["options"][1]["risk"] = 0.12345
    assert errors_of(data) == {
        "sections[0].questions[1].options[1].risk": "is 0.12345; a risk has at most 4 decimals"
    }


def test_every_error_of_a_file_is_told_at_once() -> None:
    data = questionnaire(question(risk={"yes": 0, "no": 2}), question("b", kind="essay"))
    assert set(errors_of(data)) == {f"{AT}.risk.no", "sections[0].questions[1].kind"}


@pytest.mark.parametrize(
    ("wrong", "where", "what"),
    [
        (question(kind="single"), f"{AT}.options", "needed"),
        (question(curve={"points": [[0, 0], [1, 1]]}), f"{AT}.curve", "does not belong"),
        (question(colour="red"), f"{AT}.colour", "not permitted"),
        (single(options=[option("only", 0)]), f"{AT}.options", "at least two"),
        (single(options=[option("a", 0), option("a", 1)]), f"{AT}.options[1].key", "used twice"),
        (
            single(options=[option("a", 0), option("b", 1, exclusive=True)]),
            f"{AT}.options[1].exclusive",
            "means nothing",
        ),
        (multiple(resolve=None), f"{AT}.resolve", "needed"),
        (multiple(resolve="mean", counts="missing"), f"{AT}.counts", "max or capped_sum"),
        (number(points=[[5, 0], [1, 1]]), f"{AT}.curve.points", "rise"),
        (single(weight=-1), f"{AT}.weight", "greater than or equal"),
        (
            question(knock_out={"at": 0, "floor": 60, "reason": "R"}),
            f"{AT}.knock_out.at",
            "greater than 0",
        ),
        (
            question(risk={"yes": 0, "no": 0.5}, knock_out={"at": 0.6, "floor": 60, "reason": "R"}),
            f"{AT}.knock_out.at",
            "never be reached",
        ),
        (
            question(gate={"opens_on": ["perhaps"], "children": [single()]}),
            f"{AT}.gate.opens_on[0]",
            "not one of",
        ),
        (
            number() | {"gate": {"opens_on": ["yes"], "children": [single()]}},
            f"{AT}.gate",
            "cannot be opened",
        ),
        (
            question(respondent="legal", gate={"opens_on": ["no"], "children": [single()]}),
            f"{AT}.gate.children[0].respondent",
            "inside the house",
        ),
        (
            question(min_tier="high", gate={"opens_on": ["no"], "children": [single()]}),
            f"{AT}.gate.children[0].min_tier",
            "below its gate",
        ),
        (question(text={"de": "Nur Deutsch"}), f"{AT}.text", "English"),
        (question(text=" "), f"{AT}.text", "empty"),
        (question(valid_for=0), f"{AT}.valid_for", "from 1 to 120"),
        (question(text=5), f"{AT}.text", "must be a text"),
        (number(points=[[0, 0], ["x", 1]]), f"{AT}.curve.points[1][0]", "must be a number"),
    ],
)
def test_a_question_that_does_not_hang_together_is_refused_at_its_place(
    wrong: Data, where: str, what: str
) -> None:
    found = errors_of(questionnaire(wrong))
    assert where in found
    assert what in found[where]


def test_a_text_is_never_scored() -> None:
    text = without_risk(question(kind="text"))
    assert parse(questionnaire(text, single())).items[0].question.weight == 0
    assert f"{AT}.weight" in errors_of(questionnaire(text | {"weight": 2}))


def test_a_weight_of_zero_stays_zero() -> None:
    two = questionnaire(single(weight=0), question())
    assert parse(two).items[0].question.weight == 0


def test_a_key_used_twice_anywhere_is_refused_even_behind_a_gate() -> None:
    gate = question(gate={"opens_on": ["no"], "children": [single("nda")]})
    assert errors_of(questionnaire(gate)) == {f"{AT}.gate.children[0].key": "'nda' is used twice"}


def test_a_language_used_but_not_listed_is_refused() -> None:
    data = questionnaire(question(text={"en": "Signed?", "de": "Unterschrieben?"}))
    assert errors_of(data) == {"languages": "'de' is used in a text but not listed"}
    assert parse(data | {"languages": ["en", "de"]}).languages == ("en", "de")


def test_a_text_is_given_in_the_language_asked_for_or_in_english() -> None:
    text = schema.Text({"en": "Signed?", "de": "Unterschrieben?"})
    assert text.text_for("de") == text.text_for("de-AT") == "Unterschrieben?"
    assert text.text_for("fr") == str(text) == "Signed?"


def test_flattening_gives_every_question_after_its_gates() -> None:
    inner = question("inner", gate={"opens_on": ["no"], "children": [single("leaf")]})
    outer = question("outer", gate={"opens_on": ["no"], "children": [inner, number()]})
    items = parse(questionnaire(outer, multiple())).flatten()
    assert [(item.key, item.parents) for item in items] == [
        ("outer", ()),
        ("inner", ("outer",)),
        ("leaf", ("outer", "inner")),
        ("days", ("outer",)),
        ("measures", ()),
    ]
    assert {item.section for item in items} == {"secrets"}


def whole() -> Data:
    leaf = single("leaf", weight=0.3)
    gate = question("outer", gate={"opens_on": ["no"], "children": [leaf]}, valid_for="none")
    clock = {"clock": "starts", "past_only": True}
    dated = without_risk(question("when", kind="date", date=clock, valid_for=18))
    both = {"en": "Say more.", "de": "Sagen Sie mehr."}
    words = without_risk(question("words", kind="text", text=both, max_length=100))
    stop = single("stop", knock_out={"at": 0.25, "floor": 80, "block": True, "reason": "R"})
    applies = {"ip_kinds": ["brands"], "services": ["tooling"]}
    some = multiple("some", counts="missing", applies=applies, min_tier="high")
    days = number(unit="days", whole=True)
    return questionnaire(gate, dated, words, stop, some, days, languages=["en", "de"])


def test_nothing_is_lost_on_the_way_to_json_and_back() -> None:
    first = parse(whole())
    again = parse(json.loads(json.dumps(first.to_data())))
    assert again == first
    assert again.to_data() == first.to_data()
    assert again.content_hash == first.content_hash
    assert schema.Questionnaire.model_validate_json(first.model_dump_json()) == first


def test_the_hash_does_not_depend_on_how_the_same_content_is_written() -> None:
    plain = whole()
    explicit = deepcopy(plain)
    explicit["sections"][0]["weight"] = 1.0
    explicit["sections"][0]["questions"][3]["options"][1]["risk"] = 0.2500
    assert parse(explicit).content_hash == parse(plain).content_hash


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["sections"][0]["questions"][3]["options"][1].update(risk=0.2501),
        lambda data: data["sections"][0]["questions"][0].update(weight=2),
        lambda data: data["sections"][0]["questions"].reverse(),
        lambda data: data["sections"][0]["questions"][2]["text"].update(de="Anders."),
    ],
)
def test_any_change_of_content_changes_the_hash(change: Callable[[Data], None]) -> None:
    data = whole()
    change(data)
    assert parse(data).content_hash != parse(whole()).content_hash


def test_a_questionnaire_cannot_be_changed_once_read() -> None:
    read, field = parse(questionnaire()), "version"
    with pytest.raises(ValueError, match="frozen"):
        setattr(read, field, "2")


def test_tiers_rise_from_low_to_critical() -> None:
    assert [tier.rank for tier in Tier] == [0, 1, 2, 3]
    assert [kind.value for kind in Kind] == [
        "single",
        "yes_no",
        "multiple",
        "number",
        "date",
        "text",
    ]
