"""The built-in questionnaire as a whole: its size, its variety, and the care in its wording."""

import itertools
import json
import re
from pathlib import Path

import pytest

from assessments.schema import Dimension, Item, Kind, Questionnaire, Respondent, Tier, load, parse
from assessments.selection import Facts, select
from vendors.intake import IpKind, Service

FILES = sorted((Path(__file__).parents[2] / "assessments" / "questionnaires").glob("*.yaml"))
QUESTIONNAIRE: Questionnaire = next(
    read for read in (load(file.read_bytes()) for file in FILES) if read.key == "ip-outsourcing"
)
ITEMS = QUESTIONNAIRE.flatten()
each_question = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_questionnaire_file_can_be_read_and_is_named_after_its_key(file: Path) -> None:
    assert load(file.read_bytes()).key == file.stem


def test_it_asks_at_least_seventy_questions() -> None:
    assert len(ITEMS) >= 70


def test_it_covers_all_seven_dimensions_with_scored_questions() -> None:
    dimension = {section.key: section.dimension for section in QUESTIONNAIRE.sections}
    assert {dimension[item.section] for item in ITEMS if item.question.weight} == set(Dimension)


def test_it_uses_every_kind_of_question_and_every_respondent() -> None:
    assert {item.question.kind for item in ITEMS} == set(Kind)
    assert {item.question.respondent for item in ITEMS} == set(Respondent)


def test_it_has_several_gates_and_one_behind_another() -> None:
    assert sum(1 for item in ITEMS if item.question.gate) >= 10
    assert max(len(item.parents) for item in ITEMS) == 2


def test_both_reviewing_roles_have_sections() -> None:
    assert {section.reviewer for section in QUESTIONNAIRE.sections} == {"procurement", "legal"}


def test_a_low_tier_vendor_gets_at_most_twenty_questions_whatever_the_engagement() -> None:
    kinds = [(), *itertools.combinations(IpKind, 1), tuple(IpKind)]
    for ip_kinds, service in itertools.product(kinds, [None, *Service]):
        facts = Facts(ip_kinds=ip_kinds, service=service, tier=Tier.LOW)
        assert 10 <= len(select(QUESTIONNAIRE, facts).question_keys) <= 20


def test_a_low_tier_vendor_is_still_asked_in_every_dimension() -> None:
    chosen = select(QUESTIONNAIRE, Facts(tier=Tier.LOW)).section_keys
    assert {s.dimension for s in QUESTIONNAIRE.sections if s.key in chosen} == set(Dimension)


def test_a_critical_engagement_with_everything_in_it_gets_everything() -> None:
    everything = select(QUESTIONNAIRE, Facts(tier=Tier.CRITICAL))
    assert everything.question_keys == tuple(item.key for item in ITEMS)


def test_each_tier_asks_clearly_more_than_the_one_below() -> None:
    sizes = [len(select(QUESTIONNAIRE, Facts(tier=tier)).question_keys) for tier in Tier]
    assert all(below + 8 < above for below, above in itertools.pairwise(sizes))


def test_personal_data_and_brands_are_asked_about_only_where_they_are_entrusted() -> None:
    secrets = Facts(ip_kinds=(IpKind.TRADE_SECRETS,), tier=Tier.CRITICAL)
    assert {"data_protection", "brands"}.isdisjoint(select(QUESTIONNAIRE, secrets).section_keys)
    both = Facts(ip_kinds=(IpKind.PERSONAL_DATA, IpKind.BRANDS), tier=Tier.MODERATE)
    assert {"data_protection", "brands"} <= set(select(QUESTIONNAIRE, both).section_keys)


@each_question
def test_every_scored_question_has_a_best_and_a_clearly_worse_answer(item: Item) -> None:
    question = item.question
    risks = [option.risk for option in question.choices]
    if question.kind in (Kind.SINGLE, Kind.YES_NO):
        assert min(risks) == 0
        assert max(risks) - min(risks) >= 500


@each_question
def test_options_of_a_single_choice_run_from_best_to_worst(item: Item) -> None:
    if item.question.kind is Kind.SINGLE:
        risks = [option.risk for option in item.question.options]
        assert risks == sorted(risks)


@each_question
def test_a_list_of_safeguards_that_has_none_of_them_is_the_worst_case(item: Item) -> None:
    question = item.question
    if question.counts == "missing":
        assert sum(option.risk for option in question.options if not option.exclusive) == 10_000
        assert [option.risk for option in question.options if option.exclusive] == [10_000]


@each_question
def test_every_text_is_a_whole_sentence(item: Item) -> None:
    question = item.question
    assert str(question.text)[-1] in "?."
    for text in (question.why, question.good_evidence, question.help):
        assert text is None or str(text)[-1] == "."


@each_question
def test_the_vendor_is_addressed_and_not_talked_about(item: Item) -> None:
    question = item.question
    if question.respondent is Respondent.VENDOR:
        texts = [question.text, question.why, question.good_evidence, question.help]
        texts += [option.label for option in question.options]
        section = next(s for s in QUESTIONNAIRE.sections if s.key == item.section)
        texts += [section.title, section.intro]
        assert not any(re.search(r"\bvendor", str(text)) for text in texts)
    else:
        assert not re.search(r"\b(you|your)\b", str(question.text), re.IGNORECASE)


@each_question
def test_every_knock_out_says_why_and_lies_on_a_boundary_of_a_band(item: Item) -> None:
    if item.question.knock_out:
        assert str(item.question.knock_out.reason)
        assert item.question.knock_out.floor in (60, 80)


def test_there_are_mandatory_questions_knock_outs_and_blocks() -> None:
    assert sum(1 for item in ITEMS if item.question.mandatory) >= 12
    assert sum(1 for item in ITEMS if item.question.knock_out) >= 8
    assert any(item.question.knock_out and item.question.knock_out.block for item in ITEMS)


def test_no_question_is_asked_twice_in_the_same_words() -> None:
    texts = [str(item.question.text) for item in ITEMS]
    assert len(texts) == len(set(texts))


def test_it_survives_json_unchanged() -> None:
    again = parse(json.loads(json.dumps(QUESTIONNAIRE.to_data())))
    assert again == QUESTIONNAIRE
    assert again.content_hash == QUESTIONNAIRE.content_hash
