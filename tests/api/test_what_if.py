"""Trying changes over the API: what moves, what is refused, and that nothing is written."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import BusinessUnit
from assessments.models import Answer, Assessment
from audit.models import Event
from scoring.models import CurrentScore, Score
from tests.factories.assessments import make_assessment
from tests.factories.scoring import say, score, scored
from tests.personas import Program

pytestmark = pytest.mark.django_db


def milli(text: str) -> int:
    return int(Decimal(text) * 1000)


def ask(client: Program, assessment: Assessment, body: Any) -> Any:
    return client.browser.post(
        f"/api/v1/assessments/{assessment.pk}/what-if", body, content_type="application/json"
    )


def test_without_a_change_both_are_the_score(api_client: Program, unit: BusinessUnit) -> None:
    assessment = scored(unit, worst=True)
    found = ask(api_client, assessment, {}).json()
    stored = CurrentScore.objects.get(assessment=assessment)
    assert found["before"] == found["after"]
    assert milli(found["after"]["score"]) == stored.points
    assert found["difference"] == "0.000"
    assert (found["changes"], found["moved"]) == ([], [])
    assert (found["scale"], found["direction"]) == ("0-100", "higher_is_worse")
    assert found["score_id"] is None


def test_a_change_gives_what_saving_it_would_give(api_client: Program, unit: BusinessUnit) -> None:
    assessment = scored(unit)
    body = {"answers": {"discloses": "never", "measures": ["locks"], "staff": {"value": 40}}}
    found = ask(api_client, assessment, body).json()
    say(assessment, discloses="never", measures=["locks"], staff=40)
    stored = score(assessment)
    after = found["after"]
    assert (milli(after["score"]), milli(after["interval"]["hi"])) == (stored.points, stored.hi)
    assert after["band"] == stored.band
    assert [one["key"] for one in found["changes"]] == ["discloses", "measures", "staff"]


def test_parts_add_up_and_the_difference_is_theirs(api_client: Program, unit: BusinessUnit) -> None:
    body = {
        "answers": {"assigns": "no", "discloses": {"state": "dont_know"}},
        "weights": {"ip_law_compliance": 40},
        "intake": {"ip_entrusted": None},
        "kappa": 0.8,
        "p": 8,
    }
    found = ask(api_client, scored(unit), body).json()
    for side in ("before", "after"):
        total = sum(milli(part["points"]) for part in found[side]["parts"])
        assert total == milli(found[side]["stands_at"])
    by = milli(found["after"]["stands_at"]) - milli(found["before"]["stands_at"])
    assert milli(found["difference"]) == by
    assert {one["kind"] for one in found["changes"]} == {"answer", "intake", "weight", "kappa", "p"}
    assert found["after"]["blocked"] is True


def test_evidence_alone_can_be_changed(api_client: Program, unit: BusinessUnit) -> None:
    body = {"answers": {"discloses": {"evidence": "independent"}}}
    found = ask(api_client, scored(unit), body).json()
    assert milli(found["difference"]) < 0
    assert found["changes"][0]["alone"] == found["difference"]


def test_a_draft_without_a_rating_has_null_and_where_it_would_stand(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = make_assessment(unit)
    score(assessment)
    after = ask(api_client, assessment, {"answers": {"assigns": {"state": "dont_know"}}}).json()[
        "after"
    ]
    assert after["score"] is None
    assert milli(after["stands_at"]) > 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"answers": {"nonsense": "yes"}}, "/answers/nonsense"),
        ({"answers": {"a/b~c": "yes"}}, "/answers/a~1b~0c"),
        ({"answers": {"discloses": "sometimes"}}, "/answers/discloses"),
        ({"answers": {"staff": {"value": -1}}}, "/answers/staff/value"),
        ({"answers": {"staff": {"state": "perhaps"}}}, "/answers/staff/state"),
        ({"answers": {"staff": {"evidence": "hearsay"}}}, "/answers/staff/evidence"),
        ({"answers": {"staff": {"proof": "document"}}}, "/answers/staff/proof"),
        ({"answers": {"staff": {}}}, "/answers/staff"),
        ({"answers": {"staff": None}}, "/answers/staff"),
        ({"answers": ["staff"]}, "/answers"),
        ({"intake": {"nonsense": "x"}}, "/intake/nonsense"),
        ({"intake": {"ip_entrusted": ["x"]}}, "/intake/ip_entrusted"),
        ({"weights": {"nonsense": 1}}, "/weights/nonsense"),
        ({"weights": {"liabilities": -1}}, "/weights/liabilities"),
        ({"weights": {"liabilities": True}}, "/weights/liabilities"),
        ({"kappa": 2}, "/kappa"),
        ({"kappa": None}, "/kappa"),
        ({"p": 3}, "/p"),
        ({"p": {"is": 4}}, "/p"),
        ({"nonsense": 1}, "/nonsense"),
        ([], ""),
    ],
)
def test_what_is_refused_is_named_by_a_pointer(
    api_client: Program, unit: BusinessUnit, body: Any, pointer: str
) -> None:
    response = ask(api_client, scored(unit), body)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert pointer in [one["pointer"] for one in response.json()["errors"]]


def test_all_that_is_wrong_is_said_at_once(api_client: Program, unit: BusinessUnit) -> None:
    body = {"answers": {"nonsense": 1, "staff": "many"}, "p": 3}
    errors = ask(api_client, scored(unit), body).json()["errors"]
    assert {one["pointer"] for one in errors} == {"/answers/nonsense", "/answers/staff", "/p"}


def test_nothing_is_written(api_client: Program, unit: BusinessUnit) -> None:
    assessment = scored(unit)
    tables = (Answer, Assessment, CurrentScore, Event, Score)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert ask(api_client, assessment, {"answers": {"discloses": "never"}}).status_code == 200
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_before_the_first_score_it_says_so(api_client: Program, unit: BusinessUnit) -> None:
    response = ask(api_client, make_assessment(unit), {})
    assert response.status_code == 409
    assert response.json()["type"] == "urn:surety:problem:no_score_yet"


def test_a_client_that_may_not_read_scores_is_refused(
    vendors_only: Program, outsider_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    assert ask(vendors_only, assessment, {}).status_code == 403
    assert ask(outsider_client, assessment, {}).status_code == 404
