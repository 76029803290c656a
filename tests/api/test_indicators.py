"""What programs read of recorded facts."""

import pytest

from accounts.models import BusinessUnit
from tests.factories.scoring import catch_up, scored
from tests.factories.statements import make_refusal, make_statement
from tests.personas import Program

pytestmark = pytest.mark.django_db


def test_an_indicator_has_its_range_its_words_and_its_inputs(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    make_statement(assessment.vendor)
    catch_up()
    answer = api_client.browser.get(f"/api/v1/vendors/{assessment.vendor_id}/indicators").json()
    (engagement,) = answer["engagements"]
    assert engagement["engagement_id"] == str(assessment.engagement_id)
    found = {one["key"]: one for one in engagement["indicators"]}["financial"]
    assert found["state"] == "known"
    assert float(found["risk"]["lo"]) <= float(found["risk"]["point"]) <= float(found["risk"]["hi"])
    assert found["evidence"] == "independent"
    assert any("audited" in sentence for sentence in found["explanation"])
    assert found["inputs"]


def test_what_a_vendor_declined_to_disclose_has_no_risk(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    make_refusal(assessment.vendor)
    catch_up()
    answer = api_client.browser.get(f"/api/v1/vendors/{assessment.vendor_id}/indicators").json()
    found = {one["key"]: one for one in answer["engagements"][0]["indicators"]}["financial"]
    assert (found["state"], found["risk"]) == ("declined", None)


def test_a_client_without_the_scope_for_scores_reads_no_indicators(
    vendors_only: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    answer = vendors_only.browser.get(f"/api/v1/vendors/{assessment.vendor_id}/indicators")
    assert answer.status_code == 403
