"""Findings that Surety raises about rights, returns and audits, and closes by itself."""

from datetime import timedelta

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from audit.models import Event
from tests.factories.ip import make_asset, make_audit, make_disclosure, make_site
from tests.factories.offboarding import end_engagement
from tests.factories.vendors import make_engagement, make_vendor
from vendors.finding_kinds import AUDIT_OVERDUE, MISSING_REGISTRATION, NOT_RETURNED, SITE_AUDIT
from vendors.models import Engagement, Finding, Subcontract
from vendors.services import disclosures, engagements, ip_assets, ip_findings, sites
from vendors.tasks import check_dates, check_ip

DAY = timedelta(days=1)


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit, made_in=["VN"])


def open_titles(kind: str) -> set[str]:
    rows = Finding.objects.filter(kind=kind).exclude(status="closed")
    return set(rows.values_list("title", flat=True))


def test_a_right_missing_in_a_country_of_manufacture_is_found_and_settled_when_registered(
    engagement: Engagement,
) -> None:
    asset = make_asset(engagement, "DE")
    finding = Finding.objects.get()
    assert finding.title == "Hinge with two stops is not registered in Vietnam"
    assert (finding.engagement, finding.severity) == (engagement, "high")
    ip_assets.change(
        asset=asset,
        version=1,
        values={},
        registrations=[{"territory": "VN", "status": "pending"}],
        by=SYSTEM,
    )
    finding.refresh_from_db()
    assert (finding.status, finding.severity) == ("open", "low")
    assert "applied for" in finding.title
    ip_assets.change(
        asset=asset,
        version=2,
        values={},
        registrations=[{"territory": "VN", "status": "registered"}],
        by=SYSTEM,
    )
    finding.refresh_from_db()
    assert finding.status == "closed"
    assert finding.closed_because == "It is registered there now, or need not be any more."
    assert Finding.objects.count() == 1


def test_only_kinds_that_registration_protects_raise_a_finding(engagement: Engagement) -> None:
    make_asset(engagement, kind="trade_secrets")
    make_asset(engagement, kind="designs", unregistered_because="Kept secret until launch")
    assert not Finding.objects.exists()


def test_a_site_opened_or_closed_changes_where_rights_are_needed(engagement: Engagement) -> None:
    make_asset(engagement, "VN", "EU")
    site = make_site(engagement.vendor, "CN", engagement)
    assert open_titles(MISSING_REGISTRATION) == {"Hinge with two stops is not registered in China"}
    sites.close(site=site, version=1, closed_on=clock.today(), by=SYSTEM)
    assert open_titles(MISSING_REGISTRATION) == set()
    make_site(engagement.vendor, "PT", engagement)
    assert open_titles(MISSING_REGISTRATION) == set()


def test_what_others_change_reaches_the_findings_by_its_event(
    unit: BusinessUnit, engagement: Engagement
) -> None:
    make_asset(engagement, "VN")
    engagements.change(engagement=engagement, version=1, values={"made_in": ["NA"]}, by=SYSTEM)
    event = Event.objects.get(type="engagement.changed")
    check_ip(str(event.id))
    assert open_titles(MISSING_REGISTRATION) == {
        "Hinge with two stops is not registered in Namibia"
    }
    below = make_vendor(unit)
    subcontract = Subcontract.objects.create(vendor=engagement.vendor, subcontractor=below)
    subcontract.sites.add(make_site(below, "TH"))
    ip_findings.check_vendor(vendor_id=engagement.vendor_id)
    assert len(open_titles(MISSING_REGISTRATION)) == 2


def test_what_is_held_after_the_end_of_the_work_is_found_until_it_comes_back(
    engagement: Engagement,
) -> None:
    make_asset(engagement)
    row = make_disclosure(engagement)
    make_disclosure(engagement, what="A model that was only shown", outcome="nothing")
    assert open_titles(NOT_RETURNED) == set()
    end_engagement(engagement)
    check_ip(str(Event.objects.get(type="engagement.changed").id))
    assert open_titles(NOT_RETURNED) == {"Not returned: Drawings of the hinge"}
    assert open_titles(MISSING_REGISTRATION) == set()
    disclosures.settle(
        disclosure=row,
        version=1,
        outcome="destroyed",
        settled_on=clock.today(),
        certificate="DC-7",
        by=SYSTEM,
    )
    assert open_titles(NOT_RETURNED) == set()


def test_the_date_alone_raises_and_settles_findings(engagement: Engagement) -> None:
    today = clock.today()
    make_asset(
        engagement,
        registrations=[{"territory": "VN", "status": "registered", "expires_on": today + 10 * DAY}],
    )
    make_disclosure(engagement, return_by=today + 10 * DAY)
    site = make_site(engagement.vendor, "VN", engagement)
    make_audit(site, engagement.unit, next_due=today + 10 * DAY)
    check_dates()
    assert not Finding.objects.exists()
    with clock.at(clock.now() + 11 * DAY):
        check_dates()
        check_dates()
        assert Finding.objects.count() == 3
        assert open_titles(AUDIT_OVERDUE) == {"Audit of Works VN overdue"}
        make_audit(site, engagement.unit, next_due=today + 400 * DAY)
    assert open_titles(AUDIT_OVERDUE) == set()


def test_a_right_granted_as_of_a_later_day_settles_its_finding_on_that_day(
    engagement: Engagement,
) -> None:
    granted = clock.today() + DAY
    make_asset(
        engagement,
        registrations=[{"territory": "VN", "status": "registered", "granted_on": granted}],
    )
    assert len(open_titles(MISSING_REGISTRATION)) == 1
    with clock.at(clock.now() + DAY):
        check_dates()
    assert open_titles(MISSING_REGISTRATION) == set()


def test_what_an_audit_found_stands_among_the_findings_of_its_unit(
    unit: BusinessUnit, engagement: Engagement
) -> None:
    site = make_site(engagement.vendor)
    audit = make_audit(site, unit, result="conditions", found=[("Moulds stand unlocked", "high")])
    finding = Finding.objects.get(kind=SITE_AUDIT)
    assert list(audit.findings.all()) == [finding]
    assert finding.unit == unit
    assert "Nordic Assurance" in finding.detail


def test_an_overdue_audit_of_a_closed_site_is_of_no_concern(
    unit: BusinessUnit, engagement: Engagement
) -> None:
    site = make_site(engagement.vendor)
    then = clock.today() - 400 * DAY
    make_audit(site, unit, audited_on=then, next_due=then + 365 * DAY)
    assert len(open_titles(AUDIT_OVERDUE)) == 1
    sites.close(site=site, version=1, closed_on=clock.today(), by=SYSTEM)
    assert open_titles(AUDIT_OVERDUE) == set()
