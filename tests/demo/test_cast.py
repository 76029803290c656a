"""The written data of the demo hang together."""

from collections import Counter
from typing import get_args

import pytest

from assessments.services.questionnaires import builtin_file
from assessments.values import validate_value
from scoring.demo.cast import Ending, Round, cast
from vendors.intake import intake, validate_intake_value

ROUNDS = [
    (f"{company.name}: {deal.title}", told)
    for company in cast().companies
    for deal in company.deals
    for told in deal.rounds
]


def test_there_are_about_sixty_vendors_in_fifteen_countries_and_more() -> None:
    assert len(cast().companies) >= 50
    assert len({company.country for company in cast().companies}) >= 15


def test_every_ending_of_an_assessment_occurs() -> None:
    assert {told.ends for _, told in ROUNDS} == set(get_args(Ending))


def test_names_registration_numbers_and_erp_ids_are_used_once() -> None:
    for values in (
        [company.name for company in cast().companies],
        [company.registration for company in cast().companies if company.registration],
        [company.sap for company in cast().companies if company.sap],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_erp_ids_have_ten_digits() -> None:
    assert all(len(one.sap) == 10 and one.sap.isdigit() for one in cast().companies if one.sap)


def test_addresses_are_in_domains_kept_for_examples() -> None:
    assert all(person.email.endswith(".example") for person in cast().organisation.people)
    assert all(
        company.website.endswith(".example") for company in cast().companies if company.website
    )


@pytest.mark.parametrize(("about", "told"), ROUNDS, ids=[about for about, _ in ROUNDS])
def test_what_a_round_tells_exists_in_the_questionnaire(about: str, told: Round) -> None:
    questions = builtin_file().by_key
    persona = cast().personas[told.persona]
    for key, value in {**persona.answers, **told.answers}.items():
        assert validate_value(questions[key].question, value) == value
    for key in told.not_applicable:
        assert questions[key].question.allow_not_applicable
        assert cast().texts.not_applicable[key]
    assert set(told.expired) <= questions.keys()
    if told.returned or told.ends in ("cancelled", "returned", "reopened"):
        assert told.note


def test_rounds_of_an_engagement_follow_each_other_after_it_began() -> None:
    for company in cast().companies:
        for deal in company.deals:
            weeks = [deal.weeks, *(told.weeks for told in deal.rounds)]
            assert weeks == sorted(weeks, reverse=True), f"{company.name}: {deal.title}"


def test_intake_answers_that_differ_are_answers_of_the_intake() -> None:
    for company in cast().companies:
        for deal in company.deals:
            for key, value in deal.intake.items():
                assert validate_intake_value(intake().by_key[key], value) == value


def test_remarks_and_queries_belong_to_answers_that_can_be_given() -> None:
    questions = builtin_file().by_key
    for key, remarks in cast().texts.remarks.items():
        assert {*remarks} <= {option.key for option in questions[key].question.choices}, key
    assert cast().texts.queries.keys() <= questions.keys()
