"""How a vendor's rating has moved, over the API."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from audit import clock
from scoring.models import Score
from tests.factories.accounts import make_api_client, make_key
from tests.factories.assessments import answer_all, make_assessment, submitted
from tests.factories.scoring import say, score, scored
from tests.factories.vendors import make_engagement
from tests.personas import Person, Program
from vendors.models import VendorUnit

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANSWERS: tuple[Mapping[str, str], ...] = ({}, {"assigns": "no"}, {"assigns": "yes"})


def moving(unit: BusinessUnit) -> Assessment:
    """An assessment with another rating from 1 March, 11 March and 21 March on."""
    with clock.at(MARCH):
        assessment = scored(unit)
    for number, said in enumerate(ANSWERS[1:], start=1):
        with clock.at(MARCH + timedelta(days=10 * number)):
            say(assessment, **said)
            score(assessment)
    return assessment


def history(program: Program, assessment: Assessment, query: str = "") -> Any:
    address = f"/api/v1/vendors/{assessment.vendor_id}/scores?{query}"
    return program.browser.get(address).json()


def days(found: Any) -> list[tuple[str, str | None]]:
    return [(one["since"], one["until"]) for one in found["items"]]


def test_each_rating_stands_with_its_days_the_latest_first(
    api_client: Program, unit: BusinessUnit
) -> None:
    found = history(api_client, moving(unit))
    assert days(found) == [
        ("2026-03-21", None),
        ("2026-03-11", "2026-03-21"),
        ("2026-03-01", "2026-03-11"),
    ]
    points = [float(one["score"]) for one in found["items"]]
    assert points[1] > points[0] == points[2]
    assert found["items"][1]["blocked"]


def test_a_rating_of_a_past_day_is_in_the_history_as_it_was(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = moving(unit)
    address = f"/api/v1/vendors/{assessment.vendor_id}/score?as_of=2026-03-15"
    then = api_client.browser.get(address).json()["rating"]
    assert history(api_client, assessment)["items"][1]["score"] == then["score"]


def test_a_rating_names_the_score_on_record_behind_it_and_its_cause(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = submitted(unit)
    score(assessment, "assessment.submitted")
    [only] = history(api_client, assessment)["items"]
    assert only["causes"] == ["assessment.submitted"]
    assert only["score_id"] == str(Score.objects.get().pk)


def test_pages_go_on_where_they_stopped_and_days_and_firmness_are_asked_for(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = moving(unit)
    first = history(api_client, assessment, "limit=2")
    second = history(api_client, assessment, f"limit=2&cursor={first['next']}")
    assert days(first) + days(second) == days(history(api_client, assessment))
    assert second["next"] is None
    assert len(days(history(api_client, assessment, "since=2026-03-11"))) == 2
    assert len(days(history(api_client, assessment, "since=2026-03-10"))) == 3
    assert days(history(api_client, assessment, "status=final")) == []


def test_of_several_units_the_worst_rating_of_the_day_counts(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    client = make_api_client(unit, other_unit)
    both = Program(client, make_key(client))
    assessment = moving(unit)
    VendorUnit.objects.create(vendor=assessment.vendor, unit=other_unit)
    with clock.at(MARCH + timedelta(days=5)):
        other = make_assessment(
            other_unit, engagement=make_engagement(assessment.vendor, other_unit)
        )
        answer_all(other)
        say(other, assigns="no", discloses="never")
        score(other)

    found = history(both, assessment)

    assert days(found) == [("2026-03-06", None), ("2026-03-01", "2026-03-06")]
    assert [one["assessment_id"] for one in found["items"]] == [str(other.pk), str(assessment.pk)]
    address = f"/api/v1/vendors/{assessment.vendor_id}/score"
    then = both.browser.get(f"{address}?as_of=2026-03-22").json()
    assert then["rating"]["score"] == found["items"][0]["score"]


def test_a_final_rating_is_stale_once_another_unit_rates_worse(
    unit: BusinessUnit, other_unit: BusinessUnit, legal: Person
) -> None:
    client = make_api_client(unit, other_unit)
    both = Program(client, make_key(client))
    with clock.at(MARCH):
        good = submitted(unit)
        assessments.take(assessment=good, by=SYSTEM)
        assessments.sign_off(assessment=good, by=legal.principal)
        score(good, "assessment.signed_off")
    VendorUnit.objects.create(vendor=good.vendor, unit=other_unit)
    with clock.at(MARCH + timedelta(days=5)):
        bad = make_assessment(other_unit, engagement=make_engagement(good.vendor, other_unit))
        answer_all(bad)
        say(bad, assigns="no", discloses="never")
        score(bad)

    found = both.browser.get(f"/api/v1/vendors/{good.vendor_id}/score").json()

    assert (found["rating"]["status"], found["current"]["status"]) == ("final", "provisional")
    assert float(found["current"]["score"]) > float(found["rating"]["score"])
    assert found["stale_since"] == "2026-03-06"


def test_a_history_costs_the_same_queries_however_long_it_is(
    api_client: Program, unit: BusinessUnit, django_assert_num_queries: Any
) -> None:
    assessment = moving(unit)
    history(api_client, assessment)
    for limit in (1, 3):
        with django_assert_num_queries(6):
            history(api_client, assessment, f"limit={limit}")


def test_vendors_of_others_do_not_exist_and_scopes_are_needed(
    api_client: Program,
    outsider_client: Program,
    vendors_only: Program,
    visitor: Client,
    unit: BusinessUnit,
) -> None:
    address = f"/api/v1/vendors/{scored(unit).vendor_id}/scores"
    assert outsider_client.browser.get(address).status_code == 404
    assert vendors_only.browser.get(address).status_code == 403
    assert visitor.get(address).status_code == 401
    for query, pointer in (("cursor=1", "/cursor"), ("since=x", "/since"), ("status=x", "/status")):
        refused = api_client.browser.get(f"{address}?{query}")
        assert refused.status_code == 400
        assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
