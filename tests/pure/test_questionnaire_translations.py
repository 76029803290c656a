"""The built-in questionnaire in other languages: whole for whom it is meant, and in fixed words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assessments import schema
from assessments.schema import Question, Respondent, Text
from vendors.question_file import read_yaml

_ROOT = Path(__file__).parents[2]
_FILE = _ROOT / "assessments" / "questionnaires" / "ip-outsourcing.yaml"
_BUILTIN = schema.load(_FILE.read_bytes())
_LANGUAGES = ("de", "zh-hans", "vi")


def _question_texts(question: Question) -> Iterator[Text]:
    yield from (question.text, question.why, question.good_evidence)
    if question.help:
        yield question.help
    for option in question.choices:
        yield option.label
    if question.curve and question.curve.unit:
        yield question.curve.unit


def _seen_by_vendors() -> Iterator[Text]:
    yield _BUILTIN.title
    for section in _BUILTIN.sections:
        questions = [item.question for item in _BUILTIN.items if item.section == section.key]
        theirs = [one for one in questions if one.respondent is Respondent.VENDOR]
        if theirs:
            yield from (section.title, section.intro)
        for question in theirs:
            yield from _question_texts(question)


def _terms() -> list[tuple[str, list[list[str]]]]:
    """(English, for each language the words of which one has to stand) as the glossary says."""
    glossary = (_ROOT / "docs" / "glossary-translations.md").read_text(encoding="utf-8")
    table = glossary.split("## Terms")[1].split("Words of the pages")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| ")]
    return [
        (row[0].strip(), [[word.strip() for word in cell.split(" / ")] for cell in row[1:]])
        for row in rows[1:]
    ]


def test_whoever_answers_for_a_vendor_reads_all_of_it_in_their_language() -> None:
    assert _BUILTIN.languages == ("en", *_LANGUAGES)
    for text in _seen_by_vendors():
        assert text.languages >= {"en", *_LANGUAGES} or not re.search("[a-z]", str(text)), text


@pytest.mark.parametrize("language", _LANGUAGES)
def test_no_two_answers_to_a_question_read_the_same(language: str) -> None:
    for item in _BUILTIN.items:
        labels = [option.label.text_for(language) for option in item.question.choices]
        assert len(labels) == len(set(labels)), item.key


@pytest.mark.parametrize("language", _LANGUAGES)
def test_figures_are_the_same_in_every_language(language: str) -> None:
    for text in _seen_by_vendors():
        figures = sorted(re.findall(r"\d+", str(text)))
        assert sorted(re.findall(r"\d+", text.text_for(language))) == figures, text


@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_translation_is_no_copy_and_about_as_long(language: str) -> None:
    shortest, longest = (0.15, 0.75) if language == "zh-hans" else (0.5, 2.2)
    for text in _seen_by_vendors():
        english, other = str(text), text.text_for(language)
        if len(english) >= 30:
            assert other != english
            assert shortest <= len(other) / len(english) <= longest, other


@pytest.mark.parametrize("number", range(len(_LANGUAGES)))
def test_a_term_is_translated_as_the_glossary_says(number: int) -> None:
    used = set()
    for text in _seen_by_vendors():
        for english, words in _terms():
            if re.search(rf"\b{re.escape(english)}", str(text), re.IGNORECASE):
                used.add(english)
                said = text.text_for(_LANGUAGES[number]).lower()
                assert any(word.lower() in said for word in words[number]), (english, said)
    assert len(used) >= 15


def test_nothing_a_customer_asks_itself_is_mistaken_for_a_vendors_question() -> None:
    """Translations of answers inside the house are no part of the file yet; none is half done."""
    for item in _BUILTIN.items:
        if item.question.respondent is not Respondent.VENDOR:
            found = {frozenset(text.languages) for text in _question_texts(item.question)}
            assert found <= {frozenset({"en"}), frozenset({"en", *_LANGUAGES})}, item.key


def test_a_language_falls_back_step_by_step_to_english() -> None:
    text = Text({"en": "Colour", "de": "Farbe", "zh-Hans": "颜色"})
    asked = ["de", "de-AT", "zh-hans", "zh-Hans-SG", "zh", "vi", "en-gb", ""]
    assert [text.language_for(language) for language in asked] == [
        "de", "de", "zh-Hans", "zh-Hans", "en", "en", "en", "en",
    ]  # fmt: skip
    assert text.text_for("zh-hans") == "颜色"
    assert text.text_for("vi") == "Colour"


def test_the_version_was_raised_with_the_translations() -> None:
    data = read_yaml(_FILE.read_bytes())
    assert isinstance(data, dict)
    assert data["version"] != "1.0", "Installations hold 1.0 without translations."
