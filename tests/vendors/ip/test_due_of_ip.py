"""What comes up of IP schedules, sites and findings."""

from datetime import timedelta

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from tests.factories.findings import make_finding
from tests.factories.ip import make_asset, make_audit, make_disclosure, make_site
from tests.factories.offboarding import end_engagement
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import IpRegistration
from vendors.selectors.due import coming_up, due_soon
from vendors.services import disclosures, findings, ip_assets, sites


def test_expiries_returns_audits_and_findings_come_up_until_they_are_settled(
    unit: BusinessUnit, procurement: Person, outsider_procurement: Person
) -> None:
    today = clock.today()
    day = [today + timedelta(days=number) for number in range(6)]
    engagement = make_engagement(make_vendor(unit), unit, made_in=["VN"])
    make_asset(
        engagement,
        registrations=[
            {"territory": "VN", "status": "registered", "number": "7", "expires_on": day[1]},
            {"territory": "CN", "status": "lapsed", "expires_on": day[1]},
        ],
    )
    row = make_disclosure(engagement, return_by=day[2])
    site = make_site(engagement.vendor, "VN", engagement)
    make_audit(site, unit, audited_on=today - timedelta(days=9), next_due=day[5])
    make_audit(site, unit, next_due=day[3])
    finding = make_finding(unit, vendor=engagement.vendor)
    finding = findings.plan(
        finding=finding,
        version=1,
        remedy="Close it",
        owner=procurement.user,
        due_on=day[4],
        by=SYSTEM,
    )

    def due(person: Person) -> list[tuple[str, object]]:
        rows = coming_up(person.principal, None, until=day[5]).rows
        return [(one.source, one.day) for one in rows]

    assert due(procurement) == [
        ("ip_expiry", day[1]),
        ("ip_return", day[2]),
        ("site_audit", day[3]),
        ("finding", day[4]),
    ]
    assert due(outsider_procurement) == []
    soon = due_soon(procurement.principal, unit, today=day[2], days=30)
    assert (len(soon.rows), soon.overdue) == (4, 1)
    disclosures.settle(disclosure=row, version=1, outcome="returned", settled_on=today, by=SYSTEM)
    findings.close(
        finding=finding, version=2, reason="Done", verified_by=procurement.user, by=SYSTEM
    )
    sites.close(site=site, version=1, closed_on=today, by=SYSTEM)
    assert due(procurement) == [("ip_expiry", day[1])]
    end_engagement(engagement)
    assert due(procurement) == []


def test_a_registration_that_stays_as_it_is_keeps_its_place(unit: BusinessUnit) -> None:
    """Whoever was reminded of it is not reminded again because another one was added."""
    asset = make_asset(make_engagement(make_vendor(unit), unit), "VN")
    first = IpRegistration.objects.get()
    ip_assets.change(
        asset=asset,
        version=1,
        values={},
        registrations=[
            *ip_assets.registrations_on_record(asset),
            {"territory": "NA", "status": "pending"},
        ],
        by=SYSTEM,
    )
    assert IpRegistration.objects.count() == 2
    assert IpRegistration.objects.filter(pk=first.pk).exists()
