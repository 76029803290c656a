"""Who is reached along subcontracts, up and down, and by which way."""

from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from tests.factories.subcontracts import unlinked
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Subcontract, Vendor, VendorUnit
from vendors.selectors import fourth_parties


def passes_on(vendor: Vendor, to: Vendor, **values: object) -> Subcontract:
    """A row as it stands, without the service's own checks."""
    return Subcontract.objects.create(vendor=vendor, subcontractor=to, service="Parts", **values)


@pytest.fixture
def chain(unit: BusinessUnit) -> list[Vendor]:
    """Four vendors, each passing work to the next; only the first two are ours."""
    made = [make_vendor(unit) for _ in range(4)]
    for one, other in pairwise(made):
        passes_on(one, other)
    return [*made[:2], unlinked(made[2]), unlinked(made[3])]


def test_everyone_below_is_found_to_any_depth_with_the_way_there(chain: list[Vendor]) -> None:
    first, second, third, fourth = (one.pk for one in chain)
    found = fourth_parties.below([first])
    assert [(one.vendor_id, one.depth) for one in found] == [(second, 1), (third, 2), (fourth, 3)]
    assert found[-1].path == (first, second, third, fourth)


def test_everyone_above_is_found_to_any_depth_with_the_way_there(chain: list[Vendor]) -> None:
    first, second, third, fourth = (one.pk for one in chain)
    found = fourth_parties.above([fourth])
    assert [(one.vendor_id, one.depth) for one in found] == [(third, 1), (second, 2), (first, 3)]
    assert found[-1].path == (fourth, third, second, first)


def test_many_vendors_are_asked_about_in_one_query(chain: list[Vendor]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = fourth_parties.below([one.pk for one in chain])
    assert len(queries) == 1
    assert len([one for one in found if one.start == chain[1].pk]) == 2


def test_the_shortest_of_several_ways_counts(chain: list[Vendor]) -> None:
    passes_on(chain[0], chain[3])
    found = {one.vendor_id: one for one in fourth_parties.below([chain[0].pk])}
    assert found[chain[3].pk].depth == 1


def test_a_cycle_in_the_rows_is_gone_round_by_nobody(chain: list[Vendor]) -> None:
    passes_on(chain[3], chain[0])
    assert len(fourth_parties.below([chain[0].pk])) == 3
    assert len(fourth_parties.above([chain[0].pk])) == 3


def test_what_has_ended_leads_nowhere(chain: list[Vendor]) -> None:
    Subcontract.objects.filter(vendor=chain[1]).update(status=Subcontract.Status.ENDED)
    assert [one.vendor_id for one in fourth_parties.below([chain[0].pk])] == [chain[1].pk]


def test_who_sees_a_vendor_sees_all_below_it_though_linked_to_no_unit(
    chain: list[Vendor], procurement: Person
) -> None:
    assert len(fourth_parties.below([chain[0].pk], procurement.principal)) == 3
    assert len(fourth_parties.above([chain[3].pk], procurement.principal)) == 3


def test_a_subcontract_for_an_engagement_of_another_unit_is_not_there(
    chain: list[Vendor],
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    procurement: Person,
    admin: Person,
) -> None:
    VendorUnit.objects.create(vendor=chain[0], unit=other_unit)
    theirs = make_engagement(chain[0], other_unit)
    secret = unlinked(make_vendor(unit))
    passes_on(chain[0], secret, engagement=theirs)
    seen = {one.vendor_id for one in fourth_parties.below([chain[0].pk], procurement.principal)}
    assert secret.pk not in seen
    everything = {one.vendor_id for one in fourth_parties.below([chain[0].pk], admin.principal)}
    assert secret.pk in everything
    assert fourth_parties.above([secret.pk], procurement.principal) == []


def test_nobody_learns_of_vendors_above_that_are_not_known_to_them(
    chain: list[Vendor], other_unit: BusinessUnit, procurement: Person
) -> None:
    theirs = make_vendor(other_unit)
    passes_on(theirs, chain[3])
    seen = {one.vendor_id for one in fourth_parties.above([chain[3].pk], procurement.principal)}
    assert theirs.pk not in seen
    assert theirs.pk in {one.vendor_id for one in fourth_parties.above([chain[3].pk])}
