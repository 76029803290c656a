"""The score by a questionnaire's own rule, against one counted in another way."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments import own_rule, schema
from assessments.own_rule import Said, Verdict, score
from tests.factories.questionnaires import questionnaires

_STATES = st.sampled_from(
    ["answered", "answered", "dont_know", "declined", "not_applicable", "blank"]
)


def _small(measure: str = "weighted") -> schema.Questionnaire:
    said = {"text": "Is it?", "why": "So.", "good_evidence": "A paper.", "respondent": "vendor"}
    risk = {"yes": 0, "no": 1}

    def asked(key: str, weight: float, compliant: str) -> dict[str, Any]:
        own = {"weight": weight, "compliant": [compliant]}
        return {"key": key, "kind": "yes_no", "risk": risk, "own": own, **said}

    first = asked("a", 20, "yes") | {
        "gate": {"opens_on": ["yes"], "children": [asked("behind", 5, "yes")]}
    }
    section = {"title": "One", "intro": "One.", "dimension": "liabilities", "reviewer": "legal"}
    return schema.parse(
        {
            "key": "small",
            "version": "1",
            "title": "Small",
            "own_rule": {"name": "Rule", "measure": measure},
            "sections": [
                {"key": "one", **section, "questions": [first, asked("b", 10, "no")]},
                {"key": "two", **section, "questions": [asked("c", 0.1, "yes")]},
            ],
        }
    )


def _score(said: dict[str, Said], keys: tuple[str, ...] = ("a", "behind", "b", "c")) -> Any:
    found = score(_small(), keys, said)
    assert found is not None
    return found


def test_compliant_answers_earn_their_weight_whichever_they_are() -> None:
    whole = _score({"a": Said("answered", "yes"), "b": Said("answered", "no")}).whole
    assert (whole.earned, whole.possible) == (Fraction(30), Fraction("35.1"))
    assert whole.percent == Decimal("85.5")


def test_blanks_count_and_what_does_not_apply_or_is_not_asked_does_not() -> None:
    found = _score({"a": Said("answered", "no"), "b": Said("not_applicable")})
    assert found.whole.counts == {
        Verdict.COMPLIANT: 0, Verdict.HALF: 0, Verdict.OTHER: 1, Verdict.OPEN: 1,
        Verdict.NOT_APPLICABLE: 1, Verdict.NOT_ASKED: 1,
    }  # fmt: skip
    assert found.whole.possible == Fraction("20.1")
    assert found.parts["two"].percent == Decimal("0.0")


def test_only_questions_of_the_assessment_count() -> None:
    assert list(_score({}, ("b",)).parts) == ["one"]
    assert _score({}, ()).whole.percent is None


def test_equal_inputs_are_named_alike_and_others_are_not() -> None:
    one = _score({"a": Said("answered", "yes")})
    assert one.inputs == _score({"a": Said("answered", "yes")}).inputs
    assert one.inputs != _score({"a": Said("answered", "no")}).inputs
    assert one.as_json()["earned"] == "20"
    assert one.as_json()["possible"] == "35.1"


def test_without_a_rule_there_is_no_score() -> None:
    data = _small().to_data()
    data.pop("own_rule")
    assert score(schema.parse(data), ("a",), {}) is None


@settings(max_examples=150, deadline=None)
@given(questionnaires(), st.data())
def test_the_sums_are_those_of_a_slow_count(content: schema.Questionnaire, data: Any) -> None:
    assume(content.own_rule is not None)
    said: dict[str, Said] = {}
    for item in content.items:
        state = data.draw(_STATES)
        choices = [one.key for one in item.question.choices]
        if state == "answered" and not choices:
            continue
        value = data.draw(st.sampled_from(choices)) if state == "answered" else None
        if item.question.kind == "multiple" and value is not None:
            value = [value]
        said[item.key] = Said(state, value)
    found = own_rule.score(content, tuple(content.by_key), said)
    assert found is not None
    earned, possible = _slowly(content, said)
    assert (found.whole.earned, found.whole.possible) == (earned, possible)
    assert sum(part.earned for part in found.parts.values()) == earned


def _slowly(content: schema.Questionnaire, said: dict[str, Said]) -> tuple[Fraction, Fraction]:
    """Question by question, going up through the gates each time."""
    earned = possible = Fraction()
    for item in content.items:
        own = item.question.own
        answer = said.get(item.key, Said("blank"))
        if own is None or answer.state == "not_applicable" or not _open(content, item, said):
            continue
        weight = Fraction(Decimal(repr(own.weight)))
        possible += weight
        if answer.state == "answered" and answer.value in own.compliant:
            earned += weight
        elif answer.state == "answered" and answer.value in own.half:
            earned += weight / 2
    return earned, possible


def _open(content: schema.Questionnaire, item: Any, said: dict[str, Said]) -> bool:
    for key in item.parents:
        gate = content.by_key[key].question.gate
        answer = said.get(key, Said("blank"))
        values = answer.value if isinstance(answer.value, list) else [answer.value]
        if gate is None or answer.state != "answered" or not set(values) & set(gate.opens_on):
            return False
    return True
