"""In which countries the work of an engagement is done."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from audit import clock
from tests.factories.vendors import make_engagement, make_vendor
from vendors.models import Site, Subcontract, Vendor
from vendors.selectors.sites import countries_of, places_of
from vendors.territories import MEMBERS, covers


def make_site(vendor: Vendor, country: str, **values: object) -> Site:
    return Site.objects.create(
        vendor=vendor, name=f"Works {country}", activity="production", country=country, **values
    )


def test_the_engagement_its_open_sites_and_those_of_active_subcontracts_count(
    unit: BusinessUnit,
) -> None:
    vendor, below = make_vendor(unit), make_vendor(unit)
    engagement = make_engagement(vendor, unit, made_in=["VN"])
    other = make_engagement(vendor, unit, made_in=[])
    make_site(vendor, "CN").engagements.add(engagement)
    make_site(vendor, "BR", closed_on=clock.today()).engagements.add(engagement)
    make_site(vendor, "DE")
    for country, only, status in (
        ("NA", None, "active"),
        ("TH", engagement, "active"),
        ("US", engagement, "ended"),
    ):
        Subcontract.objects.create(
            vendor=vendor, subcontractor=below, engagement=only, status=status
        ).sites.add(make_site(below, country))

    found = countries_of([engagement, other])
    assert found[engagement.pk] == ("CN", "NA", "TH", "VN")
    assert found[other.pk] == ("NA",)
    sources = {place.country: place.source for place in places_of([engagement])[engagement.pk]}
    assert sources == {
        "VN": "engagement",
        "CN": "site",
        "NA": "subcontract",
        "TH": "subcontract",
    }


def test_many_engagements_take_as_many_queries_as_one(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    engagements = [make_engagement(vendor, unit) for _ in range(4)]
    with CaptureQueriesContext(connection) as one:
        countries_of(engagements[:1])
    with CaptureQueriesContext(connection) as many:
        countries_of(engagements)
    assert len(one) == len(many) == 2


@pytest.mark.parametrize(
    ("territory", "country", "holds"),
    [
        ("VN", "VN", True),
        ("EU", "DE", True),
        ("EU", "GB", False),
        ("EU", "CH", False),
        ("BX", "NL", True),
        ("OA", "CM", True),
        ("NA", "NA", True),
        ("NA", "ZA", False),
    ],
)
def test_a_right_holds_where_its_register_reaches(
    territory: str, country: str, holds: bool
) -> None:
    assert covers(territory, country) is holds


def test_the_regions_have_their_members() -> None:
    assert {region: len(codes) for region, codes in MEMBERS.items()} == {
        "EU": 27,
        "BX": 3,
        "OA": 17,
    }
