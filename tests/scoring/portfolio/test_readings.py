"""The portfolio at a glance is what counting its vendors one by one would give, on any day."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.services import assessments
from audit import clock
from scoring import portfolio_words
from scoring.selectors.portfolio import (
    ALL_BANDS,
    Portfolio,
    bands,
    every_mover,
    heat,
    movers,
    trend,
    waiting,
    worst,
)
from scoring.selectors.standings import standings
from tests.factories.scoring import say, score, scored
from tests.personas import Person
from tests.scoring.portfolio.world import TODAY, World, cells, every_filter, make_portfolio, there

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(unit: BusinessUnit, other_unit: BusinessUnit) -> World:
    return make_portfolio(unit, other_unit)


def test_every_reading_is_what_counting_gives_under_any_filters_on_any_day(
    world: World, procurement: Person
) -> None:
    met: Counter[str] = Counter()
    with clock.at(TODAY):
        for filters in every_filter(world):
            of = Portfolio(procurement.principal, world.unit, filters)
            rows = there(of, of.day)
            by_band = Counter((row.band, row.status) for row in rows)
            assert {
                tile.band: (tile.vendors, tile.final, tile.provisional) for tile in bands(of)
            } == {
                band: (
                    sum(count for (one, _), count in by_band.items() if one == band),
                    by_band[band, "final"],
                    by_band[band, "provisional"],
                )
                for band in ALL_BANDS
            }, filters
            expected = cells(rows)
            for cell in (cell for line in heat(of) for cell in line):
                count, total = expected.get((cell.dimension, cell.tier), (0, 0))
                mean = round(total / count) if count else None
                assert (cell.vendors, cell.mean) == (count, mean), (filters, cell)
                if count:
                    status = filters.status or "rated"
                    behind = of.but(tier=cell.tier, rated_in=cell.dimension, status=status)
                    assert standings(of.principal, of.unit, behind.filters).total == count
            assert waiting(of).blocked == sum(row.blocked for row in rows), filters
            points = sorted((row.points for row in rows if row.points is not None), reverse=True)
            assert [row.points for row in worst(of)] == points, filters
            listed = standings(of.principal, of.unit, filters)
            assert (len(listed.rows), listed.total) == (len(rows), len(rows)), filters
            met.update(row.band for row in rows)
    # The world has something of everything to count.
    assert {"critical", "not_rated"} < set(met)


def test_the_trend_counts_who_stood_where_at_the_end_of_each_month_up_to_the_day(
    world: World, procurement: Person
) -> None:
    with clock.at(TODAY):
        for filters in every_filter(world):
            of = Portfolio(procurement.principal, world.unit, filters)
            points = trend(of)
            assert len(points) == 24
            assert points[-1].day == of.day
            for point in points:
                stood = Counter(row.band for row in there(of, point.day))
                assert point.counts == tuple(stood[band] for band in ALL_BANDS), (filters, point)


def test_a_reading_takes_one_query_and_a_narrowed_trend_two(
    world: World, procurement: Person
) -> None:
    of = Portfolio(procurement.principal, world.unit)
    for reading, narrowed, most in (
        (bands, {"category": "Tooling"}, 1),
        (heat, {"country": "DE"}, 1),
        (trend, {}, 1),
        (trend, {"tier": "low"}, 2),
        (waiting, {"tier": "low"}, 1),
        (worst, {}, 1),
    ):
        with CaptureQueriesContext(connection) as queries:
            reading(of.but(**narrowed))
        assert len(queries) == most, reading


def test_movers_are_those_rated_on_both_days_by_how_far_they_moved(
    world: World, procurement: Person
) -> None:
    met = 0
    with clock.at(TODAY):
        for filters in every_filter(world):
            of = Portfolio(procurement.principal, world.unit, filters)
            for days in (30, 90, 365):
                found = movers(of, days)
                plain = of.but(**dict.fromkeys(("tier", "country", "category", "status"), ""))
                earlier = {
                    row.vendor_id: row
                    for row in there(plain.but(owner=None), found.since)
                    if row.points is not None
                }
                moved = {
                    row.vendor_id: row.points - before.points
                    for row in there(of, of.day)
                    if row.points is not None
                    and (before := earlier.get(row.vendor_id))
                    and before.points is not None
                    and row.points != before.points
                }
                assert {one.vendor_id: one.by for one in (*found.worse, *found.better)} == moved
                whole = list(every_mover(of, days))
                assert {one.vendor_id: one.by for one in whole} == moved
                assert [one.by > 0 for one in whole] == sorted(
                    (one.by > 0 for one in whole), reverse=True
                )
                assert found.worsened == len(found.worse) == sum(by > 0 for by in moved.values())
                assert found.improved == len(found.better)
                for one in found.worse:
                    assert one.dimension
                    assert one.was is not None
                    assert one.now is not None
                    assert one.now > one.was
                met += len(moved)
    assert met


def test_a_mover_says_what_moved_it_from_the_scores_on_record(
    unit: BusinessUnit, procurement: Person
) -> None:
    with clock.at(datetime(2026, 1, 5, 9, tzinfo=UTC)):
        one = scored(unit, name="Nam Long")
        assessments.submit(assessment=one, by=SYSTEM)
        score(one, "assessment.submitted")
    with clock.at(datetime(2026, 4, 5, 9, tzinfo=UTC)):
        assessments.send_back(assessment=one, reason="Ask again.", by=SYSTEM)
        say(one, assigns="no")
        score(one, "assessment.answers_saved")
    with clock.at(TODAY):
        [mover] = movers(Portfolio(procurement.principal, unit), 90).worse
        assert (mover.cause, mover.day) == ("assessment.answers_saved", date(2026, 4, 5))
        said = portfolio_words.moved(mover)
    assert said.startswith("Answers changed on 5 Apr 2026; most of it in IP law and compliance")
    assert said.endswith("a knock-out blocks it now.")
