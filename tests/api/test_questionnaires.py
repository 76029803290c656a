"""Questionnaires by their hash over the API."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Questionnaire
from assessments.services import drafts
from assessments.services.questionnaires import retire
from tests.factories.accounts import make_api_client, make_key
from tests.factories.assessments import small_questionnaire
from tests.personas import Program

pytestmark = pytest.mark.django_db

LIST = "/api/v1/questionnaires"


@pytest.fixture
def small() -> Questionnaire:
    return small_questionnaire()


def questions(found: Any) -> dict[str, Any]:
    return {one["key"]: one for section in found["sections"] for one in section["questions"]}


def test_published_and_retired_versions_are_listed_and_drafts_are_not(
    api_client: Program, small: Questionnaire
) -> None:
    drafts.copy(source=small, by=SYSTEM)
    known = {one["content_hash"]: one for one in api_client.browser.get(LIST).json()["items"]}
    assert known[small.content_hash]["status"] == "published"
    assert set(known) == set(
        Questionnaire.objects.exclude(status="draft").values_list("content_hash", flat=True)
    )


def test_versions_are_listed_by_key_and_by_status(
    api_client: Program, small: Questionnaire
) -> None:
    def listed(query: str) -> list[str]:
        found = api_client.browser.get(f"{LIST}?key=small{query}").json()["items"]
        return [one["content_hash"] for one in found]

    assert listed("") == listed("&status=published") == [small.content_hash]
    retire(questionnaire=small, by=SYSTEM)
    assert listed("&status=published") == []
    assert listed("&status=retired") == [small.content_hash]


def test_a_version_says_what_a_program_needs_to_answer_it(
    api_client: Program, small: Questionnaire
) -> None:
    found = api_client.browser.get(f"{LIST}/{small.content_hash}").json()

    assert [one["key"] for one in found["sections"]][:2] == ["ownership", "secrets"]
    asked = questions(found)
    assert list(asked)[:2] == ["assigns", "discloses"]
    assert asked["assigns"]["mandatory"]
    assert [one["key"] for one in asked["assigns"]["choices"]] == ["yes", "no"]
    assert asked["assigns"]["choices"][0]["label"]["de"] == "Ja"
    assert asked["discloses"]["choices"][1] == {
        "key": "yearly",
        "label": {"en": "Once a year"},
        "exclusive": False,
    }
    assert asked["discloses"]["allow_not_applicable"]
    assert asked["discloses"]["respondent"] == "vendor"


def test_a_question_behind_a_gate_says_what_opens_it_and_comes_after_it(
    api_client: Program, small: Questionnaire
) -> None:
    asked = questions(api_client.browser.get(f"{LIST}/{small.content_hash}").json())
    behind = {key: one["asked_when"] for key, one in asked.items() if one["asked_when"]}
    assert behind
    for key, gate in behind.items():
        opener = asked[gate["question"]]
        assert list(asked).index(opener["key"]) < list(asked).index(key)
        assert set(gate["any_of"]) <= {one["key"] for one in opener["choices"]}


def test_a_version_read_before_is_answered_with_304_until_it_is_retired(
    api_client: Program, small: Questionnaire
) -> None:
    for address in (f"{LIST}/{small.content_hash}", LIST):
        tag = api_client.browser.get(address).headers["ETag"]
        assert api_client.browser.get(address, headers={"If-None-Match": tag}).status_code == 304
    retire(questionnaire=small, by=SYSTEM)
    again = api_client.browser.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 200


def test_drafts_and_unknown_hashes_are_not_found(api_client: Program, small: Questionnaire) -> None:
    draft = drafts.copy(source=small, by=SYSTEM)
    for name in (draft.content_hash, "0" * 64, "small"):
        assert api_client.browser.get(f"{LIST}/{name}").status_code == 404


def test_what_cannot_be_asked_for_is_pointed_at(api_client: Program) -> None:
    for query, pointer in (
        ("status=draft", "/status"),
        ("limit=0", "/limit"),
        ("cursor=x", "/cursor"),
        ("key=%00", "/key"),
    ):
        refused = api_client.browser.get(f"{LIST}?{query}")
        assert refused.status_code == 400
        assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]


def test_who_may_answer_reads_the_questions_and_without_a_scope_nobody_does(
    visitor: Client, unit: BusinessUnit, small: Questionnaire
) -> None:
    answering = make_api_client(unit, scopes=["assessments:write"])
    writing = make_api_client(unit, scopes=["webhooks:manage"])
    for address in (LIST, f"{LIST}/{small.content_hash}"):
        assert visitor.get(address).status_code == 401
        allowed = Program(answering, make_key(answering)).browser.get(address)
        refused = Program(writing, make_key(writing)).browser.get(address)
        assert (allowed.status_code, refused.status_code) == (200, 403)
