"""Reading ratings and scores over the API."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from audit import clock
from scoring.models import CurrentScore, Score
from tests.factories.assessments import submitted
from tests.factories.scoring import say, score, scored
from tests.personas import Program
from vendors.services import vendors

pytestmark = pytest.mark.django_db


def milli(text: str) -> int:
    return int(Decimal(text) * 1000)


def stands(unit: BusinessUnit) -> Score:
    """The score of an assessment that was handed in."""
    score(submitted(unit), "assessment.submitted")
    return Score.objects.get()


def signed_off(unit: BusinessUnit) -> Assessment:
    assessment = submitted(unit)
    assessments.take(assessment=assessment, by=SYSTEM)
    score(assessment)
    return assessment


def test_the_score_of_a_vendor_says_its_scale_and_which_way_is_worse(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    current = CurrentScore.objects.get(pk=assessment.pk)

    found = api_client.browser.get(
        f"/api/v1/vendors/{assessment.vendor_id}/score?status=provisional"
    ).json()

    assert (found["scale"], found["direction"]) == ("0-100", "higher_is_worse")
    assert current.points is not None
    assert milli(found["score"]) == current.points
    assert milli(found["rating"]["interval"]["lo"]) == current.lo
    assert milli(found["rating"]["interval"]["hi"]) == current.hi
    assert found["rating"]["assessment_id"] == str(assessment.pk)


def test_a_vendor_that_is_not_rated_has_null_for_a_score_and_never_zero(
    api_client: Program, unit: BusinessUnit
) -> None:
    from tests.factories.assessments import make_assessment

    assessment = make_assessment(unit)
    score(assessment, "assessment.opened")

    found = api_client.browser.get(f"/api/v1/vendors/{assessment.vendor_id}/score").json()

    assert (found["status"], found["band"], found["score"]) == ("not_rated", "not_rated", None)
    assert found["rating"] is None
    assert found["current"]["score"] is None


def test_a_provisional_rating_is_not_given_out_as_the_final_one(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)

    found = api_client.browser.get(f"/api/v1/vendors/{assessment.vendor_id}/score").json()

    assert found["score"] is None
    assert found["rating"] is None
    assert found["current"]["status"] == "provisional"
    assert found["current"]["score"] is not None


def test_an_unchanged_score_is_answered_with_304_and_a_changed_one_in_full(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    address = f"/api/v1/vendors/{assessment.vendor_id}/score"
    tag = api_client.browser.get(address).headers["ETag"]

    again = api_client.browser.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""

    say(assessment, assigns="no")
    score(assessment)
    changed = api_client.browser.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_the_rating_of_a_past_day_is_the_one_that_stood_then(
    api_client: Program, unit: BusinessUnit
) -> None:
    then = datetime(2026, 3, 31, 12, tzinfo=UTC)
    with clock.at(then):
        assessment = scored(unit)
    before = CurrentScore.objects.get(pk=assessment.pk).points
    with clock.at(then + timedelta(days=30)):
        say(assessment, assigns="no", discloses="never")
        score(assessment)

    address = f"/api/v1/vendors/{assessment.vendor_id}/score"
    old = api_client.browser.get(f"{address}?as_of=2026-04-01").json()
    none = api_client.browser.get(f"{address}?as_of=2026-03-01").json()
    new = api_client.browser.get(f"{address}?status=provisional").json()

    assert milli(old["score"]) == before
    assert none["rating"] is None
    assert milli(new["score"]) > milli(old["score"])


def test_the_contributions_of_a_score_add_up_to_it_to_the_milli_point(
    api_client: Program, unit: BusinessUnit
) -> None:
    stored = stands(unit)

    found = api_client.browser.get(f"/api/v1/scores/{stored.pk}/contributions").json()

    assert sum(milli(part["points"]) for part in found["parts"]) == milli(found["total"])
    assert milli(found["total"]) == stored.points
    for part in found["parts"]:
        assert milli(part["points"]) == milli(part["answer"]) + milli(part["proof"])


def test_a_score_says_what_it_was_made_from(api_client: Program, unit: BusinessUnit) -> None:
    stored = stands(unit)

    found = api_client.browser.get(f"/api/v1/scores/{stored.pk}").json()

    assert found["id"] == str(stored.pk)
    assert found["digest"] == bytes(stored.digest).hex()
    assert found["model_hash"] == bytes(stored.model_hash).hex()
    assert found["input_hash"] == stored.input_hash.hex()
    assert found["computed_at"].endswith("Z")


def test_scores_are_listed_once_each_across_pages_and_units_stay_apart(
    api_client: Program, outsider_client: Program, unit: BusinessUnit
) -> None:
    for _ in range(3):
        score(submitted(unit), "assessment.submitted")

    seen = []
    cursor = ""
    for _ in range(3):
        page = api_client.browser.get(f"/api/v1/scores?limit=1&cursor={cursor}").json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"] or ""

    assert seen == [str(pk) for pk in Score.objects.order_by("pk").values_list("pk", flat=True)]
    assert cursor == ""
    assert outsider_client.browser.get("/api/v1/scores").json()["items"] == []
    assert outsider_client.browser.get(f"/api/v1/scores/{seen[0]}").status_code == 404


def test_a_lookup_answers_every_id_in_the_order_asked(
    api_client: Program, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    ours, theirs = scored(unit).vendor, scored(other_unit).vendor
    vendors.set_external_id(vendor=ours, system="erp", value="0042", by=SYSTEM)
    vendors.set_external_id(vendor=theirs, system="erp", value="0043", by=SYSTEM)
    asked = [{"system": "erp", "id": number} for number in ("43", "42", "44")]

    found = api_client.browser.post(
        "/api/v1/scores/lookup", {"items": asked}, content_type="application/json"
    ).json()["items"]

    assert [row["id"] for row in found] == ["43", "42", "44"]
    assert [row["found"] for row in found] == [False, True, False]
    assert found[1]["vendor_id"] == str(ours.pk)
    assert found[1]["rating"]["status"] == "provisional"
