"""The pages on which vendors are added and changed."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import Vendor, VendorUnit
from vendors.services import vendors

ADD = "/vendors/add/"


def typed(unit: BusinessUnit, **values: str) -> dict[str, str]:
    return {"name": "Halden GmbH", "country": "DE", "unit": str(unit.pk), "seen": "", **values}


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return found[1]


def test_a_vendor_is_added_and_its_page_follows(unit: BusinessUnit, procurement: Person) -> None:
    response = procurement.browser.post(ADD, typed(unit, website="halden.example"), follow=True)
    vendor = Vendor.objects.get()
    assert str(vendor.pk) in response.redirect_chain[0][0]
    assert (vendor.name, vendor.website) == ("Halden GmbH", "https://halden.example")
    assert "Halden GmbH was added" in response.content.decode()


def test_a_refused_form_shows_what_was_typed_and_every_error(
    unit: BusinessUnit, procurement: Person
) -> None:
    response = procurement.browser.post(
        ADD, typed(unit, name="", lei="529900T8BM49AURSDO56", city="Ulm", website="no address")
    )
    html = response.content.decode()
    assert "<title>Error:" in html
    assert "There are 3 problems" in html
    for kept in ("529900T8BM49AURSDO56", "Ulm", "no address"):
        assert f'value="{kept}"' in html
    assert not Vendor.objects.exists()


def test_a_vendor_that_is_there_is_shown_before_a_second_yes_adds_another(
    unit: BusinessUnit, procurement: Person
) -> None:
    there = make_vendor(unit, name="Halden GmbH", country="DE")
    response = procurement.browser.post(ADD, typed(unit))
    html = response.content.decode()
    assert "There is a vendor that looks like this one" in html
    assert str(there.pk) in html
    assert Vendor.objects.count() == 1
    procurement.browser.post(ADD, typed(unit, seen=hidden(response, "seen")))
    assert Vendor.objects.count() == 2


def test_the_second_yes_counts_only_for_what_was_shown(
    unit: BusinessUnit, procurement: Person
) -> None:
    make_vendor(unit, name="Halden GmbH", country="DE")
    make_vendor(unit, name="Nam Long Plastics JSC", country="VN")
    response = procurement.browser.post(ADD, typed(unit))
    changed = typed(unit, name="Nam Long Plastics", country="VN", seen=hidden(response, "seen"))
    assert "Nam Long Plastics JSC" in procurement.browser.post(ADD, changed).content.decode()
    assert Vendor.objects.count() == 2


def test_a_vendor_of_another_unit_shows_its_name_and_country_only_and_can_be_linked(
    unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person
) -> None:
    theirs = make_vendor(
        other_unit, name="Halden GmbH", country="DE", city="Geheimstadt", category="Secret"
    )
    response = procurement.browser.post(ADD, typed(unit))
    html = response.content.decode()
    assert "already known to another unit" in html
    for kept_back in ("Geheimstadt", "Secret", str(theirs.pk), other_unit.name):
        assert kept_back not in html
    procurement.browser.post(reverse("vendors:take_up"), {"token": hidden(response, "token")})
    assert VendorUnit.objects.filter(vendor=theirs, unit=unit).exists()


@pytest.mark.parametrize("token", ["", "made-up", None])
def test_a_vendor_cannot_be_linked_with_a_made_up_token(
    unit: BusinessUnit, procurement: Person, token: str | None
) -> None:
    response = procurement.browser.post(
        reverse("vendors:take_up"), {} if token is None else {"token": token}
    )
    assert response.headers["Location"] == ADD
    assert not VendorUnit.objects.exists()


def test_an_edited_vendor_is_saved(unit: BusinessUnit, procurement: Person) -> None:
    vendor = make_vendor(unit, name="Old")
    address = reverse("vendors:edit", args=[vendor.pk])
    base = hidden(procurement.browser.get(address), "base")
    procurement.browser.post(address, {"name": "New", "country": "VN", "base": base})
    assert Vendor.objects.get().name == "New"


def test_two_people_who_change_different_fields_both_get_saved(
    unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    vendor = make_vendor(unit, name="Old")
    address = reverse("vendors:edit", args=[vendor.pk])
    base = hidden(procurement.browser.get(address), "base")
    vendors.change(vendor=vendor, version=1, values={"city": "Vinh"}, by=admin.principal)
    procurement.browser.post(address, {"name": "New", "country": "VN", "base": base})
    vendor.refresh_from_db()
    assert (vendor.name, vendor.city) == ("New", "Vinh")


def test_two_people_who_change_the_same_field_see_both_values_and_lose_none(
    unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    vendor = make_vendor(unit, name="Old")
    address = reverse("vendors:edit", args=[vendor.pk])
    base = hidden(procurement.browser.get(address), "base")
    vendors.change(
        vendor=vendor, version=1, values={"name": "Theirs", "city": "Vinh"}, by=admin.principal
    )
    response = procurement.browser.post(
        address, {"name": "Mine", "country": "VN", "website": "mine.example", "base": base}
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in html
    for value in ("Mine", "https://mine.example", "Vinh"):
        assert f'value="{value}"' in html
    again = {"name": "Mine", "country": "VN", "city": "Vinh", "base": hidden(response, "base")}
    procurement.browser.post(address, again)
    vendor.refresh_from_db()
    assert (vendor.name, vendor.city) == ("Mine", "Vinh")


def test_a_tampered_base_is_refused(unit: BusinessUnit, procurement: Person) -> None:
    address = reverse("vendors:edit", args=[make_vendor(unit).pk])
    response = procurement.browser.post(address, {"name": "X", "base": "made-up"})
    assert "out of date" in response.content.decode()


def test_archiving_asks_first(unit: BusinessUnit, procurement: Person) -> None:
    vendor = make_vendor(unit)
    address = reverse("vendors:archive", args=[vendor.pk])
    assert "Archive" in procurement.browser.get(address).content.decode()
    assert Vendor.objects.get().status == "active"
    procurement.browser.post(address)
    assert Vendor.objects.get().status == "archived"
    procurement.browser.post(reverse("vendors:restore", args=[vendor.pk]))
    assert Vendor.objects.get().status == "active"


def test_ids_are_added_and_removed_and_a_taken_one_is_named(
    unit: BusinessUnit, procurement: Person
) -> None:
    first, second = make_vendor(unit, name="First"), make_vendor(unit)
    for vendor in (first, second):
        response = procurement.browser.post(
            reverse("vendors:ids", args=[vendor.pk]), {"system": "SAP 100", "value": "0042"}
        )
    html = response.content.decode()
    assert "First has the id 0042 in sap-100 already" in html
    assert 'value="0042"' in html
    row = first.external_ids.get()
    procurement.browser.post(reverse("vendors:id_remove", args=[first.pk, row.pk]))
    assert not first.external_ids.exists()


def test_a_vendor_is_linked_to_a_further_unit_by_who_holds_it(
    unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    vendor = make_vendor(unit)
    address = reverse("vendors:units", args=[vendor.pk])
    assert other_unit.name not in procurement.browser.get(address).content.decode()
    procurement.browser.post(address, {"unit": str(other_unit.pk)})
    assert vendor.unit_links.count() == 1
    admin.browser.post(address, {"unit": str(other_unit.pk), "category": "Moulds"})
    assert vendor.unit_links.get(unit=other_unit).category == "Moulds"
    link = vendor.unit_links.get(unit=unit)
    procurement.browser.post(
        reverse("vendors:unit_category", args=[vendor.pk, link.pk]), {"category": "Castings"}
    )
    link.refresh_from_db()
    assert link.category == "Castings"


@pytest.mark.parametrize("name", ["edit", "archive", "restore", "ids", "units"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("procurement", 200),
        ("legal", 403),
        ("auditor", 403),
        ("outsider_procurement", 404),
        ("member_of_nothing", 403),
    ],
)
def test_only_who_edits_vendors_of_the_unit_opens_the_pages(
    request: pytest.FixtureRequest, unit: BusinessUnit, name: str, who: str, status: int
) -> None:
    person: Person = request.getfixturevalue(who)
    address = reverse(f"vendors:{name}", args=[make_vendor(unit).pk])
    assert person.browser.get(address).status_code == status


def test_a_visitor_is_asked_to_sign_in(unit: BusinessUnit, visitor: Client) -> None:
    for address in (ADD, reverse("vendors:edit", args=[make_vendor(unit).pk]), "/imports/"):
        assert visitor.get(address).status_code == 302
