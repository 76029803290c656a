"""Adding and changing vendors."""

import pytest

from accounts.models import BusinessUnit
from accounts.scoping import NotAllowed
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.vendors import make_vendor
from tests.personas import Person, Program
from vendors.models import ExternalId, Vendor
from vendors.services import vendors

LEI = "529900T8BM49AURSDO55"


def types_of(vendor: Vendor) -> list[str]:
    return list(
        Event.objects.filter(aggregate_id=vendor.pk)
        .order_by("position")
        .values_list("type", flat=True)
    )


def test_a_new_vendor_is_linked_to_its_unit_and_on_record(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = vendors.create(
        name="  Hải\u00a0Phòng   Moulds ", unit=unit, country="vn", by=procurement.principal
    )
    assert vendor.name == "Hải Phòng Moulds"
    assert vendor.country.code == "VN"
    assert vendor.unit_links.get().unit == unit
    assert types_of(vendor) == ["vendor.created"]


def test_names_stay_out_of_the_lasting_record(unit: BusinessUnit, procurement: Person) -> None:
    vendor = make_vendor(unit, name="Jane Doe Engineering", by=procurement.principal)
    event = Event.objects.get(aggregate_id=vendor.pk)
    assert "Jane" not in str(event.data)
    assert event.detail.data == {"name": "Jane Doe Engineering"}


def test_every_wrong_value_is_named_at_once(unit: BusinessUnit, procurement: Person) -> None:
    with pytest.raises(Invalid) as refused:
        vendors.create(
            name="…", unit=unit, country="XX", lei=LEI[:-1] + "6", by=procurement.principal
        )
    assert set(refused.value.extra["errors"]) == {"name", "country", "lei"}
    assert not Vendor.objects.exists()


def test_namibia_is_a_country(unit: BusinessUnit, procurement: Person) -> None:
    assert make_vendor(unit, country="NA", by=procurement.principal).country.code == "NA"


def test_a_web_address_may_come_without_its_scheme(unit: BusinessUnit) -> None:
    assert make_vendor(unit, website="example.com").website == "https://example.com"


@pytest.mark.parametrize("who", ["legal", "auditor", "api_client", "outsider_procurement"])
def test_others_cannot_add_a_vendor_to_the_unit(
    request: pytest.FixtureRequest, unit: BusinessUnit, who: str
) -> None:
    person: Person | Program = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        vendors.create(name="Acme", unit=unit, by=person.principal)


def test_a_change_counts_up_the_version_and_is_on_record(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit, name="Old name")
    changed = vendors.change(
        vendor=vendor, version=1, values={"name": "New name"}, by=procurement.principal
    )
    assert (changed.name, changed.version) == ("New name", 2)
    event = Event.objects.filter(aggregate_id=vendor.pk).latest("position")
    assert event.data == {"fields": ["name"]}
    assert event.detail.data == {"before": {"name": "Old name"}, "after": {"name": "New name"}}


def test_saving_the_same_again_records_nothing(unit: BusinessUnit, procurement: Person) -> None:
    vendor = make_vendor(unit, name="Same")
    vendors.change(vendor=vendor, version=1, values={"name": "Same"}, by=procurement.principal)
    assert types_of(vendor) == ["vendor.created"]


def test_the_second_of_two_savers_gets_the_values_there_are(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit, name="Acme", city="Huế")
    vendors.change(vendor=vendor, version=1, values={"city": "Vinh"}, by=procurement.principal)
    with pytest.raises(OutOfDate) as refused:
        vendors.change(vendor=vendor, version=1, values={"city": "Hội"}, by=procurement.principal)
    assert refused.value.extra == {"current": {"city": "Vinh"}, "version": 2}


def test_somebody_of_another_unit_cannot_change_the_vendor(
    unit: BusinessUnit, outsider_procurement: Person
) -> None:
    vendor = make_vendor(unit)
    with pytest.raises(NotAllowed):
        vendors.change(
            vendor=vendor, version=1, values={"name": "X"}, by=outsider_procurement.principal
        )


def test_archiving_and_restoring_are_each_recorded_once(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    for _again in range(2):
        vendors.archive(vendor=vendor, by=procurement.principal)
    assert vendors.restore(vendor=vendor, by=procurement.principal).status == "active"
    assert types_of(vendor) == ["vendor.created", "vendor.archived", "vendor.archived"]


def test_a_vendor_shared_with_another_unit_is_not_archived_over_its_head(
    unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    vendor = make_vendor(unit)
    vendors.link_unit(vendor=vendor, unit=other_unit, by=admin.principal)
    with pytest.raises(NotAllowed, match="Another business unit"):
        vendors.archive(vendor=vendor, by=procurement.principal)
    assert vendors.archive(vendor=vendor, by=admin.principal).status == "archived"


def test_a_unit_takes_up_a_vendor_that_only_others_know(
    unit: BusinessUnit, other_unit: BusinessUnit, outsider_procurement: Person
) -> None:
    vendor = make_vendor(unit)
    link = vendors.link_unit(
        vendor=vendor, unit=other_unit, category="Moulds", by=outsider_procurement.principal
    )
    again = vendors.link_unit(
        vendor=vendor, unit=other_unit, category="Moulds", by=outsider_procurement.principal
    )
    assert link == again
    assert types_of(vendor) == ["vendor.created", "vendor.unit_linked"]


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("0000100042", "100042"),
        (" 100042 ", "100042"),
        ("000", "0"),
        ("00A7", "00A7"),
        ("\u0660\u0661", "\u0660\u0661"),
        ("", ""),
    ],
)
def test_numeric_external_ids_are_compared_without_leading_zeros(value: str, key: str) -> None:
    assert vendors.external_key(value) == key


def test_an_external_id_belongs_to_one_vendor_only(unit: BusinessUnit, procurement: Person) -> None:
    by = procurement.principal
    first, second = make_vendor(unit, name="First"), make_vendor(unit)
    row = vendors.set_external_id(vendor=first, system="SAP-100", value="0000100042", by=by)
    same = vendors.set_external_id(vendor=first, system="sap-100", value="100042", by=by)
    assert row == same
    with pytest.raises(vendors.ExternalIdTaken, match="First") as refused:
        vendors.set_external_id(vendor=second, system="sap-100", value="100042", by=by)
    assert refused.value.extra == {"vendor_id": str(first.pk)}
    vendors.set_external_id(vendor=second, system="sap-200", value="100042", by=by)


def test_a_taken_id_does_not_tell_who_in_another_unit_has_it(
    unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    theirs = make_vendor(other_unit, name="Secret Supplier")
    vendors.set_external_id(vendor=theirs, system="sap", value="7", by=admin.principal)
    with pytest.raises(vendors.ExternalIdTaken) as refused:
        vendors.set_external_id(
            vendor=make_vendor(unit), system="sap", value="7", by=procurement.principal
        )
    assert "Secret" not in refused.value.message
    assert refused.value.extra == {}


def test_an_external_id_can_be_taken_away_and_given_to_another(
    unit: BusinessUnit, procurement: Person
) -> None:
    by = procurement.principal
    first, second = make_vendor(unit), make_vendor(unit)
    row = vendors.set_external_id(vendor=first, system="sap", value="7", by=by)
    for _again in range(2):
        vendors.remove_external_id(external_id=row, by=by)
    vendors.set_external_id(vendor=second, system="sap", value="7", by=by)
    assert ExternalId.objects.get().vendor == second
    assert types_of(first) == ["vendor.created", *["vendor.external_id_set"] * 2]


@pytest.mark.parametrize(("system", "value"), [("", "1"), ("s p!", "1"), ("sap", " ")])
def test_an_external_id_needs_a_system_and_a_value(
    unit: BusinessUnit, procurement: Person, system: str, value: str
) -> None:
    with pytest.raises(Invalid):
        vendors.set_external_id(
            vendor=make_vendor(unit), system=system, value=value, by=procurement.principal
        )
