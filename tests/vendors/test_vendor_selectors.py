"""Who sees which vendors, and how one that is there already is found."""

from typing import Any

import pytest

from accounts.models import BusinessUnit
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors import selectors
from vendors.services import vendors

ISIN = "US1667641005"


def test_a_vendor_shows_only_through_a_link_to_a_unit_one_holds(
    unit: BusinessUnit, procurement: Person, outsider_procurement: Person, admin: Person
) -> None:
    vendor = make_vendor(unit)
    assert list(selectors.vendors_visible_to(procurement.principal)) == [vendor]
    assert list(selectors.vendors_visible_to(admin.principal)) == [vendor]
    assert not selectors.vendors_visible_to(outsider_procurement.principal).exists()


def test_a_shared_vendor_shows_each_unit_its_own_engagements(
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    procurement: Person,
    outsider_procurement: Person,
    admin: Person,
) -> None:
    vendor = make_vendor(unit)
    vendors.link_unit(vendor=vendor, unit=other_unit, by=admin.principal)
    ours, theirs = make_engagement(vendor, unit), make_engagement(vendor, other_unit)
    assert list(selectors.engagements_visible_to(procurement.principal)) == [ours]
    assert list(selectors.engagements_visible_to(outsider_procurement.principal)) == [theirs]


@pytest.mark.parametrize(
    ("described", "reason"),
    [
        ({"name": "Halden Prazision GmbH", "country": "DE"}, "name"),
        ({"name": "Halden Präzision", "country": ""}, "name"),
        ({"name": "X", "country": "DE", "registration_number": "hrb-12345"}, "registration_number"),
        ({"name": "X", "country": "", "lei": "529900T8BM49AURSDO55"}, "lei"),
    ],
)
def test_a_vendor_that_is_there_already_is_found(
    unit: BusinessUnit, procurement: Person, described: dict[str, Any], reason: str
) -> None:
    vendor = make_vendor(
        unit,
        name="Halden Präzision GmbH",
        country="DE",
        registration_number="HRB 12345",
        lei="529900T8BM49AURSDO55",
    )
    (found,) = selectors.lookalikes(procurement.principal, unit=unit, **described)
    assert (found.id, found.reason, found.visible) == (vendor.pk, reason, True)


def test_the_same_number_in_another_country_is_another_company_unless_it_is_an_isin(
    unit: BusinessUnit, procurement: Person
) -> None:
    make_vendor(unit, name="Alpha", country="DE", registration_number="12345")
    make_vendor(unit, name="Beta", country="US", registration_number=ISIN)

    def found(number: str) -> list[str]:
        rows = selectors.lookalikes(
            procurement.principal, unit=unit, name="Zeta", country="MX", registration_number=number
        )
        return [row.name for row in rows]

    assert found("12345") == []
    assert found(ISIN) == ["Beta"]


def test_a_namesake_in_another_country_is_no_lookalike(
    unit: BusinessUnit, procurement: Person
) -> None:
    make_vendor(unit, name="Alpha Ltd", country="GB")
    assert not selectors.lookalikes(
        procurement.principal, unit=unit, name="Alpha Ltd", country="AU"
    )


def test_a_lookalike_of_another_unit_is_marked_as_not_visible(
    other_unit: BusinessUnit, unit: BusinessUnit, procurement: Person
) -> None:
    make_vendor(other_unit, name="Alpha Ltd", country="GB")
    (found,) = selectors.lookalikes(
        procurement.principal, unit=unit, name="ALPHA Ltd.", country="GB"
    )
    assert (found.visible, found.in_unit) == (False, False)
