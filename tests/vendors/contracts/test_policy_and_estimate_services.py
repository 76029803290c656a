"""Policies, exposure, personal data and ICT services: taken, refused, recorded."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.contracts import make_exposure, make_policy
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, InsurancePolicy, PersonalData
from vendors.services import estimates, insurance


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


def test_whoever_enters_the_day_has_seen_the_certificate(
    engagement: Engagement, procurement: Person
) -> None:
    policy = make_policy(
        engagement.vendor, by=procurement.principal, certificate_seen_on="2026-01-05"
    )
    assert policy.certificate_seen_by == procurement.user
    event = Event.objects.get(aggregate_id=policy.pk)
    assert (event.type, event.data["facts_of"]) == ("policy.changed", str(engagement.vendor_id))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"limit": "-1"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"limit": "1e999"}, "limit"),
        ({"currency": "EURO"}, "currency"),
        ({"expires_on": "2019-12-31"}, "expires_on"),
        ({"expires_on": "2026-13-01"}, "expires_on"),
        ({"excluded_percent": 101}, "excluded_percent"),
        ({"eroded": "1000001"}, "eroded"),
        ({"per_claim": "2000000"}, "per_claim"),
        ({"certificate_seen_on": "2140-01-01"}, "certificate_seen_on"),
        ({"kind": "weather"}, "kind"),
    ],
)
def test_a_policy_that_cannot_be_is_named_by_its_field(
    engagement: Engagement, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_policy(engagement.vendor, **values)
    assert field in refused.value.extra["errors"]
    assert not InsurancePolicy.objects.exists()


def test_the_same_period_is_entered_once_and_the_next_one_beside_it(
    engagement: Engagement,
) -> None:
    make_policy(engagement.vendor, number="PI-1")
    with pytest.raises(insurance.PolicyThereAlready):
        make_policy(engagement.vendor, number="PI-1")
    make_policy(engagement.vendor, number="PI-1", valid_from="2041-01-01", expires_on="2041-12-31")


def test_another_unit_may_not_enter_policies(
    engagement: Engagement, outsider_procurement: Person
) -> None:
    with pytest.raises(NotAllowed):
        make_policy(engagement.vendor, by=outsider_procurement.principal)


def test_an_exposure_is_a_range_with_a_reason(engagement: Engagement) -> None:
    row = make_exposure(engagement, low="100000", likely="250000.5", high="1000000")
    assert row.likely == Decimal("250000.50")
    with pytest.raises(OutOfDate):
        make_exposure(engagement)
    event = Event.objects.get(type="exposure.changed")
    assert event.aggregate_id == engagement.pk


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"low": "0"}, "low"),
        ({"low": "3000000"}, "likely"),
        ({"high": "1"}, "high"),
        ({"reason": ""}, "reason"),
        ({"per_year_low": "1"}, "per_year_likely"),
        (
            {"per_year_low": "2", "per_year_likely": "1", "per_year_high": "3"},
            "per_year_likely",
        ),
        ({"per_year_high": "51"}, "per_year_high"),
    ],
)
def test_an_exposure_that_is_not_in_order_is_refused(
    engagement: Engagement, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_exposure(engagement, **values)
    assert field in refused.value.extra["errors"]


def set_data(engagement: Engagement, version: int = 0, **values: object) -> PersonalData:
    return estimates.set_personal_data(
        engagement=engagement, version=version, values=values, by=SYSTEM
    )


def test_sub_processors_are_kept_row_by_row(engagement: Engagement) -> None:
    row = set_data(
        engagement,
        role="processor",
        transfer_to=["us", "NA"],
        sub_processors=[
            {"name": " Cloud  Ltd ", "country": "IE", "service": "Hosting"},
            {"name": "", "country": "", "service": ""},
        ],
    )
    assert row.sub_processors == [{"name": "Cloud Ltd", "country": "IE", "service": "Hosting"}]
    assert row.transfer_to == ["NA", "US"]
    with pytest.raises(Invalid) as refused:
        set_data(engagement, 1, sub_processors=[{"name": "", "country": "IE"}])
    assert "Row 1" in refused.value.message


def test_an_audit_that_has_not_been_yet_is_not_the_last_one(engagement: Engagement) -> None:
    with pytest.raises(Invalid) as refused:
        estimates.set_ict_service(
            engagement=engagement,
            version=0,
            values={"function": "Payments", "last_audit_on": "2140-01-01"},
            by=SYSTEM,
        )
    assert "last_audit_on" in refused.value.extra["errors"]
