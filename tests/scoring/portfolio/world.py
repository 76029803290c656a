"""A small portfolio with a past, and the readings of it worked out the slow way, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

from accounts.models import BusinessUnit, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from audit import clock
from scoring.engine.methodology import DIMENSIONS
from scoring.models import Standing
from scoring.selectors.portfolio import Portfolio
from scoring.selectors.standings import Filters
from tests.factories.accounts import make_user
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire
from tests.factories.scoring import catch_up, say, score
from tests.factories.vendors import (
    MILD_INTAKE,
    USUAL_INTAKE,
    WORST_INTAKE,
    archived_before,
    make_engagement,
    make_vendor,
)
from vendors.models import Vendor, VendorUnit
from vendors.services import vendors

FIRST = datetime(2025, 11, 10, 9, tzinfo=UTC)
TODAY = datetime(2026, 5, 20, 9, tzinfo=UTC)
#: Before anything was there, between two changes, on the day of one, and now.
DAYS = (date(2025, 11, 9), date(2025, 12, 1), date(2026, 2, 10), date(2026, 3, 31), None)
_INTAKES = (MILD_INTAKE, USUAL_INTAKE, WORST_INTAKE)


@dataclass
class World:
    """Eight vendors of a unit and one that another unit works with, too."""

    unit: BusinessUnit
    other: BusinessUnit
    owner: User
    assessments: list[Assessment]


def make_portfolio(unit: BusinessUnit, other: BusinessUnit) -> World:
    """Vendors come on different days, get worse and better, are handed in and put away."""
    questionnaire = small_questionnaire()
    owner = make_user(Role.PROCUREMENT, unit, name="Olga Owner")
    made: list[Assessment] = []
    for at in range(8):
        with clock.at(FIRST + timedelta(days=at * 9)):
            vendor = make_vendor(
                unit,
                name=f"Vendor {at}",
                country=("VN", "DE", "")[at % 3],
                category=("Tooling", "")[at % 2],
            )
            if at % 3 == 0:
                VendorUnit.objects.filter(vendor=vendor, unit=unit).update(owner=owner)
            engagement = make_engagement(vendor, unit, intake=_INTAKES[at % 3])
            one = make_assessment(unit, engagement=engagement, questionnaire=questionnaire)
            if at != 5:
                answer_all(one)
            score(one)
            made.append(one)
    with clock.at(datetime(2026, 2, 10, 9, tzinfo=UTC)):
        for one in made[::2]:
            say(one, assigns="no", discloses="never", measures=["nothing"])
            score(one)
        vendors.link_unit(vendor=Vendor.objects.get(pk=made[1].vendor_id), unit=other, by=SYSTEM)
        catch_up()
    with clock.at(datetime(2026, 4, 2, 9, tzinfo=UTC)):
        say(made[0], assigns="yes", discloses="at_once")
        assessments.submit(assessment=made[1], by=SYSTEM)
        for one in made[:2]:
            score(one)
        archived_before(made[3].vendor)
        vendors.set_external_id(vendor=made[3].vendor, system="sap", value="1", by=SYSTEM)
        catch_up()
    return World(unit, other, owner, made)


def every_filter(world: World) -> Iterator[Filters]:
    """Filters alone and together, on each of the days."""
    narrowed: tuple[dict[str, Any], ...] = (
        {},
        {"tier": "critical"},
        {"country": "DE"},
        {"status": "rated"},
        {"category": "Tooling"},
        {"owner": world.owner.pk},
        {"tier": "low", "country": "VN", "owner": world.owner.pk},
        {"status": "not_rated", "category": "Tooling"},
    )
    for one, day in product(narrowed, DAYS):
        yield Filters(day=day, **one)


def there(of: Portfolio, day: date) -> list[Standing]:
    """The standings that held at the end of a day and that the filters leave."""
    owned = set(
        VendorUnit.objects.filter(owner=of.filters.owner, unit=of.unit).values_list(
            "vendor", flat=True
        )
    )
    return [
        row
        for row in Standing.objects.filter(unit=of.unit, archived=False)
        if row.valid_from <= day
        and (row.valid_to is None or row.valid_to > day)
        and (not of.filters.tier or row.tier == of.filters.tier)
        and (not of.filters.country or row.country == of.filters.country)
        and (not of.filters.category or row.category == of.filters.category)
        and (not of.filters.owner or row.vendor_id in owned)
        and (
            not of.filters.status
            or row.status == of.filters.status
            or (of.filters.status == "rated" and row.status != "not_rated")
        )
    ]


def cells(rows: list[Standing]) -> dict[tuple[str, str], tuple[int, int]]:
    """(dimension, tier) -> how many have points in it, and their sum."""
    count: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for dimension, points in zip(DIMENSIONS, row.dimensions, strict=False):
            if points is not None:
                count[dimension, row.tier] += 1
                total[dimension, row.tier] += points
    return {key: (count[key], total[key]) for key in count}
