"""Decisions and clearance over the API: what an ordering system asks."""

from datetime import timedelta

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from scoring.services.decisions import Condition
from tests.factories.decisions import make_decision
from tests.factories.offboarding import end_engagement
from tests.factories.scoring import say, score, scored
from tests.factories.screening import decide, listed, make_owner, row
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Program
from vendors.models import Match, Vendor
from vendors.services import engagements, vendors

pytestmark = pytest.mark.django_db


def known_as(vendor: Vendor, number: str = "100042") -> str:
    """The address of the vendor's clearance, with an id in the ordering system."""
    vendors.set_external_id(vendor=vendor, system="sap-prd-100", value=number, by=SYSTEM)
    return f"/api/v1/vendors/by-external-id/sap-prd-100/{number}/clearance"


def test_the_score_of_a_vendor_carries_its_decision(
    api_client: Program, unit: BusinessUnit
) -> None:
    engagement = scored(unit).engagement
    address = f"/api/v1/vendors/{engagement.vendor_id}/score"
    before = api_client.browser.get(address)
    assert before.json()["decision"]["decision"] == "none"
    made = make_decision(
        engagement,
        "approved_with_conditions",
        conditions=[Condition(text="Sign", due_on=clock.today())],
    )
    after = api_client.browser.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    said = after.json()["decision"]
    assert (said["decision"], said["state"], said["version"]) == (
        "approved_with_conditions",
        "approved_with_conditions",
        1,
    )
    assert (said["reason"], said["decided_by"]) == (made.reason, "Dora Decider")
    assert said["expires_on"] == made.expires_on.isoformat() if made.expires_on else False
    assert said["conditions"] == [
        {"text": "Sign", "due_on": clock.today().isoformat(), "finding_id": None}
    ]
    assert after.json()["decisions"] == [said]


def test_of_several_engagements_the_decision_that_stops_most_speaks(
    api_client: Program, unit: BusinessUnit
) -> None:
    engagement = scored(unit).engagement
    other = make_engagement(engagement.vendor, unit)
    make_decision(engagement)
    make_decision(other, "rejected")
    said = api_client.browser.get(f"/api/v1/vendors/{engagement.vendor_id}/score").json()
    assert said["decision"]["engagement_id"] == str(other.pk)
    assert [one["decision"] for one in said["decisions"]] == ["rejected", "approved"]


def test_no_tag_confirms_an_approval_that_has_ended(
    api_client: Program, unit: BusinessUnit
) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    clearance = known_as(engagement.vendor)
    make_decision(engagement, expires_on=clock.today() + timedelta(days=3))
    first = api_client.browser.get(clearance)
    assert first.json()["clearance"] == "allowed"
    assert first.json()["valid_until"] == (clock.today() + timedelta(days=3)).isoformat()
    tag = {"If-None-Match": first.headers["ETag"]}
    assert api_client.browser.get(clearance, headers=tag).status_code == 304
    with clock.at(clock.now() + timedelta(days=4)):
        later = api_client.browser.get(clearance, headers=tag)
    assert later.status_code == 200
    assert (later.json()["clearance"], later.json()["code"]) == ("blocked", "expired")
    assert later.json()["valid_until"] is None


def test_an_order_that_no_engagement_covers_is_blocked(
    api_client: Program, unit: BusinessUnit
) -> None:
    engagement = make_engagement(
        make_vendor(unit), unit, purchasing_org="1000", company_code="DE01", category="Moulds"
    )
    clearance = known_as(engagement.vendor)
    make_decision(engagement)
    covered = api_client.browser.get(
        clearance, {"purchasing_org": "1000", "company_code": "DE01", "category": "Moulds"}
    )
    assert covered.json()["clearance"] == "allowed"
    assert covered.json()["engagement_id"] == str(engagement.pk)
    refused = api_client.browser.get(clearance, {"purchasing_org": "9999"}).json()
    assert (refused["clearance"], refused["code"]) == ("blocked", "no_engagement")
    assert refused["engagement_id"] is None


def test_an_approval_on_a_score_that_is_not_final_has_conditions(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    clearance = known_as(assessment.vendor)
    make_decision(assessment.engagement)
    found = api_client.browser.get(clearance).json()
    assert (found["clearance"], found["code"]) == ("conditional", "not_final")
    say(assessment, assigns="no")
    score(assessment)
    found = api_client.browser.get(clearance).json()
    assert (found["clearance"], found["code"]) == ("blocked", "knock_out")
    assert found["decision"]["state"] == "overtaken"


@pytest.mark.parametrize(
    ("percent", "verdict", "expected"),
    [
        (60, "confirmed", ("blocked", "listed")),
        (20, "confirmed", ("conditional", "listed_in_part")),
        (None, "confirmed", ("conditional", "listed_in_part")),
        (60, "", ("conditional", "listed_in_part")),
        (60, "dismissed", ("allowed", "approved")),
    ],
)
def test_a_listed_owner_is_never_allowed_whatever_was_decided(
    api_client: Program,
    unit: BusinessUnit,
    percent: int | None,
    verdict: str,
    expected: tuple[str, str],
) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    clearance = known_as(engagement.vendor)
    make_decision(engagement)
    before = api_client.browser.get(clearance)
    assert before.json()["clearance"] == "allowed"
    make_owner(engagement.vendor, "Quillon Reserve Holdings", percent=percent)
    listed(row("1", "Quillon Reserve Holdings"))
    if verdict:
        decide(Match.objects.get(), verdict)
    tag = {"If-None-Match": before.headers["ETag"]}
    found = api_client.browser.get(clearance, headers=tag if expected[0] != "allowed" else {})
    assert (found.json()["clearance"], found.json()["code"]) == expected
    assert found.json()["tier"] == engagement.tier


def test_a_vendor_that_is_listed_itself_is_blocked(api_client: Program, unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit, name="Quillon Reserve Holdings"), unit)
    clearance = known_as(engagement.vendor)
    make_decision(engagement)
    listed(row("1", "Quillon Reserve Holdings"))
    assert api_client.browser.get(clearance).json()["code"] == "listed_in_part"
    decide(Match.objects.get(), "confirmed")
    assert api_client.browser.get(clearance).json()["code"] == "listed"


@pytest.mark.parametrize("verdict", ["on_hold", "rejected", ""])
def test_nothing_but_an_approval_lets_an_order_through(
    api_client: Program, unit: BusinessUnit, verdict: str
) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    clearance = known_as(engagement.vendor)
    if verdict:
        make_decision(engagement, verdict)
    found = api_client.browser.get(clearance).json()
    assert (found["clearance"], found["code"]) == ("blocked", verdict or "no_decision")


def test_an_engagement_that_has_ended_is_blocked(api_client: Program, unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    clearance = known_as(engagement.vendor)
    make_decision(engagement)
    end_engagement(engagement)
    assert api_client.browser.get(clearance).json()["code"] == "ended"


def test_a_vendor_of_others_and_an_unknown_id_do_not_exist(
    api_client: Program,
    outsider_client: Program,
    vendors_only: Program,
    unit: BusinessUnit,
    other_unit: BusinessUnit,
) -> None:
    clearance = known_as(make_vendor(unit))
    assert outsider_client.browser.get(clearance).status_code == 404
    assert api_client.browser.get(clearance.replace("100042", "7")).status_code == 404
    assert vendors_only.browser.get(clearance).status_code == 403


def test_engagements_of_other_units_say_nothing(
    api_client: Program, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit)
    clearance = known_as(vendor)
    vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
    theirs = engagements.create(
        vendor=vendor, unit=other_unit, title="Theirs", service="tooling", intake={}, by=SYSTEM
    )
    make_decision(theirs)
    assert api_client.browser.get(clearance).json()["code"] == "no_engagement"
