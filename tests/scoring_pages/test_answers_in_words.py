"""Answers beside scores: days as their reader writes them on pages, for programs in files."""

from datetime import date

import pytest
from django.utils import translation
from django.utils.formats import date_format

from accounts.models import BusinessUnit
from assessments.question import Kind
from assessments.selectors.assessments import answers_of, schema_of
from assessments.values import validate_value
from assessments.wording import refusal_words
from scoring.selectors.labels import for_a_file, words_of
from tests.factories.assessments import make_assessment, small_questionnaire
from tests.factories.scoring import say, score, scored
from tests.personas import Person
from tests.scoring_pages.reading import file_of, get, text_of

pytestmark = pytest.mark.django_db


def test_a_day_is_the_readers_on_the_page_and_plain_in_the_file(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit, questionnaire=small_questionnaire())
    say(assessment, subcontracts="yes", bound="yes", signed_on="2026-03-09")
    schema, answers = schema_of(assessment), answers_of(assessment)
    question = schema.by_key["signed_on"].question
    with translation.override("de"):
        said = words_of(question, answers["signed_on"])
        assert said == "9. März 2026"
        assert for_a_file(schema, answers, "signed_on", said) == "2026-03-09"
        assert for_a_file(schema, answers, "signed_on", "other words") == "other words"


def test_comparing_shows_days_as_the_reader_writes_them(
    unit: BusinessUnit, procurement: Person
) -> None:
    pair = []
    for name, day in (("Aalto Oy", "2026-03-09"), ("Zhang d.o.o.", "2025-11-20")):
        one = scored(unit, small_questionnaire(), name=name)
        say(one, subcontracts="yes", bound="yes", signed_on=day)
        score(one)
        pair.append(str(one.pk))
    page = text_of(get(procurement.browser, "/compare/", of=pair, all="1"))
    with translation.override(procurement.user.language):
        assert date_format(date(2026, 3, 9), "DATE_FORMAT") in page
    assert "2026-03-09" not in page
    assert "d.o.o.." not in page
    assert "2026-03-09" in str(file_of(procurement.browser, "/compare/csv/", of=pair))


def test_how_much_to_shorten_a_text_is_said_in_the_readers_figures(unit: BusinessUnit) -> None:
    schema = schema_of(make_assessment(unit, questionnaire=small_questionnaire()))
    question = next(one.question for one in schema.items if one.question.kind is Kind.TEXT)
    with pytest.raises(ValueError, match="at most") as refused:
        validate_value(question, "a" * (question.max_length + 1200))
    assert "1,200" in str(refused.value)
    with translation.override("de"):
        assert "1.200" in refusal_words(refused.value)
