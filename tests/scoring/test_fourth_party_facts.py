"""Which subcontracts serve an engagement, as the indicator reads them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from audit import clock
from scoring.facts.fourth_parties import SENTENCES, values
from scoring.indicators.value import Value
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from vendors.models import Engagement, Vendor


def of(*engagements: Engagement) -> dict[Any, Value]:
    return values(engagements, clock.today(), {})


def depths(found: Value) -> list[int]:
    return sorted(one["depth"] for one in found.inputs["subcontracts"])


@pytest.fixture
def above(unit: BusinessUnit) -> Vendor:
    return make_vendor(unit)


def test_nothing_recorded_leaves_the_engagement_to_its_questions(
    above: Vendor, unit: BusinessUnit
) -> None:
    assert of(make_engagement(above, unit)) == {}


def test_a_subcontract_for_another_engagement_does_not_count(
    above: Vendor, unit: BusinessUnit
) -> None:
    mine, other = make_engagement(above, unit), make_engagement(above, unit)
    make_subcontract(above, make_company(above, "For the other"), engagement=other)
    found = of(mine, other)
    assert list(found) == [other.pk]
    make_subcontract(above, make_company(above, "For all"))
    assert len(of(mine, other)[other.pk].inputs["subcontracts"]) == 2


def test_further_down_counts_while_the_ip_of_the_engagement_travels_on(
    above: Vendor, unit: BusinessUnit
) -> None:
    mine = make_engagement(above, unit)  # designs and moulds
    second, third, fourth = (make_company(above, name) for name in ("B", "C", "D"))
    make_subcontract(above, second, ip_kinds=["designs"])
    make_subcontract(second, third, ip_kinds=["designs", "brands"])
    make_subcontract(third, fourth, ip_kinds=["brands"])
    assert depths(of(mine)[mine.pk]) == [1, 2]


def test_ip_that_comes_by_two_ways_is_followed_by_both(above: Vendor, unit: BusinessUnit) -> None:
    mine = make_engagement(above, unit)
    second, third, fourth = (make_company(above, name) for name in ("B", "C", "D"))
    make_subcontract(above, second, ip_kinds=["designs"])
    make_subcontract(above, third, ip_kinds=["moulds_tooling"])
    make_subcontract(second, third, ip_kinds=["designs"])
    make_subcontract(third, fourth, ip_kinds=["designs", "moulds_tooling"])
    last = next(one for one in of(mine)[mine.pk].inputs["subcontracts"] if len(one["ip_kinds"]) > 1)
    assert last["ip_kinds"] == ["designs", "moulds_tooling"]


def test_many_engagements_take_a_fixed_number_of_queries(unit: BusinessUnit) -> None:
    engagements = []
    for number in range(4):
        vendor = make_vendor(unit)
        make_subcontract(vendor, make_company(vendor, f"Below {number}"))
        engagements.append(make_engagement(vendor, unit))
    with CaptureQueriesContext(connection) as queries:
        assert len(of(*engagements)) == 4
    assert len(queries) == 2


def test_every_code_has_a_sentence(above: Vendor, unit: BusinessUnit) -> None:
    mine = make_engagement(above, unit)
    make_subcontract(above, make_company(above, "Below"))
    for said in of(mine)[mine.pk].said:
        assert str(SENTENCES[said.code]).format(**said.values)
