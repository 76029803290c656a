"""The pages of IP schedules, disclosures and sites."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from audit import clock
from tests.factories.ip import make_asset, make_audit, make_disclosure, make_site
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Disclosure, Engagement, Finding, IpAsset, Site, SiteAudit
from vendors.services import disclosures, ip_assets, sites


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit, made_in=["VN", "CN"], title="Hinges")


def page_of(engagement: Engagement, name: str = "ip_schedule") -> str:
    return reverse(f"vendors:{name}", args=[engagement.pk])


def rows(*typed: dict[str, Any], total: int = 3) -> dict[str, Any]:
    data = {"r-TOTAL_FORMS": str(total), "r-INITIAL_FORMS": "0"}
    for index, row in enumerate(typed):
        data |= {f"r-{index}-{name}": value for name, value in row.items()}
    return data


def test_an_asset_is_added_with_its_registrations_and_stands_in_the_matrix(
    engagement: Engagement, procurement: Person
) -> None:
    address = page_of(engagement, "ip_asset_add")
    refused = procurement.browser.post(
        address,
        {
            "name": "",
            "kind": "inventions",
            "owner_entity": "Holding AG",
            **rows({"territory": "VN", "status": "", "number": "VN-1"}),
        },
    )
    html = refused.content.decode()
    assert "Holding AG" in html
    assert 'value="VN-1"' in html
    assert "There is 1 problem" in html
    refused = procurement.browser.post(
        address,
        {
            "name": "Hinge",
            "kind": "inventions",
            **rows(
                {},
                {"territory": "VN", "status": "", "expires_on": "2030-02-28"},
            ),
        },
    )
    assert "Choose how the registration stands." in refused.content.decode()
    assert not IpAsset.objects.exists()
    done = procurement.browser.post(
        address,
        {
            "name": "Hinge",
            "kind": "inventions",
            **rows(
                {},
                {"territory": "VN", "status": "registered", "expires_on": "2030-02-28"},
                {"territory": "EU", "status": "pending"},
            ),
        },
        follow=True,
    )
    html = done.content.decode()
    assert "Hinge is on the schedule" in html
    assert html.count("Registered") >= 1
    assert "Missing" in html
    assert "EU (applied for)" in html
    assert Finding.objects.get().title == "Hinge is not registered in China"


def test_more_rows_are_given_without_losing_what_was_typed(
    engagement: Engagement, procurement: Person
) -> None:
    response = procurement.browser.post(
        page_of(engagement, "ip_asset_add"),
        {"name": "Half typed", "more_rows": "1", **rows({"territory": "NA", "number": "7"})},
    )
    html = response.content.decode()
    assert 'value="Half typed"' in html
    assert '<option value="NA" selected>' in html
    assert "Registration 5" in html
    assert "Error:" not in html


def test_two_people_who_change_an_asset_see_both_values(
    engagement: Engagement, procurement: Person, admin: Person
) -> None:
    asset = make_asset(engagement, "VN")
    ip_assets.change(asset=asset, version=1, values={"name": "Lid"}, by=admin.principal)
    address = reverse("vendors:ip_asset", args=[asset.pk])
    typed = {
        "name": "Box",
        "kind": "inventions",
        "version": "1",
        **rows({"territory": "VN", "status": "registered", "number": "VN1"}),
    }
    refused = procurement.browser.post(address, typed)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert ">Box<" in html
    assert ">Lid<" in html
    assert 'name="version" value="2"' in html
    procurement.browser.post(address, {**typed, "version": "2"})
    asset.refresh_from_db()
    assert asset.name == "Box"


def test_an_asset_is_taken_from_the_list_of_the_unit_and_off_again(
    unit: BusinessUnit, engagement: Engagement, procurement: Person
) -> None:
    asset = make_asset(make_engagement(make_vendor(unit), unit), name="Shared mark")
    procurement.browser.post(page_of(engagement, "ip_asset_attach"), {"asset": asset.pk})
    assert "Shared mark" in procurement.browser.get(page_of(engagement)).content.decode()
    off = reverse("vendors:ip_asset_detach", args=[engagement.pk, asset.pk])
    assert "Take “Shared mark” off" in procurement.browser.get(off).content.decode()
    procurement.browser.post(off)
    assert not engagement.ip_assets.exists()


def test_a_disclosure_is_recorded_and_settled(engagement: Engagement, procurement: Person) -> None:
    asset = make_asset(engagement, "VN", "CN")
    address = page_of(engagement, "disclosure_add")
    typed = {
        "what": "Drawings 1 to 9",
        "assets": [str(asset.pk)],
        "disclosed_on": clock.today().isoformat(),
        "how": "email",
        "to_kind": "person",
        "to_name": "",
        "marked": "yes",
        "outcome": "held",
    }
    refused = procurement.browser.post(address, typed)
    assert "Give the person" in refused.content.decode()
    assert "Drawings 1 to 9" in refused.content.decode()
    procurement.browser.post(address, {**typed, "to_name": "Nguyen Van An"})
    row = Disclosure.objects.get()
    assert (row.marked, list(row.assets.all())) == (True, [asset])
    settle = reverse("vendors:disclosure_settle", args=[row.pk])
    procurement.browser.post(
        settle,
        {
            "version": "1",
            "outcome": "destroyed",
            "settled_on": clock.today().isoformat(),
            "certificate": "DC-1",
        },
    )
    html = procurement.browser.get(page_of(engagement)).content.decode()
    assert "Destroyed" in html
    assert "certificate DC-1" in html


def test_a_stale_disclosure_form_shows_both_values(
    engagement: Engagement, procurement: Person, admin: Person
) -> None:
    row = make_disclosure(engagement)
    disclosures.change(disclosure=row, version=1, values={"what": "Models"}, by=admin.principal)
    refused = procurement.browser.post(
        reverse("vendors:disclosure_edit", args=[row.pk]),
        {
            "version": "1",
            "what": "Moulds",
            "disclosed_on": clock.today().isoformat(),
            "how": "email",
            "to_kind": "company",
            "marked": "yes",
            "outcome": "held",
        },
    )
    html = refused.content.decode()
    assert refused.status_code == 409
    assert ">Models<" in html
    assert ">Moulds<" in html


def test_a_site_is_added_used_audited_and_closed_after_asking(
    engagement: Engagement, procurement: Person
) -> None:
    vendor = engagement.vendor
    procurement.browser.post(
        reverse("vendors:site_add", args=[vendor.pk]),
        {
            "name": "Works 2",
            "activity": "production",
            "country": "NA",
            "engagements": [str(engagement.pk)],
        },
    )
    site = Site.objects.get()
    assert "Namibia" in procurement.browser.get(page_of(engagement)).content.decode()
    shown = reverse("vendors:site", args=[site.pk])
    procurement.browser.post(
        reverse("vendors:site_audit_add", args=[site.pk]),
        {
            "unit": str(engagement.unit_id),
            "audited_on": clock.today().isoformat(),
            "auditor": "Nordic Assurance",
            "scope": "Moulds",
            "result": "conditions",
            "found": "Moulds unlocked\n\nVisitors unlogged",
            "severity": "moderate",
        },
    )
    html = procurement.browser.get(shown).content.decode()
    assert "Visitors unlogged" in html
    assert SiteAudit.objects.get().findings.count() == 2
    close = reverse("vendors:site_close", args=[site.pk])
    assert "Has" in procurement.browser.get(close).content.decode()
    procurement.browser.post(close, {"version": "1", "closed_on": clock.today().isoformat()})
    site.refresh_from_db()
    assert site.closed_on == clock.today()
    assert "Namibia" not in procurement.browser.get(page_of(engagement)).content.decode()
    procurement.browser.post(reverse("vendors:site_reopen", args=[site.pk]))
    site.refresh_from_db()
    assert site.closed_on is None


def test_two_people_who_change_a_site_see_both_values(
    engagement: Engagement, procurement: Person, admin: Person
) -> None:
    site = make_site(engagement.vendor, "VN", engagement)
    sites.change(site=site, version=1, values={"city": "Hanoi"}, by=admin.principal)
    refused = procurement.browser.post(
        reverse("vendors:site_edit", args=[site.pk]),
        {
            "version": "1",
            "name": site.name,
            "activity": "production",
            "country": "VN",
            "city": "Hue",
            "engagements": [str(engagement.pk)],
        },
    )
    html = refused.content.decode()
    assert refused.status_code == 409
    assert ">Hanoi<" in html
    assert ">Hue<" in html


def test_the_page_about_a_vendor_shows_schedules_sites_and_what_is_open(
    engagement: Engagement, procurement: Person
) -> None:
    make_asset(engagement, "VN")
    make_disclosure(
        engagement, return_by=clock.today() - timedelta(days=1), disclosed_on="2020-01-01"
    )
    make_audit(make_site(engagement.vendor, "VN", engagement), engagement.unit)
    html = procurement.browser.get(
        reverse("vendors:ip", args=[engagement.vendor_id])
    ).content.decode()
    for words in ("Works VN", "not registered in China", "1 disclosure not returned in time"):
        assert words in html


def test_only_engagements_that_one_sees_are_shown(
    unit: BusinessUnit, other_unit: BusinessUnit, engagement: Engagement, procurement: Person
) -> None:
    from accounts.principal import SYSTEM
    from vendors.services import vendors

    vendors.link_unit(vendor=engagement.vendor, unit=other_unit, by=SYSTEM)
    theirs = make_engagement(engagement.vendor, other_unit, title="Not for you")
    make_site(engagement.vendor, "VN", theirs, name="Shared works")
    html = procurement.browser.get(
        reverse("vendors:ip", args=[engagement.vendor_id])
    ).content.decode()
    assert "Shared works" in html
    assert "Not for you" not in html
    assert procurement.browser.get(page_of(theirs)).status_code == 404


def test_the_page_takes_as_many_queries_for_many_assets_as_for_one(
    engagement: Engagement, procurement: Person
) -> None:
    make_asset(engagement, "VN")
    address = page_of(engagement)
    procurement.browser.get(address)
    with CaptureQueriesContext(connection) as few:
        procurement.browser.get(address)
    for _ in range(6):
        make_disclosure(engagement, make_asset(engagement, "VN", "CN"))
    with CaptureQueriesContext(connection) as many:
        procurement.browser.get(address)
    assert len(few) == len(many)


def test_the_files_hold_the_schedule_and_the_log_and_run_no_formula(
    engagement: Engagement, procurement: Person
) -> None:
    make_asset(engagement, "NA", name="=cmd|calc")
    make_disclosure(engagement, what="+Drawings")
    file = procurement.browser.get(page_of(engagement, "ip_csv")).getvalue().decode()
    assert "'=cmd|calc" in file
    assert ",NA,registered,NA1," in file
    log = procurement.browser.get(page_of(engagement, "disclosures_csv")).getvalue().decode()
    assert "'+Drawings" in log
