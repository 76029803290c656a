"""Which engagement clears an order, until when, and that nothing old is confirmed."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from tests.factories.decisions import make_decision
from tests.factories.offboarding import end_engagement
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Program
from vendors.models import Vendor
from vendors.services import engagements, vendors

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/vendors/by-external-id/SAP-PRD-100/0000100042/clearance"


@pytest.fixture
def vendor(unit: BusinessUnit) -> Vendor:
    """A vendor that the ordering system knows."""
    made = make_vendor(unit)
    vendors.set_external_id(vendor=made, system="sap-prd-100", value="100042", by=SYSTEM)
    return made


def ask(program: Program, **scope: str) -> Any:
    return program.browser.get(ADDRESS, scope).json()


def test_the_engagement_that_names_most_of_the_order_decides(
    api_client: Program, vendor: Vendor, unit: BusinessUnit
) -> None:
    make_decision(make_engagement(vendor, unit, title="Anything"), "approved")
    org = make_engagement(vendor, unit, title="Of 1000", purchasing_org="1000")
    make_decision(org, "approved_with_conditions")
    exact = make_engagement(
        vendor, unit, title="Exact", purchasing_org="1000", company_code="DE01", category="Moulds"
    )
    make_decision(exact, "on_hold")

    wholly = ask(api_client, purchasing_org="1000", company_code="DE01", category="moulds ")
    partly = ask(api_client, purchasing_org="1000", company_code="VN01")
    other = ask(api_client, purchasing_org="2000")

    assert [one["engagement"] for one in (wholly, partly, other)] == [
        "Exact",
        "Of 1000",
        "Anything",
    ]
    assert [one["clearance"] for one in (wholly, partly, other)] == [
        "blocked",
        "conditional",
        "allowed",
    ]


def test_of_several_that_name_as_much_the_one_that_allows_least_decides(
    api_client: Program, vendor: Vendor, unit: BusinessUnit
) -> None:
    verdicts = ("approved", "rejected", "approved_with_conditions")
    rows = [make_engagement(vendor, unit, purchasing_org="1000") for _verdict in verdicts]
    for row, verdict in zip(rows, verdicts, strict=True):
        make_decision(row, verdict)
    assert ask(api_client, purchasing_org="1000")["code"] == "rejected"

    end_engagement(rows[1])

    assert ask(api_client, purchasing_org="1000")["code"] == "conditions"


def test_an_order_of_another_company_or_category_is_never_covered(
    api_client: Program, vendor: Vendor, unit: BusinessUnit
) -> None:
    engagement = make_engagement(
        vendor, unit, purchasing_org="1000", company_code="DE01", category="Moulds"
    )
    make_decision(engagement)
    fits = {"purchasing_org": "1000", "company_code": "DE01", "category": "Moulds"}
    assert ask(api_client, **fits)["clearance"] == "allowed"

    for name in fits:
        found = ask(api_client, **fits | {name: "9999"})
        assert (found["clearance"], found["code"]) == ("blocked", "no_engagement")
        assert found["valid_until"] is None


@pytest.mark.parametrize(
    ("verdict", "told"),
    [("approved", True), ("approved_with_conditions", True), ("on_hold", False),
     ("rejected", False), ("", False)],
)  # fmt: skip
def test_it_says_until_when_wherever_an_order_is_not_blocked(
    api_client: Program, vendor: Vendor, unit: BusinessUnit, verdict: str, told: bool
) -> None:
    engagement = make_engagement(vendor, unit)
    until = clock.today() + timedelta(days=30)
    if verdict:
        make_decision(engagement, verdict, expires_on=until if told else None)

    found = ask(api_client)

    assert found["valid_until"] == (until.isoformat() if told else None)
    assert (found["clearance"] == "blocked") is not told


def test_on_the_last_day_it_is_allowed_and_on_the_next_it_is_not(
    api_client: Program, vendor: Vendor, unit: BusinessUnit
) -> None:
    make_decision(make_engagement(vendor, unit), expires_on=clock.today() + timedelta(days=3))

    for days, clearance in ((3, "allowed"), (4, "blocked")):
        with clock.at(clock.now() + timedelta(days=days)):
            assert ask(api_client)["clearance"] == clearance


def test_no_304_confirms_what_was_withdrawn_or_is_called_otherwise(
    api_client: Program, vendor: Vendor, unit: BusinessUnit
) -> None:
    engagement = make_engagement(vendor, unit, title="Housings")
    make_decision(engagement)

    def again(tag: str) -> Any:
        return api_client.browser.get(ADDRESS, headers={"If-None-Match": tag})

    first = api_client.browser.get(ADDRESS)
    assert again(first.headers["ETag"]).status_code == 304
    engagements.change(engagement=engagement, version=1, values={"title": "Lids"}, by=SYSTEM)
    renamed = again(first.headers["ETag"])
    assert renamed.json()["engagement"] == "Lids"
    make_decision(engagement, "on_hold")
    withdrawn = again(renamed.headers["ETag"])
    assert (withdrawn.status_code, withdrawn.json()["clearance"]) == (200, "blocked")
    # The same question with another scope is another answer.
    elsewhere = api_client.browser.get(
        ADDRESS, {"category": "Tools"}, headers={"If-None-Match": withdrawn.headers["ETag"]}
    )
    assert elsewhere.status_code == 200
