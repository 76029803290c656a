"""Recording disclosures, sites and audits."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.ip import make_asset, make_audit, make_disclosure, make_site
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Disclosure, Engagement, Site, SiteAudit
from vendors.services import disclosures, site_audits, sites
from vendors.services.sites import SiteIsClosed

TODAY = clock.today


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


def errors_of(engagement: Engagement, **values: Any) -> set[str]:
    with pytest.raises(Invalid) as refused:
        make_disclosure(engagement, **values)
    return set(refused.value.extra["errors"])


def test_a_disclosure_is_recorded_and_settled_with_its_certificate(
    engagement: Engagement, procurement: Person
) -> None:
    asset = make_asset(engagement)
    row = make_disclosure(engagement, asset, by=procurement.principal)
    assert list(row.assets.all()) == [asset]
    row = disclosures.settle(
        disclosure=row,
        version=1,
        outcome="returned",
        settled_on=TODAY(),
        certificate="RC-1",
        by=procurement.principal,
    )
    assert (row.outcome, row.certificate, row.version) == ("returned", "RC-1", 2)
    kinds = Event.objects.filter(aggregate_id=row.pk).order_by("position")
    assert [event.type for event in kinds] == ["ip.disclosed", "ip.disclosure_changed"]
    assert all(event.data["facts_of"] == str(engagement.vendor_id) for event in kinds)
    assert "Drawings" not in str([event.data for event in kinds])


def test_what_is_wrong_with_a_disclosure_is_named_field_by_field(
    unit: BusinessUnit, engagement: Engagement
) -> None:
    tomorrow = TODAY() + timedelta(days=1)
    foreign = make_site(make_vendor(unit))
    assert errors_of(engagement, what=" ", how="magic", to_kind="") == {"what", "how", "to_kind"}
    assert errors_of(engagement, disclosed_on=tomorrow) == {"disclosed_on"}
    assert errors_of(engagement, disclosed_on="31.12.2025") == {"disclosed_on"}
    assert errors_of(engagement, to_kind="site") == {"site"}
    assert errors_of(engagement, to_kind="site", site=foreign.pk) == {"site"}
    assert errors_of(engagement, to_kind="subcontractor") == {"subcontract"}
    assert errors_of(engagement, to_kind="person") == {"to_name"}
    assert errors_of(engagement, outcome="destroyed") == {"settled_on"}
    assert errors_of(engagement, settled_on=TODAY()) == {"outcome"}
    elsewhere = make_asset(make_engagement(engagement.vendor, unit))
    with pytest.raises(Invalid) as refused:
        make_disclosure(engagement, elsewhere)
    assert set(refused.value.extra["errors"]) == {"assets"}
    assert not Disclosure.objects.exists()


def test_two_people_who_change_a_disclosure_do_not_overwrite_each_other(
    engagement: Engagement, procurement: Person
) -> None:
    row = make_disclosure(engagement)
    by = procurement.principal
    disclosures.change(disclosure=row, version=1, values={"note": "A"}, by=by)
    with pytest.raises(OutOfDate):
        disclosures.change(disclosure=row, version=1, values={"note": "B"}, by=by)
    same = disclosures.change(disclosure=row, version=2, values={"note": "A"}, by=by)
    assert same.version == 2


def test_a_site_is_added_changed_closed_and_opened_again(
    engagement: Engagement, procurement: Person
) -> None:
    by = procurement.principal
    site = make_site(engagement.vendor, "NA", engagement, by=by)
    assert site.country.code == "NA"
    site = sites.change(site=site, version=1, values={"city": "Windhoek"}, engagements=[], by=by)
    assert not site.engagements.exists()
    site = sites.close(site=site, version=2, closed_on=TODAY(), by=by)
    assert site.closed_on == TODAY()
    site = sites.reopen(site=site, version=3, by=by)
    assert site.closed_on is None
    types = Event.objects.filter(aggregate_id=site.pk).order_by("position")
    assert [event.type for event in types] == [
        "site.added",
        "site.changed",
        "site.closed",
        "site.closed",
    ]


def test_a_site_needs_a_name_a_country_and_something_that_is_done_there(
    engagement: Engagement,
) -> None:
    with pytest.raises(Invalid) as refused:
        sites.add(vendor=engagement.vendor, values={"country": "XX"}, by=SYSTEM)
    assert set(refused.value.extra["errors"]) == {"name", "country", "activity"}
    with pytest.raises(Invalid):
        sites.close(
            site=make_site(engagement.vendor),
            version=1,
            closed_on=TODAY() + timedelta(days=1),
            by=SYSTEM,
        )


def test_engagements_of_others_keep_using_a_site_that_somebody_changes(
    unit: BusinessUnit, other_unit: BusinessUnit, engagement: Engagement, procurement: Person
) -> None:
    from vendors.services import vendors

    vendors.link_unit(vendor=engagement.vendor, unit=other_unit, by=SYSTEM)
    theirs = make_engagement(engagement.vendor, other_unit)
    site = make_site(engagement.vendor, "VN", engagement, theirs)
    sites.change(site=site, version=1, values={}, engagements=[], by=procurement.principal)
    assert list(site.engagements.all()) == [theirs]
    with pytest.raises(Invalid):
        sites.change(
            site=site, version=2, values={}, engagements=[theirs.pk], by=procurement.principal
        )


def test_an_audit_is_recorded_and_put_right(
    unit: BusinessUnit, engagement: Engagement, procurement: Person
) -> None:
    site = make_site(engagement.vendor)
    audit = make_audit(site, unit, by=procurement.principal)
    audit = site_audits.change(
        audit=audit, version=1, values={"result": "failed"}, by=procurement.principal
    )
    assert (audit.result, audit.version) == ("failed", 2)
    told = Event.objects.filter(type="site.audited").order_by("position")
    assert [event.data["corrected"] for event in told] == [False, True]


def test_what_is_wrong_with_an_audit_is_named_field_by_field(
    unit: BusinessUnit, engagement: Engagement
) -> None:
    site = make_site(engagement.vendor)
    with pytest.raises(Invalid) as refused:
        make_audit(site, unit, auditor="", scope=" ", result="fine", next_due=TODAY())
    assert set(refused.value.extra["errors"]) == {"auditor", "scope", "result", "next_due"}
    with pytest.raises(Invalid):
        make_audit(site, unit, audited_on=TODAY() + timedelta(days=2))
    sites.close(site=site, version=1, closed_on=TODAY() - timedelta(days=9), by=SYSTEM)
    with pytest.raises(SiteIsClosed):
        make_audit(site, unit)
    assert not SiteAudit.objects.exists()


@pytest.mark.parametrize("who", ["auditor", "outsider_procurement", "outsider_legal"])
def test_others_record_neither_disclosures_nor_sites_nor_audits(
    request: pytest.FixtureRequest, unit: BusinessUnit, engagement: Engagement, who: str
) -> None:
    person: Person = request.getfixturevalue(who)
    site = make_site(engagement.vendor)
    for attempt in (
        lambda: make_disclosure(engagement, by=person.principal),
        lambda: make_site(engagement.vendor, by=person.principal),
        lambda: make_audit(site, unit, by=person.principal),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert Site.objects.count() == 1
