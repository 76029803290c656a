"""Two records of one vendor become one: matches, names and owners go along."""

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.factories.screening import decide, listed, make_owner, row
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import Match
from vendors.selectors.matches import Filters, queue
from vendors.services import aliases, screening
from vendors.services.merging.merge import merge

pytestmark = pytest.mark.django_db


def test_matches_of_both_records_are_one_queue_afterwards(
    unit: BusinessUnit, legal: Person
) -> None:
    kept = make_vendor(unit, name="Quillon Metallwerke")
    gone = make_vendor(unit, name="Quillon Metallwerk")
    make_owner(gone, "Ilja Tarvanski", kind="person", percent=30)
    aliases.add(vendor=gone, name="Brandis Optik", kind="former", by=SYSTEM)
    listed(
        row("1", "Quillon Metallwerke GmbH"),
        row("2", "Brandis Optik AG"),
        row("3", "Ilja Tarvanski", kind="person"),
    )
    decide(Match.objects.get(vendor=kept), "dismissed")
    merge(kept=kept, gone=gone, by=SYSTEM)
    screening.screen(vendor_ids=[kept.pk, gone.pk])
    waiting = queue(legal.principal, unit, Filters())
    assert sorted(waiting.values_list("vendor", "ref")) == [
        (kept.pk, "1"),
        (kept.pk, "2"),
        (kept.pk, "3"),
    ]
