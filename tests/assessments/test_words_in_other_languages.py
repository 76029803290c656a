"""Questions and refusals in the reader's language; English only where nothing else is written."""

import pytest
from django.utils.translation import override

from assessments.schema import Question, Text, validate_value
from assessments.services.questionnaires import builtin_file
from assessments.sheet import State
from assessments.wording import other_language, refusal_words, said_words


def _question(key: str) -> Question:
    return builtin_file().by_key[key].question


def _refusal(key: str, value: object, language: str) -> str:
    with pytest.raises(ValueError, match=r".") as refused:
        validate_value(_question(key), value)
    with override(language):
        return refusal_words(refused.value)


def test_a_value_that_does_not_fit_is_refused_in_the_readers_language() -> None:
    assert _refusal("log_months", -1, "de") == "Geben Sie eine Zahl ab 0 ein."
    assert _refusal("log_months", -1, "en-gb") == "Enter a number that is 0 or more."
    assert _refusal("certificate_scope", "nothing", "vi") == (
        "Chọn một trong các câu trả lời đã nêu."
    )


def test_a_label_within_a_refusal_is_translated_too() -> None:
    said = _refusal("secrecy_measures", ["none", "policy"], "zh-hans")
    assert said == "“以上都没有”不能与其他答案同时选择。"


def test_answers_are_said_in_the_readers_language() -> None:
    number, choice = _question("incident_hours"), _question("freelancers")
    with override("de"):
        assert said_words(number, State.ANSWERED, 1234.5) == "1.234,5 Stunden"
        assert said_words(choice, State.ANSWERED, "yes") == "Ja"
        assert said_words(choice, State.DONT_KNOW, None) == "Weiß nicht"
    with override("vi"):
        assert said_words(number, State.ANSWERED, 24) == "24 giờ"
    with override("zh-hans"):
        assert said_words(choice, State.ANSWERED, "no") == "否"


def test_a_page_knows_which_texts_are_in_another_language() -> None:
    english, both = Text({"en": "Why?"}), Text({"en": "Why?", "de": "Warum?"})
    with override("de-at"):
        assert (other_language(english), other_language(both)) == ("en", "")
    with override("en-gb"):
        assert (other_language(english), other_language(both)) == ("", "")
