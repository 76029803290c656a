"""No other way to end an engagement, and no archived vendor with one that goes on."""

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.errors import Invalid
from tests.factories.ip import make_asset
from tests.factories.offboarding import end_engagement
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, Offboarding
from vendors.services import engagements, vendors
from vendors.services.vendors import NotOffboarded


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit, name="Saigon Moulds"), unit, title="Housings")


def set_status(engagement: Engagement, status: str) -> Engagement:
    engagement.refresh_from_db()
    return engagements.change(
        engagement=engagement, version=engagement.version, values={"status": status}, by=SYSTEM
    )


def test_an_engagement_that_has_begun_is_not_set_to_ended(engagement: Engagement) -> None:
    with pytest.raises(Invalid) as refused:
        set_status(engagement, "ended")
    assert "off-boarding" in refused.value.extra["errors"]["status"][0]


def test_nor_by_way_of_being_planned_again(engagement: Engagement) -> None:
    with pytest.raises(Invalid):
        set_status(engagement, "planned")


def test_a_planned_one_is_dropped_plainly_until_something_was_shared(unit: BusinessUnit) -> None:
    dropped, shared = (make_engagement(make_vendor(unit), unit, status="planned") for _ in range(2))
    assert set_status(dropped, "ended").status == "ended"
    make_asset(shared)
    with pytest.raises(Invalid):
        set_status(shared, "ended")


def test_a_vendor_is_not_archived_while_an_engagement_of_any_unit_goes_on(
    engagement: Engagement, other_unit: BusinessUnit, admin: Person
) -> None:
    vendor = engagement.vendor
    vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
    other = make_engagement(vendor, other_unit, title="Lids")
    make_engagement(vendor, other_unit, title="Only planned", status="planned")
    with pytest.raises(NotOffboarded, match=r"Housings; Lids\.$"):
        vendors.archive(vendor=vendor, by=admin.principal)
    for one in (engagement, other):
        end_engagement(one)
    assert vendors.archive(vendor=vendor, by=admin.principal).status == "archived"


def test_an_archived_vendor_begins_nothing_and_nothing_of_it_begins_again(
    engagement: Engagement, unit: BusinessUnit
) -> None:
    end_engagement(engagement)
    vendors.archive(vendor=engagement.vendor, by=SYSTEM)
    with pytest.raises(Invalid):
        make_engagement(engagement.vendor, unit)
    with pytest.raises(Invalid):
        set_status(Engagement.objects.get(pk=engagement.pk), "active")


def test_one_that_ended_before_there_was_off_boarding_stays_ended(engagement: Engagement) -> None:
    Engagement.objects.filter(pk=engagement.pk).update(status="ended")
    assert vendors.archive(vendor=engagement.vendor, by=SYSTEM).status == "archived"


def test_what_ended_may_begin_again_and_ends_by_another_off_boarding(
    engagement: Engagement,
) -> None:
    end_engagement(engagement)
    assert set_status(engagement, "active").status == "active"
    end_engagement(Engagement.objects.get(pk=engagement.pk))
    assert Offboarding.objects.filter(engagement=engagement, status="closed").count() == 2
