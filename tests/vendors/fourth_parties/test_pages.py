"""The pages of fourth parties."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.factories.incidents import make_incident
from tests.factories.screening import listed, row
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Subcontract, Vendor
from vendors.services import screening, subcontracts, vendors


@pytest.fixture
def above(unit: BusinessUnit) -> Vendor:
    vendor = make_vendor(unit, name="Nam Long Plastics JSC")
    make_engagement(vendor, unit, title="Housings")
    return vendor


def described(**values: Any) -> dict[str, Any]:
    return {"name": "Saigon Galvanics", "country": "VN", "service": "Galvanising", **values}


def chain(vendor: Vendor) -> str:
    return f"/vendors/{vendor.pk}/fourth-parties/"


def test_a_subcontractor_is_added_and_shown_with_what_reaches_it(
    above: Vendor, procurement: Person
) -> None:
    said = described(ip_kinds=["designs"], flowed_down="yes", approved_on="2026-01-05")
    saved = procurement.browser.post(f"{chain(above)}add/", said)
    assert saved.status_code == 302
    page = procurement.browser.get(chain(above)).content.decode()
    for text in ("Saigon Galvanics", "Designs, drawings", "Passed on", "High"):
        assert text in page
    assert "<svg" in page


def test_a_company_that_is_there_is_offered_and_used(
    above: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    there = make_vendor(unit, name="Saigon Galvanics", country="VN")
    address = f"{chain(above)}add/"
    asked = procurement.browser.post(address, described())
    assert "There is a company that looks like this one" in asked.content.decode()
    assert not Subcontract.objects.exists()
    token = asked.context["known"][0].token
    procurement.browser.post(address, described(use=token))
    assert Subcontract.objects.get().subcontractor == there


def test_another_company_of_the_same_name_is_added_when_asked_for_twice(
    above: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    make_vendor(unit, name="Saigon Galvanics", country="VN")
    address = f"{chain(above)}add/"
    asked = procurement.browser.post(address, described())
    seen = asked.context["form"].data["seen"]
    procurement.browser.post(address, described(seen=seen))
    assert Vendor.objects.filter(name="Saigon Galvanics").count() == 2
    assert Subcontract.objects.count() == 1


def test_a_token_for_another_vendor_chooses_nothing(
    above: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    make_vendor(unit, name="Saigon Galvanics", country="VN")
    other = make_vendor(unit)
    asked = procurement.browser.post(f"{chain(other)}add/", described())
    token = asked.context["known"][0].token
    procurement.browser.post(f"{chain(above)}add/", described(use=token))
    assert not Subcontract.objects.exists()


def test_ip_that_does_not_reach_the_vendor_is_asked_about_once(
    above: Vendor, procurement: Person
) -> None:
    address = f"{chain(above)}add/"
    asked = procurement.browser.post(address, described(ip_kinds=["source_code"]))
    assert "this does not reach Nam Long Plastics JSC itself" in asked.content.decode()
    told = asked.context["form"].data["told"]
    procurement.browser.post(address, described(ip_kinds=["source_code"], told=told))
    page = procurement.browser.get(chain(above)).content.decode()
    assert "More than reaches the one above" in page


def test_a_refused_form_shows_what_was_typed_and_adds_no_company(
    above: Vendor, procurement: Person
) -> None:
    answer = procurement.browser.post(f"{chain(above)}add/", described(service="", lei="12"))
    text = answer.content.decode()
    assert "Saigon Galvanics" in text
    assert "The check digits of this LEI" in text
    assert not Vendor.objects.filter(name="Saigon Galvanics").exists()


def test_a_circle_is_told_at_the_company(above: Vendor, procurement: Person) -> None:
    second = make_company(above, "Second Company")
    make_subcontract(above, second)
    address = f"{chain(second)}add/"
    asked = procurement.browser.post(address, described(name=above.name, country="VN"))
    token = asked.context["known"][0].token
    told = procurement.browser.post(address, described(name=above.name, use=token))
    assert "This would close a circle" in told.content.decode()


def test_two_people_who_change_the_same_field_see_both_values(
    above: Vendor, procurement: Person
) -> None:
    row = make_subcontract(above, make_company(above, "Second Company"))
    address = f"/subcontracts/{row.pk}/edit/"
    form = procurement.browser.get(address).context["form"]
    subcontracts.change(subcontract=row, version=1, values={"note": "Visited"}, by=SYSTEM)
    sent = {"base": form.initial["base"], "service": "Galvanising", "note": "Seen"}
    answer = procurement.browser.post(address, sent)
    assert answer.status_code == 409
    assert "Visited" in answer.content.decode()
    again = {**sent, "base": answer.context["form"].initial["base"]}
    assert procurement.browser.post(address, again).status_code == 302
    assert Subcontract.objects.get(pk=row.pk).note == "Seen"


def test_changes_to_different_fields_are_joined(above: Vendor, procurement: Person) -> None:
    row = make_subcontract(above, make_company(above, "Second Company"))
    address = f"/subcontracts/{row.pk}/edit/"
    form = procurement.browser.get(address).context["form"]
    subcontracts.change(subcontract=row, version=1, values={"note": "Visited"}, by=SYSTEM)
    sent = {"base": form.initial["base"], "service": "Galvanising", "flowed_down": "no"}
    assert procurement.browser.post(address, sent).status_code == 302
    after = Subcontract.objects.get(pk=row.pk)
    assert (after.note, after.flowed_down) == ("Visited", False)


def test_ended_ones_are_kept_apart_and_resumed(above: Vendor, procurement: Person) -> None:
    row = make_subcontract(above, make_company(above, "Second Company"))
    procurement.browser.post(f"/subcontracts/{row.pk}/end/")
    assert "1 ended" in procurement.browser.get(chain(above)).content.decode()
    procurement.browser.post(f"/subcontracts/{row.pk}/resume/")
    assert Subcontract.objects.get().status == "active"


def test_a_fourth_party_has_a_page_for_who_knows_a_vendor_above_it(
    above: Vendor, procurement: Person, outsider_procurement: Person
) -> None:
    second = make_company(above, "Second Company")
    make_subcontract(above, second, ip_kinds=["designs"])
    page = procurement.browser.get(chain(second))
    assert "1 of our vendors relies on this one" in page.content.decode()
    assert outsider_procurement.browser.get(chain(second)).status_code == 404
    assert procurement.browser.get(f"/vendors/{second.pk}/").status_code == 404


def test_a_fourth_party_is_taken_up_as_a_vendor(above: Vendor, procurement: Person) -> None:
    second = make_company(above, "Second Company")
    make_subcontract(above, second)
    page = procurement.browser.get(chain(second))
    ((_unit, token),) = page.context["take_up"]
    procurement.browser.post("/vendors/take-up/", {"token": token})
    assert procurement.browser.get(f"/vendors/{second.pk}/").status_code == 200


def test_the_file_has_every_subcontract_below(above: Vendor, procurement: Person) -> None:
    second, third = make_company(above, "=Second"), make_company(above, "Third")
    make_subcontract(above, second)
    make_subcontract(second, third)
    text = procurement.browser.get(f"{chain(above)}csv/").getvalue().decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert [(row[0], row[2]) for row in rows] == [("1", "'=Second"), ("2", "Third")]
    assert len(head) == len(rows[0])


def test_those_that_most_vendors_rely_on_come_first(
    unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    ours = [make_vendor(unit) for _ in range(3)]
    theirs = make_vendor(other_unit)
    much, little = make_company(ours[0], "Much used"), make_company(ours[0], "Little used")
    between = make_company(ours[0], "Between")
    make_subcontract(ours[0], much)
    make_subcontract(ours[1], between)
    make_subcontract(between, much)
    make_subcontract(ours[2], little)
    make_subcontract(theirs, little)
    rows = procurement.browser.get("/fourth-parties/").context["rows"]
    assert [(row.name, row.vendors) for row, *_ in rows] == [
        ("Much used", 2),
        ("Between", 1),
        ("Little used", 1),
    ]
    everything = admin.browser.get("/fourth-parties/?q=little").context["rows"]
    assert [(row.name, row.vendors) for row, *_ in everything] == [("Little used", 2)]


def test_the_list_goes_on_where_a_page_ends(unit: BusinessUnit, procurement: Person) -> None:
    from vendors.selectors.concentration import relied_on_most

    vendor = make_vendor(unit)
    for number in range(5):
        make_subcontract(vendor, make_company(vendor, f"Company {number}"))
    names, after = [], ""
    while True:
        found = relied_on_most(procurement.principal, after=after, limit=2)
        names += [row.name for row in found.rows]
        if found.next is None:
            break
        after = found.next
    assert names == [f"Company {number}" for number in range(5)]
    assert procurement.browser.get("/fourth-parties/?after=broken").status_code == 200


def test_the_page_takes_as_many_queries_for_many_as_for_few(
    above: Vendor, procurement: Person
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            procurement.browser.get(chain(above))
        return len(queries)

    second = make_company(above, "Second Company")
    make_subcontract(above, second)
    make_subcontract(second, make_company(above, "Third Company"))
    count()  # signs in
    few = count()
    for number in range(6):
        company = make_company(above, f"Company {number}")
        make_subcontract(above, company)
        make_subcontract(company, make_company(above, f"Below {number}"))
    assert count() == few


def test_a_vendor_of_a_chain_that_was_linked_is_not_hidden(
    above: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    second = make_vendor(unit, name="Also ours")
    make_subcontract(above, second)
    vendors.archive(vendor=second, by=SYSTEM)
    assert "Also ours" in procurement.browser.get(chain(above)).content.decode()


def test_a_match_or_an_incident_further_down_shows_on_those_above(
    above: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    second, third = make_vendor(unit, name="Second"), make_company(above, "Plain Metallwerke")
    make_subcontract(above, second)
    make_subcontract(second, third)
    make_incident(make_engagement(second, unit, title="Gears"), title="Copied gears")
    listed(row("1", "Plain Metallwerke GmbH"))
    screening.screen(vendor_ids=[third.pk])
    page = procurement.browser.get(chain(above)).content.decode()
    assert "Found further down the chain" in page
    assert "1 open incident" in page
    assert "1 match to be decided" in page


def test_details_of_a_company_that_no_unit_works_with_are_put_right_by_those_above(
    above: Vendor, procurement: Person, legal: Person, outsider_procurement: Person
) -> None:
    second = make_company(above, "Second Company", country="VN")
    make_subcontract(above, second)
    address = f"/vendors/{second.pk}/edit/"
    form = procurement.browser.get(address).context["form"]
    said = {"base": form.initial["base"], "name": "Second Company JSC", "country": "VN"}
    saved = procurement.browser.post(address, said)
    assert saved["Location"] == chain(second)
    second.refresh_from_db()
    assert second.name == "Second Company JSC"
    assert outsider_procurement.browser.get(address).status_code == 404
    assert legal.browser.get(address).status_code == 403


def test_a_site_of_the_subcontractor_is_recorded_with_its_part(
    above: Vendor, procurement: Person
) -> None:
    second = make_company(above, "Second Company")
    row = make_subcontract(above, second, service="Galvanising")
    address = f"/subcontracts/{row.pk}/edit/"
    form = procurement.browser.get(address).context["form"]
    said = {"base": form.initial["base"], "service": "Galvanising", "site_name": "Works 2"}
    refused = procurement.browser.post(address, said)
    assert "Choose a country" in refused.content.decode()
    procurement.browser.post(address, {**said, "site_country": "CN"})
    site = second.sites.get()
    assert (site.country, site.activity) == ("CN", "production")
    assert list(row.sites.all()) == [site]
    assert "Works 2 (China)" in procurement.browser.get(chain(above)).content.decode()
