"""Recording what is entrusted and where it is registered."""

from datetime import date

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.ip import make_asset, make_disclosure
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, IpAsset, IpRegistration
from vendors.services import ip_assets
from vendors.services.ip_assets import InUse


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit, made_in=["VN"])


def types() -> list[str]:
    rows = Event.objects.filter(type__startswith="ip.").order_by("position")
    return list(rows.values_list("type", flat=True))


def test_an_asset_is_recorded_with_its_registrations(
    engagement: Engagement, procurement: Person
) -> None:
    asset = make_asset(engagement, "VN", "EU", by=procurement.principal, right="patent")
    assert list(asset.engagements.all()) == [engagement]
    assert set(asset.registrations.values_list("territory", flat=True)) == {"VN", "EU"}
    assert types() == ["ip.asset_added", "ip.schedule_changed"]
    event = Event.objects.get(type="ip.schedule_changed")
    assert event.data["facts_of"] == str(engagement.vendor_id)
    assert "Hinge" not in str(Event.objects.get(type="ip.asset_added").data)


def test_every_wrong_value_is_named_down_to_the_registration(engagement: Engagement) -> None:
    with pytest.raises(Invalid) as refused:
        make_asset(
            engagement,
            name=" ",
            kind="magic",
            right="divine",
            registrations=[
                {"territory": "NA", "status": "registered", "number": "1"},
                {"territory": "XX", "status": "granted", "filed_on": "2025-02-30"},
                {"territory": "VN", "status": "registered", "expires_on": "0020-01-01"},
                {"territory": "NA", "status": "registered", "number": "1"},
                {
                    "territory": "VN",
                    "status": "pending",
                    "filed_on": "2025-06-01",
                    "granted_on": "2025-05-01",
                    "expires_on": "2024-01-01",
                },
            ],
        )
    assert set(refused.value.extra["errors"]) == {
        "name",
        "kind",
        "right",
        "registrations.1.territory",
        "registrations.1.status",
        "registrations.1.filed_on",
        "registrations.2.expires_on",
        "registrations.3.number",
        "registrations.4.granted_on",
        "registrations.4.expires_on",
        "registrations.4.status",
    }
    assert not IpAsset.objects.exists()


def test_saving_the_same_asset_again_records_nothing(engagement: Engagement) -> None:
    asset = make_asset(engagement, "VN", "CN")
    before = Event.objects.count()
    same = ip_assets.change(
        asset=asset,
        version=1,
        values={"name": " Hinge with  two stops "},
        registrations=list(reversed(ip_assets.registrations_on_record(asset))),
        by=SYSTEM,
    )
    assert (same.version, Event.objects.count()) == (1, before)


def test_a_changed_registration_reaches_every_schedule_the_asset_is_on(
    unit: BusinessUnit, engagement: Engagement, procurement: Person
) -> None:
    other = make_engagement(make_vendor(unit), unit)
    asset = make_asset(engagement, "VN")
    ip_assets.attach(asset=asset, engagement=other, by=procurement.principal)
    ip_assets.attach(asset=asset, engagement=other, by=procurement.principal)
    ip_assets.change(
        asset=asset,
        version=1,
        values={},
        registrations=[
            {"territory": "VN", "status": "registered", "number": "VN1", "expires_on": "2030-01-31"}
        ],
        by=procurement.principal,
    )
    assert IpRegistration.objects.get().expires_on == date(2030, 1, 31)
    told = Event.objects.filter(type="ip.schedule_changed", data__how="asset_changed")
    assert {event.aggregate_id for event in told} == {engagement.pk, other.pk}
    assert Event.objects.filter(data__how="asset_added").count() == 2


def test_the_second_of_two_people_is_told_what_stands(
    engagement: Engagement, procurement: Person
) -> None:
    asset = make_asset(engagement)
    by = procurement.principal
    ip_assets.change(asset=asset, version=1, values={"name": "Lid"}, by=by)
    with pytest.raises(OutOfDate) as refused:
        ip_assets.change(asset=asset, version=1, values={"name": "Box"}, by=by)
    assert refused.value.extra["current"]["name"] == "Lid"


def test_a_reference_belongs_to_one_asset_of_the_unit(
    unit: BusinessUnit, engagement: Engagement
) -> None:
    make_asset(engagement, reference="P-17")
    with pytest.raises(Invalid) as refused:
        make_asset(engagement, reference="P-17")
    assert set(refused.value.extra["errors"]) == {"reference"}
    second = make_asset(engagement)
    with pytest.raises(Invalid):
        ip_assets.change(asset=second, version=1, values={"reference": "P-17"}, by=SYSTEM)


def test_an_asset_is_taken_off_a_schedule_unless_it_was_disclosed_there(
    engagement: Engagement, procurement: Person
) -> None:
    asset, shown = make_asset(engagement), make_asset(engagement)
    make_disclosure(engagement, shown)
    ip_assets.detach(asset=asset, engagement=engagement, by=procurement.principal)
    assert list(engagement.ip_assets.all()) == [shown]
    assert IpAsset.objects.filter(pk=asset.pk).exists()
    with pytest.raises(InUse):
        ip_assets.detach(asset=shown, engagement=engagement, by=procurement.principal)


def test_assets_and_engagements_of_different_units_do_not_meet(
    unit: BusinessUnit, other_unit: BusinessUnit, engagement: Engagement, admin: Person
) -> None:
    elsewhere = make_engagement(make_vendor(other_unit), other_unit)
    with pytest.raises(Invalid):
        ip_assets.attach(asset=make_asset(engagement), engagement=elsewhere, by=admin.principal)


@pytest.mark.parametrize("who", ["auditor", "outsider_procurement", "outsider_legal"])
def test_others_cannot_write_the_schedule(
    request: pytest.FixtureRequest, engagement: Engagement, who: str
) -> None:
    person: Person = request.getfixturevalue(who)
    asset = make_asset(engagement)
    with pytest.raises(NotAllowed):
        make_asset(engagement, by=person.principal)
    with pytest.raises(NotAllowed):
        ip_assets.change(asset=asset, version=1, values={"name": "X"}, by=person.principal)
