"""What ends, what is open, and who is shared: counted like the lists behind the figures."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import BusinessUnit
from audit import clock
from scoring.selectors.portfolio import (
    Portfolio,
    by_category,
    by_country,
    by_subcontractor,
    horizon,
    open_findings,
)
from tests.factories.contracts import make_contract, make_policy
from tests.factories.evidence import make_evidence
from tests.factories.findings import make_finding
from tests.factories.scoring import catch_up
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from tests.scoring.portfolio.world import TODAY, every_filter, make_portfolio, there
from vendors.models import Finding
from vendors.selectors.findings import AGES, Filters, findings

pytestmark = pytest.mark.django_db


def test_countries_and_categories_are_counted_under_any_filters_on_any_day(
    unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person
) -> None:
    world = make_portfolio(unit, other_unit)
    with clock.at(TODAY):
        for filters in every_filter(world):
            of = Portfolio(procurement.principal, unit, filters)
            rows = there(of, of.day)
            for reading, column in ((by_country, "country"), (by_category, "category")):
                counted = Counter(getattr(row, column) for row in rows)
                serious = Counter(
                    getattr(row, column) for row in rows if row.band in {"high", "critical"}
                )
                unrated = Counter(getattr(row, column) for row in rows if row.points is None)
                found = reading(of)
                assert {one.key: (one.vendors, one.serious, one.not_rated) for one in found} == {
                    key: (counted[key], serious[key], unrated[key]) for key in counted
                }
                assert [one.vendors for one in found] == sorted(counted.values(), reverse=True)


def test_what_ends_is_counted_by_month_and_kind_and_what_has_passed_apart(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit, name="Nam Long", country="VN")
    other = make_vendor(unit, name="Aalto", country="FI")
    with clock.at(TODAY):
        make_contract(make_engagement(vendor, unit), ends_on="2026-05-30")
        make_contract(make_engagement(other, unit), ends_on="2027-04-30")
        make_policy(vendor, expires_on="2026-05-19")
        make_policy(other, expires_on="2026-07-01")
        make_evidence(vendor, unit, expires_on=date(2026, 5, 20))
        make_evidence(vendor, unit, expires_on=date(2027, 5, 1))
        catch_up()
        found = horizon(Portfolio(procurement.principal, unit))
        here = Portfolio(procurement.principal, unit).but(country="FI")
        narrowed = horizon(here)
    assert {month.start: month.counts for month in found.months if any(month.counts)} == {
        None: (0, 1, 0),
        date(2026, 5, 1): (1, 0, 1),
        date(2026, 7, 1): (0, 1, 0),
        date(2027, 4, 1): (1, 0, 0),
    }
    assert [due.day for due in found.first] == [
        date(2026, 5, 20),
        date(2026, 5, 30),
        date(2026, 7, 1),
        date(2027, 4, 30),
    ]
    assert len(found.months) == 13
    assert {due.vendor for due in narrowed.first} == {"Aalto"}
    assert sum(sum(month.counts) for month in narrowed.months) == 2


def test_open_findings_are_counted_as_their_list_counts_them(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit, country="VN")
    catch_up()
    now = datetime(2026, 5, 20, 9, tzinfo=UTC)
    for at, days in enumerate((0, 30, 31, 90, 180, 181, 365, 366, 800)):
        row = make_finding(unit, vendor=vendor, severity=Finding.Severity.values[at % 4])
        Finding.objects.filter(pk=row.pk).update(
            created_at=now - timedelta(days=days), due_on=date(2026, 5, 19 + at % 2)
        )
    with clock.at(now):
        of = Portfolio(procurement.principal, unit)
        found = open_findings(of)
        for age, counts in found.counts:
            listed = findings(of.principal, unit, Filters(age=age))
            assert listed.count() == sum(counts)
        assert [sum(counts) for _age, counts in found.counts] == [2, 2, 1, 2, 2]
        assert list(AGES) == [age for age, _counts in found.counts]
        assert (found.total, found.overdue) == (9, 5)
        assert found.oldest[0].created_at == now - timedelta(days=800)
        assert open_findings(of.but(country="VN")).total == 9
        assert open_findings(of.but(country="FI")).total == 0


def test_a_subcontractor_counts_the_vendors_that_the_filters_leave(
    unit: BusinessUnit, procurement: Person
) -> None:
    under = [make_vendor(unit, country=country) for country in ("VN", "VN", "DE")]
    shared = make_company(under[0], "Shared Moulds")
    for vendor in under:
        make_subcontract(vendor, shared)
    catch_up()
    of = Portfolio(procurement.principal, unit)
    assert [(one.name, one.vendors) for one in by_subcontractor(of)] == [("Shared Moulds", 3)]
    assert [one.vendors for one in by_subcontractor(of.but(country="VN"))] == [2]
    assert not by_subcontractor(of.but(country="FI"))
