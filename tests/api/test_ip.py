"""IP schedules, disclosures, sites and findings over the API."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import BusinessUnit
from audit import clock
from audit.ids import uuid7
from tests.factories.accounts import make_api_client, make_key
from tests.factories.findings import make_finding
from tests.factories.ip import make_asset, make_audit, make_disclosure, make_site
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Program
from vendors.models import Disclosure, Engagement, Finding, IpAsset, Site

pytestmark = pytest.mark.django_db

ASSET = {
    "name": "Hinge",
    "kind": "inventions",
    "registrations": [{"territory": "NA", "status": "registered", "expires_on": "2031-05-31"}],
}


@pytest.fixture
def writer(unit: BusinessUnit) -> Program:
    """A client that reads and writes facts."""
    client = make_api_client(unit, scopes=["vendors:read", "vendors:write"], name="PLM")
    return Program(client, make_key(client))


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit, made_in=["NA", "VN"])


def put(program: Program, address: str, body: Any, **headers: str) -> Any:
    return program.browser.put(address, body, content_type="application/json", headers=headers)


def asset_at(engagement: Engagement, pk: object) -> str:
    return f"/api/v1/engagements/{engagement.pk}/ip-assets/{pk}"


def test_an_asset_is_put_and_read_back_and_putting_it_again_changes_nothing(
    writer: Program, engagement: Engagement
) -> None:
    address = asset_at(engagement, uuid7())
    made = put(writer, address, ASSET)
    assert made.status_code == 201
    assert made.json()["countries"] == [
        {"country": "NA", "stands": "registered"},
        {"country": "VN", "stands": "missing"},
    ]
    again = put(writer, address, ASSET)
    assert (again.status_code, again.json()["version"]) == (200, 1)
    assert again.headers["ETag"] == '"v1"'
    assert writer.browser.get(address).json() == again.json()
    listed = writer.browser.get(f"/api/v1/engagements/{engagement.pk}/ip-assets").json()
    assert listed == {"items": [again.json()], "next": None}
    assert Finding.objects.get().title == "Hinge is not registered in Vietnam"


def test_what_cannot_be_taken_is_pointed_at_in_the_body(
    writer: Program, engagement: Engagement
) -> None:
    bad = {
        "name": "Hinge",
        "kind": "inventions",
        "registrations": [
            {"territory": "NA", "status": "registered"},
            {"territory": "XX", "status": "registered"},
        ],
    }
    refused = put(writer, asset_at(engagement, uuid4()), bad)
    assert refused.status_code == 400
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/registrations/1/territory"]
    refused = put(writer, asset_at(engagement, uuid4()), {"kind": "magic"})
    assert {one["pointer"] for one in refused.json()["errors"]} == {"/name", "/kind"}
    assert not IpAsset.objects.exists()


def test_who_read_an_older_version_does_not_overwrite_the_newer_one(
    writer: Program, engagement: Engagement
) -> None:
    address = asset_at(engagement, make_asset(engagement).pk)
    first = put(writer, address, ASSET, **{"If-Match": '"v1"'})
    assert (first.status_code, first.headers["ETag"]) == (200, '"v2"')
    late = put(writer, address, {**ASSET, "name": "Lid"}, **{"If-Match": '"v1"'})
    assert late.status_code == 412
    assert IpAsset.objects.get().name == "Hinge"


def test_an_asset_of_the_unit_is_put_on_another_schedule(
    writer: Program, unit: BusinessUnit, engagement: Engagement
) -> None:
    asset = make_asset(make_engagement(make_vendor(unit), unit))
    response = put(writer, asset_at(engagement, asset.pk), ASSET)
    assert response.status_code == 200
    assert asset.engagements.count() == 2


def test_an_id_that_another_unit_uses_is_not_taken_over(
    writer: Program, other_unit: BusinessUnit, engagement: Engagement
) -> None:
    theirs = make_asset(make_engagement(make_vendor(other_unit), other_unit), name="Theirs")
    assert put(writer, asset_at(engagement, theirs.pk), ASSET).status_code == 409
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


def test_a_disclosure_is_put_settled_and_listed(writer: Program, engagement: Engagement) -> None:
    asset = make_asset(engagement)
    address = f"/api/v1/engagements/{engagement.pk}/disclosures/{uuid7()}"
    body = {
        "what": "Drawings",
        "assets": [str(asset.pk)],
        "disclosed_on": "2026-01-15",
        "to_kind": "company",
        "how": "email",
    }
    made = put(writer, address, body)
    assert (made.status_code, made.json()["outcome"], made.json()["marked"]) == (201, "held", None)
    refused = put(writer, address, {**body, "outcome": "destroyed"})
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/settled_on"]
    done = put(writer, address, {**body, "outcome": "destroyed", "settled_on": "2026-02-01"})
    assert done.status_code == 200
    assert Disclosure.objects.get().outcome == "destroyed"
    found = writer.browser.get(f"/api/v1/engagements/{engagement.pk}/disclosures").json()["items"]
    assert found == [done.json()]


def test_a_site_is_put_used_and_closed(writer: Program, engagement: Engagement) -> None:
    vendor = engagement.vendor
    address = f"/api/v1/vendors/{vendor.pk}/sites/{uuid7()}"
    body = {
        "name": "Works",
        "activity": "production",
        "country": "NA",
        "engagements": [str(engagement.pk)],
    }
    made = put(writer, address, body)
    assert (made.status_code, made.json()["country"]) == (201, "NA")
    today = clock.today().isoformat()
    closed = put(writer, address, {**body, "closed_on": today})
    assert (closed.status_code, closed.json()["closed_on"]) == (200, today)
    wrong = put(writer, address, {**body, "country": "XX", "closed_on": today})
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["/country"]
    opened = put(writer, address, body)
    assert opened.json()["closed_on"] is None
    make_audit(Site.objects.get(), engagement.unit)
    found = writer.browser.get(f"/api/v1/vendors/{vendor.pk}/sites").json()["items"]
    assert [audit["result"] for audit in found[0]["audits"]] == ["passed"]


def test_findings_are_listed_by_what_is_asked_and_page_by_page(
    api_client: Program, unit: BusinessUnit
) -> None:
    mild = make_finding(unit, severity="low")
    others = [make_finding(unit) for _ in range(3)]
    found = api_client.browser.get("/api/v1/findings?severity=low").json()["items"]
    assert [row["id"] for row in found] == [str(mild.pk)]
    seen: list[str] = []
    address = "/api/v1/findings?limit=2&severity=high"
    while address:
        response = api_client.browser.get(address)
        seen += [row["id"] for row in response.json()["items"]]
        address = response.headers.get("Link", "").partition("<")[2].partition(">")[0]
    assert seen == [str(one.pk) for one in others]
    one = api_client.browser.get(f"/api/v1/findings/{mild.pk}").json()
    assert (one["status"], one["automatic"], one["overdue"]) == ("open", False, False)
    assert api_client.browser.get("/api/v1/findings?state=odd").status_code == 400
    assert api_client.browser.get("/api/v1/findings?cursor=odd").status_code == 400


def test_a_client_that_only_reads_writes_nothing(
    api_client: Program, engagement: Engagement
) -> None:
    refused = put(api_client, asset_at(engagement, uuid4()), ASSET)
    assert refused.status_code == 403
    assert not IpAsset.objects.exists()


def test_nothing_of_this_exists_for_a_client_of_another_unit(
    outsider_client: Program, engagement: Engagement
) -> None:
    asset = make_asset(engagement)
    row = make_disclosure(engagement, asset)
    site = make_site(engagement.vendor)
    finding = Finding.objects.latest("pk")
    for address in (
        f"/api/v1/engagements/{engagement.pk}/ip-assets",
        asset_at(engagement, asset.pk),
        f"/api/v1/engagements/{engagement.pk}/disclosures",
        f"/api/v1/engagements/{engagement.pk}/disclosures/{row.pk}",
        f"/api/v1/vendors/{engagement.vendor_id}/sites",
        f"/api/v1/vendors/{engagement.vendor_id}/sites/{site.pk}",
        f"/api/v1/findings/{finding.pk}",
    ):
        assert outsider_client.browser.get(address).status_code == 404, address
    assert outsider_client.browser.get("/api/v1/findings").json()["items"] == []
