"""Which matches and owners reach an engagement, as the indicator reads them."""

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from scoring.facts.screening import SENTENCES, values
from scoring.indicators.value import Value
from tests.factories.screening import decide, listed, make_owner, row
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from vendors.models import Engagement, Match, Vendor
from vendors.services import owners, screening

QUILLON = row("1", "Quillon Metallwerke GmbH")
TARVANSKI = row("2", "Ilja Tarvanski", kind="person")


def of(*engagements: Engagement) -> dict[Any, Value]:
    return values(engagements, clock.today(), {})


def confirm(*vendors: Vendor) -> None:
    screening.screen(vendor_ids=[vendor.pk for vendor in vendors])
    for match in Match.objects.filter(status="open"):
        decide(match, "confirmed", "Same address.")


def test_a_match_counts_from_found_over_confirmed_to_dismissed(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, name="Quillon Metallwerke")
    engagement = make_engagement(vendor, unit)
    assert of(engagement) == {}
    listed(QUILLON)
    found = of(engagement)[engagement.pk]
    assert (found.lo, found.hi, found.enough) == (0, 10_000, False)
    decide(Match.objects.get(), "confirmed")
    assert of(engagement)[engagement.pk].pt == 10_000
    decide(Match.objects.get(), "dismissed")
    assert of(engagement) == {}


def test_a_match_of_a_fourth_party_counts_for_those_above(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    engagement = make_engagement(vendor, unit)
    second = make_company(vendor, "Second below")
    third = make_company(vendor, "Quillon Metallwerke")
    make_subcontract(vendor, second)
    make_subcontract(second, third)
    listed(QUILLON, kind="infringers")
    confirm(third)
    found = of(engagement)[engagement.pk]
    assert (found.pt, found.inputs["matches"][0]["depth"]) == (2_000, 2)


def test_listed_owners_count_by_what_they_hold_through_others(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, name="Brandis Optik")
    engagement = make_engagement(vendor, unit)
    holding = make_owner(vendor, "Brandis Holding", percent=60)
    make_owner(vendor, "Ilja Tarvanski", kind="person", percent=50, parent=holding)
    listed(TARVANSKI)
    assert not of(engagement)[engagement.pk].enough
    confirm(vendor)
    found = of(engagement)[engagement.pk]
    assert (found.pt, found.enough) == (10_000, True)
    assert found.inputs["owners"][0]["held"] == "60"


def test_an_owner_that_is_a_vendor_brings_its_own_matches(unit: BusinessUnit) -> None:
    holder = make_vendor(unit, name="Quillon Metallwerke")
    vendor = make_vendor(unit, name="Brandis Optik")
    engagement = make_engagement(vendor, unit)
    make_owner(vendor, holder=holder, percent=30)
    listed(QUILLON)
    confirm(holder)
    assert of(engagement)[engagement.pk].pt == 7_000


def test_an_owner_that_has_gone_counts_no_longer_and_one_to_come_sets_the_day(
    unit: BusinessUnit,
) -> None:
    vendor = make_vendor(unit, name="Brandis Optik")
    engagement = make_engagement(vendor, unit)
    owner = make_owner(vendor, "Ilja Tarvanski", kind="person", percent=80)
    listed(TARVANSKI)
    confirm(vendor)
    later = clock.today() + timedelta(days=40)
    owners.change(owner=owner, version=1, values={"until_on": later}, by=SYSTEM)
    assert of(engagement)[engagement.pk].next_change == later
    past = date(2026, 1, 1)
    owner.refresh_from_db()
    owners.end(owner=owner, version=owner.version, until_on=past, by=SYSTEM)
    assert of(engagement) == {}


def test_many_engagements_take_a_fixed_number_of_queries(unit: BusinessUnit) -> None:
    def ask(count: int) -> int:
        engagements = []
        for number in range(count):
            vendor = make_vendor(unit, name=f"Quillon Metallwerke {number}")
            make_owner(vendor, percent=10)
            make_subcontract(vendor, make_company(vendor, f"Below {number}"))
            engagements.append(make_engagement(vendor, unit))
        with CaptureQueriesContext(connection) as queries:
            of(*engagements)
        return len(queries)

    listed(QUILLON)
    assert ask(1) == ask(5)


def test_every_code_has_a_sentence(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit, name="Quillon Metallwerke")
    engagement = make_engagement(vendor, unit)
    make_owner(vendor, "Ilja Tarvanski", kind="person", percent=80)
    listed(QUILLON, TARVANSKI)
    seen = list(of(engagement)[engagement.pk].said)
    confirm(vendor)
    for said in [*seen, *of(engagement)[engagement.pk].said]:
        assert str(SENTENCES[said.code]).format(**said.values)
