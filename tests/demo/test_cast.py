"""The written data of the demo hang together."""

from collections import Counter
from datetime import date
from typing import get_args

import pytest

from assessments.schema import Tier
from assessments.selection import Facts, select
from assessments.services.questionnaires import builtin_file
from assessments.values import validate_value
from scoring.demo.answers import correct
from scoring.demo.cast import Company, Deal, Ending, Round, cast
from scoring.demo.stories import intake_of
from vendors.exposure import inherent_risk, tier_of
from vendors.intake import intake, validate_intake_value

ROUNDS = [
    (f"{company.name}: {deal.title}", company, deal, told)
    for company in cast().companies
    for deal in company.deals
    for told in deal.rounds
]


def test_there_are_about_sixty_vendors_in_fifteen_countries_and_more() -> None:
    assert len(cast().companies) >= 50
    assert len({company.country for company in cast().companies}) >= 15


def test_every_ending_of_an_assessment_occurs() -> None:
    assert {told.ends for _, _, _, told in ROUNDS} == set(get_args(Ending))


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


@pytest.mark.parametrize(
    ("company", "deal", "told"), [row[1:] for row in ROUNDS], ids=[row[0] for row in ROUNDS]
)
def test_what_a_round_tells_is_asked_in_it(company: Company, deal: Deal, told: Round) -> None:
    values = intake_of(deal, deal.made_in or (company.country,))
    tier = Tier(tier_of(inherent_risk(values)))
    facts = Facts(ip_kinds=deal.ip, service=deal.service, tier=tier)
    asked = {*select(builtin_file(), facts).question_keys}
    questions = builtin_file().by_key
    for key, value in {**cast().personas[told.persona].answers, **told.answers}.items():
        assert validate_value(questions[key].question, value) == value
    assert {*told.answers, *told.not_applicable, *told.expired, *told.queried} <= asked
    for key in told.not_applicable:
        assert questions[key].question.allow_not_applicable
        assert cast().texts.not_applicable[key]
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


def test_whatever_a_reviewer_asks_about_can_be_corrected() -> None:
    on = date(2026, 11, 2)
    for item in builtin_file().items:
        reply = correct(item.question, None, on)
        if reply.said == "answered":
            assert validate_value(item.question, reply.value, on) == reply.value
            again = correct(item.question, reply, on)
            assert validate_value(item.question, again.value, on) == again.value
