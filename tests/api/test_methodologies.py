"""Versions of the scoring method over the API."""

from hashlib import sha256
from itertools import pairwise

import pytest
import rfc8785
from django.test import Client

from accounts.models import BusinessUnit
from scoring.models import Score
from tests.factories.assessments import submitted
from tests.factories.methods import in_force, make_draft, publish
from tests.factories.scoring import score
from tests.personas import Program

pytestmark = pytest.mark.django_db

LIST = "/api/v1/methodologies"


def test_the_method_in_force_and_those_before_it_are_listed_and_drafts_are_not(
    api_client: Program,
) -> None:
    old = in_force()
    new = publish(make_draft())
    make_draft()

    found = api_client.browser.get(LIST).json()["items"]

    assert [(one["content_hash"], one["status"]) for one in found] == [
        (old.content_hash, "retired"),
        (new.content_hash, "published"),
    ]
    only = api_client.browser.get(f"{LIST}?status=published").json()["items"]
    assert [one["content_hash"] for one in only] == [new.content_hash]


def test_versions_come_page_by_page(api_client: Program) -> None:
    hashes = [in_force().content_hash, publish(make_draft()).content_hash]

    first = api_client.browser.get(f"{LIST}?limit=1")
    second = api_client.browser.get(f"{LIST}?limit=1&cursor={first.json()['next']}")

    assert first.headers["Link"].endswith('rel="next"')
    assert [one.json()["items"][0]["content_hash"] for one in (first, second)] == hashes
    assert second.json()["next"] is None


def test_a_version_says_its_weights_bands_and_all_that_its_hash_is_over(
    api_client: Program,
) -> None:
    row = in_force()

    found = api_client.browser.get(f"{LIST}/{row.content_hash}").json()

    assert sha256(rfc8785.dumps(found["content"])).hexdigest() == row.content_hash
    assert sum(one["share"] for one in found["dimensions"]) == pytest.approx(1, abs=0.001)
    bands = found["bands"]
    assert [one["band"] for one in bands] == ["low", "moderate", "elevated", "high", "critical"]
    assert (bands[0]["lo"], bands[-1]["hi"]) == ("0.000", "100.000")
    assert all(one["hi"] == after["lo"] for one, after in pairwise(bands))
    assert [one["tier"] for one in found["tiers"]] == ["low", "moderate", "high", "critical"]
    assert found["tiers"][0]["inherent_from"] == 0
    assert found["tiers"][3]["valid_days"] == row.content["valid_days"]["1"]
    assert found["coverage"]["final"] == row.content["coverage"]["final"]


def test_a_score_names_the_version_that_made_it(api_client: Program, unit: BusinessUnit) -> None:
    score(submitted(unit), "assessment.submitted")

    found = api_client.browser.get(f"/api/v1/scores/{Score.objects.get().pk}").json()

    named = api_client.browser.get(f"{LIST}/{found['methodology_hash']}")
    assert named.json()["status"] == "published"


@pytest.mark.parametrize("one", [False, True])
def test_what_was_read_before_is_answered_with_304_until_another_version_is_in_force(
    api_client: Program, one: bool
) -> None:
    row = in_force()
    address = f"{LIST}/{row.content_hash}" if one else LIST
    tag = api_client.browser.get(address).headers["ETag"]
    assert api_client.browser.get(address, headers={"If-None-Match": tag}).status_code == 304
    publish(make_draft())
    again = api_client.browser.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 200


def test_drafts_and_unknown_hashes_are_not_found(api_client: Program) -> None:
    for name in (make_draft(p=4).content_hash, "0" * 64, "first"):
        assert api_client.browser.get(f"{LIST}/{name}").status_code == 404


def test_a_status_that_no_version_has_is_pointed_at(api_client: Program) -> None:
    refused = api_client.browser.get(f"{LIST}?status=draft")
    assert refused.status_code == 400
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/status"]
    assert api_client.browser.get(f"{LIST}?cursor=x").status_code == 400


def test_the_method_is_for_those_who_read_scores(visitor: Client, vendors_only: Program) -> None:
    for address in (LIST, f"{LIST}/{in_force().content_hash}"):
        assert visitor.get(address).status_code == 401
        assert vendors_only.browser.get(address).status_code == 403
