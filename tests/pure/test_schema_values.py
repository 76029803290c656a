"""What an answer means: stored values, risks, open gates, how long an answer holds."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.question import Question, Tier
from assessments.values import (
    describe_value,
    is_open,
    resolve_risk,
    valid_until,
    validate_value,
)

COMMON: dict[str, Any] = {
    "key": "q",
    "text": "Question?",
    "why": "Because.",
    "good_evidence": "Proof.",
    "respondent": "vendor",
}


def made(kind: str, **more: Any) -> Question:
    return Question.model_validate(COMMON | {"kind": kind} | more)


def options(*risks: float) -> list[dict[str, Any]]:
    return [{"key": f"o{n}", "label": f"Option {n}", "risk": risk} for n, risk in enumerate(risks)]


NONE_OF_THESE = {"key": "none", "label": "None", "risk": 1, "exclusive": True}
YES_NO = made("yes_no", risk={"yes": 0, "no": 0.75})
SINGLE = made("single", options=options(0, 0.3333, 1))
RISKS = made("multiple", resolve="capped_sum", options=options(0.3, 0.4, 0.5))
SAFEGUARDS = made(
    "multiple",
    resolve="capped_sum",
    counts="missing",
    options=[*options(0.3, 0.4, 0.3), NONE_OF_THESE],
)
MEAN = made("multiple", resolve="mean", options=options(0.0001, 0.0002, 0.0002, 0.0004))
DAYS = made(
    "number",
    curve={"points": [[0, 0], [10, 0.5], [30, 1]], "unit": "days", "minimum": 0, "whole": True},
)
SHARE = made("number", curve={"points": [[0, 0], [3, 0.0001]], "maximum": 100})
TESTED = made("date", date={"clock": "starts", "past_only": True}, valid_for=12)
EXPIRES = made("date", date={"clock": "ends"})
WORDS = made("text", max_length=10)


@pytest.mark.parametrize(
    ("question", "entered", "stored"),
    [
        (YES_NO, "yes", "yes"),
        (YES_NO, False, "no"),
        (SINGLE, "o1", "o1"),
        (RISKS, ["o2", "o0", "o2"], ["o0", "o2"]),
        (RISKS, "o1", ["o1"]),
        (DAYS, " 12 ", 12),
        (DAYS, "1 200", 1200),
        (DAYS, 12.0, 12),
        (SHARE, "12.5", 12.5),
        (EXPIRES, date(2026, 3, 31), "2026-03-31"),
        (EXPIRES, " 2026-03-31", "2026-03-31"),
        (WORDS, " a\r\nb ", "a\nb"),
    ],
)
def test_what_a_person_enters_is_stored_in_one_form(
    question: Question, entered: object, stored: object
) -> None:
    assert validate_value(question, entered) == stored
    assert validate_value(question, stored) == stored


@pytest.mark.parametrize(
    ("question", "entered", "sentence"),
    [
        (YES_NO, "maybe", "Choose one of the answers listed."),
        (SINGLE, ["o1"], "Choose one of the answers listed."),
        (RISKS, [], "Choose at least one of the answers listed."),
        (RISKS, ["o9"], "Choose only from the answers listed."),
        (RISKS, [["o1"]], "Choose only from the answers listed."),
        (SAFEGUARDS, ["none", "o1"], "“None” cannot be combined with other answers."),
        (DAYS, "a dozen", "Enter a number in figures, such as 12 or 12.5."),
        (DAYS, "1,200", "Enter a number in figures, such as 12 or 12.5."),
        (DAYS, "1 2", "Enter a number in figures, such as 12 or 12.5."),
        (DAYS, True, "Enter a number, such as 12 or 12.5."),
        (DAYS, "NaN", "Enter a smaller number."),
        (DAYS, "1e400", "Enter a smaller number."),
        (DAYS, "1e900000000", "Enter a smaller number."),
        (DAYS, 1.5, "Enter a whole number."),
        (DAYS, -1, "Enter a number that is 0 or more."),
        (SHARE, 101, "Enter a number that is 100 or less."),
        (TESTED, "31.3.2026", "Enter a date as year-month-day, such as 2026-03-31."),
        (TESTED, "0026-03-31", "Enter a date after 1900."),
        (TESTED, "2026-04-01", "Enter a date that is not in the future."),
        (WORDS, "  ", "Enter an answer in words."),
        (WORDS, "a" * 12, "Shorten the text by 2 characters; at most 10 fit."),
        (WORDS, "a\0b", "Remove the unprintable character from the text."),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused_with_what_to_do(
    question: Question, entered: object, sentence: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        validate_value(question, entered, as_of=date(2026, 3, 31))
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("question", "value", "risk"),
    [
        (YES_NO, "no", 7_500),
        (SINGLE, "o1", 3_333),
        (RISKS, ["o0"], 3_000),
        (RISKS, ["o0", "o1"], 7_000),
        (RISKS, ["o0", "o1", "o2"], 10_000),
        (SAFEGUARDS, ["o0", "o1", "o2"], 0),
        (SAFEGUARDS, ["o1"], 6_000),
        (SAFEGUARDS, ["none"], 10_000),
        (DAYS, 0, 0),
        (DAYS, 5, 2_500),
        (DAYS, 20, 7_500),
        (DAYS, 500, 10_000),
        (EXPIRES, "2020-01-01", 0),
        (WORDS, "words", None),
    ],
)
def test_a_stored_value_resolves_to_its_declared_risk(
    question: Question, value: object, risk: int | None
) -> None:
    assert resolve_risk(question, value) == risk


def test_the_largest_chosen_risk_counts_where_that_is_the_rule() -> None:
    largest = made("multiple", resolve="max", options=options(0.3, 0.9, 0.5))
    assert resolve_risk(largest, ["o0", "o1"]) == 9_000


@pytest.mark.parametrize(
    ("chosen", "risk"), [(["o0", "o1"], 2), (["o1", "o3"], 3), (["o0", "o2"], 2)]
)
def test_halves_are_rounded_to_the_even_neighbour(chosen: list[str], risk: int) -> None:
    assert resolve_risk(MEAN, chosen) == risk


def test_a_curve_rounds_halves_to_even_too() -> None:
    assert resolve_risk(SHARE, 1.5) == 0
    steeper = made("number", curve={"points": [[0, 0], [2, 0.0003]]})
    assert resolve_risk(steeper, 1) == 2


@given(
    steps=st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 2000)), min_size=2, max_size=5),
    numbers=st.lists(st.integers(-100, 6000), min_size=2, max_size=2),
)
def test_on_a_rising_curve_a_larger_number_never_carries_less_risk(
    steps: list[tuple[int, int]], numbers: list[int]
) -> None:
    at, risk = 0, 0
    points = []
    for width, rise in steps:
        at, risk = at + width, min(10_000, risk + rise)
        points.append([at, risk / 10_000])
    question = made("number", curve={"points": points})
    low, high = (resolve_risk(question, number) for number in sorted(numbers))
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 10_000


@given(
    st.sets(st.sampled_from(["o0", "o1", "o2"]), min_size=1), st.sampled_from(["o0", "o1", "o2"])
)
def test_one_more_safeguard_never_raises_and_one_more_fault_never_lowers_the_risk(
    chosen: set[str], more: str
) -> None:
    fewer, extra = list(chosen), list(chosen | {more})
    assert (resolve_risk(SAFEGUARDS, extra) or 0) <= (resolve_risk(SAFEGUARDS, fewer) or 0)
    assert (resolve_risk(RISKS, extra) or 0) >= (resolve_risk(RISKS, fewer) or 0)


def test_a_gate_opens_on_its_answers_only() -> None:
    child = COMMON | {"key": "child", "kind": "text"}
    gate = {"opens_on": ["o1"], "children": [child]}
    single = made("single", options=options(0, 1), gate=gate)
    several = made("multiple", resolve="max", options=options(0, 1), gate=gate)
    assert is_open(single, "o1")
    assert is_open(several, ["o0", "o1"])
    assert not is_open(single, "o0")
    assert not is_open(single, None)
    assert not is_open(YES_NO, "yes")


@pytest.mark.parametrize(
    ("question", "value", "until"),
    [
        (TESTED, "2025-01-31", date(2026, 1, 31)),
        (EXPIRES, "2027-06-30", date(2027, 6, 30)),
        (YES_NO, "yes", date(2028, 2, 28)),
        (made("yes_no", risk={"yes": 0, "no": 1}, valid_for=12), "yes", date(2027, 2, 28)),
        (made("yes_no", risk={"yes": 0, "no": 1}, valid_for="none"), "yes", None),
    ],
)
def test_an_answer_holds_for_its_period_from_the_day_that_starts_it(
    question: Question, value: object, until: date | None
) -> None:
    assert valid_until(question, value, date(2026, 2, 28), Tier.HIGH) == until


def test_a_month_that_is_too_short_ends_on_its_last_day() -> None:
    one_month = made("yes_no", risk={"yes": 0, "no": 1}, valid_for=1)
    assert valid_until(one_month, "yes", date(2028, 1, 31), Tier.LOW) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("tier", "year"), [(Tier.CRITICAL, 2027), (Tier.HIGH, 2028), (Tier.LOW, 2029)]
)
def test_the_higher_the_tier_the_sooner_an_answer_must_be_renewed(tier: Tier, year: int) -> None:
    assert valid_until(YES_NO, "yes", date(2026, 5, 1), tier) == date(year, 5, 1)


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        (YES_NO, "yes", "Yes"),
        (SINGLE, "o1", "Option 1"),
        (RISKS, ["o0", "o2"], "Option 0; Option 2"),
        (DAYS, 12, "12 days"),
        (SHARE, 12.5, "12.5"),
        (EXPIRES, "2026-03-31", "2026-03-31"),
        (WORDS, "as said", "as said"),
        (SINGLE, None, ""),
    ],
)
def test_a_value_is_shown_in_words(question: Question, value: object, words: str) -> None:
    assert describe_value(question, value) == words


def test_yes_and_no_are_shown_in_the_readers_language() -> None:
    assert describe_value(YES_NO, "no", "de") == "Nein"
