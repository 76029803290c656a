"""The engagement intake: its file, its answers, and the risks they carry."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors import intake as module
from vendors.clauses import CLAUSES_FILE
from vendors.intake import (
    INTAKE_FILE,
    IP_KINDS,
    SERVICES,
    IntakeInvalid,
    IpKind,
    Service,
    intake,
    intake_risks,
    ip_kinds,
    parse_intake,
    validate_intake,
)
from vendors.question_file import QuestionFileInvalid, read_translated, read_yaml

QUESTIONS = intake().questions
SINGLE = [question for question in QUESTIONS if question.kind == "single"]
BEST: dict[str, Any] = {q.key: min(q.options, key=lambda o: o.risk).key for q in SINGLE}
BEST["ip_entrusted"] = ["none"]
WORST: dict[str, Any] = {q.key: max(q.options, key=lambda o: o.risk).key for q in SINGLE}
WORST["ip_entrusted"] = ["trade_secrets"]


def inherent(values: dict[str, Any]) -> float:
    weights = intake().weights
    risks = [(key, 10_000 if risk is None else risk) for key, risk in intake_risks(values)]
    return sum(weights[key] * risk for key, risk in risks) / sum(weights.values()) / 10_000


def test_the_built_in_intake_is_short() -> None:
    assert 8 <= len(QUESTIONS) <= 10


def test_every_question_has_a_way_to_be_harmless_and_a_worst_case() -> None:
    for question in QUESTIONS:
        risks = [option.risk for option in question.options]
        assert min(risks) <= 1_000
        assert max(risks) == 10_000


def test_every_kind_of_ip_and_service_has_a_label() -> None:
    assert set(IP_KINDS) == set(IpKind)
    assert set(SERVICES) == set(Service)


def test_an_unanswered_intake_is_unknown_in_every_part() -> None:
    assert intake_risks({}) == [(question.key, None) for question in QUESTIONS]


def test_the_best_answers_make_a_low_tier_and_the_worst_the_highest_risk() -> None:
    assert inherent(BEST) < 0.25
    assert inherent(WORST) == 1


def test_the_most_dangerous_kind_of_ip_decides() -> None:
    risks = dict(intake_risks({"ip_entrusted": ["brands", "trade_secrets", "copyright_works"]}))
    assert risks["ip_entrusted"] == 10_000


def test_nothing_entrusted_cannot_be_combined_with_something() -> None:
    with pytest.raises(IntakeInvalid) as refused:
        validate_intake({"ip_entrusted": ["none", "brands"]})
    assert refused.value.errors == {
        "ip_entrusted": "“None of these” cannot be combined with other answers."
    }


def test_chosen_kinds_are_stored_once_and_in_the_order_of_the_file() -> None:
    assert validate_intake({"ip_entrusted": ["brands", "trade_secrets", "brands"]}) == {
        "ip_entrusted": ["trade_secrets", "brands"]
    }


def test_empty_answers_are_left_out() -> None:
    assert validate_intake({"ip_entrusted": [], "annual_spend": "", "harm_if_lost": None}) == {}


def test_every_wrong_answer_is_named_with_what_to_do() -> None:
    with pytest.raises(IntakeInvalid) as refused:
        validate_intake({"annual_spend": "lots", "favourite_colour": "red"})
    assert refused.value.errors == {
        "annual_spend": "Choose one of the answers listed.",
        "favourite_colour": "There is no such question.",
    }


def test_the_kinds_of_ip_are_read_from_the_answers() -> None:
    assert ip_kinds({"ip_entrusted": ["source_code", "designs"]}) == (
        IpKind.SOURCE_CODE,
        IpKind.DESIGNS,
    )
    assert ip_kinds({"ip_entrusted": ["none"]}) == ()
    assert ip_kinds({}) == ()


@given(st.fixed_dictionaries({q.key: st.sampled_from([o.key for o in q.options]) for q in SINGLE}))
def test_any_answers_survive_storing_and_carry_the_risk_of_their_option(
    values: dict[str, object],
) -> None:
    assert validate_intake(values) == values
    for key, risk in intake_risks(values):
        if key in values:
            assert risk == next(
                o.risk for o in intake().by_key[key].options if o.key == values[key]
            )


def test_an_intake_file_must_offer_exactly_the_kinds_of_ip() -> None:
    changed = module.INTAKE_FILE.read_text().replace("key: brands,", "key: songs,")
    with pytest.raises(
        QuestionFileInvalid, match=r"questions\[0\].options: must be the kinds of IP"
    ):
        parse_intake(changed)


@pytest.mark.parametrize("file", [INTAKE_FILE, CLAUSES_FILE], ids=lambda file: file.stem)
def test_what_the_house_reads_in_these_files_is_whole_in_german(file: Path) -> None:
    written = list(_texts(read_translated(file)))
    german = read_yaml(file.with_suffix(".de.yaml").read_bytes())
    assert [text["en"] for text in written if "de" not in text] == []
    assert set(german) == {text["en"] for text in written}


def _texts(data: Any) -> Iterator[dict[str, str]]:
    if isinstance(data, dict) and "en" in data:
        yield data
    elif isinstance(data, (dict, list)):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _texts(one)
