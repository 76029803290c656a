"""Recording whom a vendor passes work on to."""

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.db.models import F

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, OutOfDate, Refused
from audit.models import Event, EventDetail
from tests.factories.subcontracts import make_company, make_subcontract, unlinked
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Site, Subcontract, Vendor
from vendors.selectors import subcontracts as reading
from vendors.services import subcontracts
from vendors.services.subcontracts import AlreadyThere, ClosesCircle


@pytest.fixture
def above(unit: BusinessUnit) -> Vendor:
    """A vendor of ours."""
    return make_vendor(unit, name="Nam Long Plastics JSC")


def test_a_subcontractor_is_recorded_with_what_flows_to_it(
    above: Vendor, procurement: Person
) -> None:
    company = make_company(above, "Saigon Galvanics", by=procurement.principal)
    row = make_subcontract(
        above,
        company,
        service="  Galvanising  of housings ",
        ip_kinds=["moulds_tooling", "designs"],
        flowed_down=True,
        approved_on=date(2026, 1, 5),
        by=procurement.principal,
    )
    assert (row.service, row.ip_kinds) == (
        "Galvanising of housings",
        ["designs", "moulds_tooling"],
    )
    event = Event.objects.get(type="subcontract.added")
    assert event.data["facts_of"] == str(above.pk)
    assert "Saigon Galvanics" not in str(event.data)
    assert EventDetail.objects.get(event=event).data["name"] == "Saigon Galvanics"


def test_a_new_company_is_a_vendor_record_that_no_unit_works_with(
    above: Vendor, procurement: Person
) -> None:
    company = make_company(above, "Saigon Galvanics", by=procurement.principal)
    assert not company.unit_links.exists()
    make_subcontract(above, company)
    assert reading.known_to(procurement.principal, company.pk)


def test_a_circle_is_refused_at_any_depth_and_the_way_is_named(unit: BusinessUnit) -> None:
    first, second, third = (make_vendor(unit, name=name) for name in ("Ant", "Bee", "Cat"))
    make_subcontract(first, second)
    make_subcontract(second, third)
    with pytest.raises(ClosesCircle, match="Ant → Bee → Cat"):
        make_subcontract(third, first)
    with pytest.raises(Invalid, match="its own subcontractor"):
        make_subcontract(first, first)


def test_an_ended_subcontract_is_not_resumed_where_that_closes_a_circle(
    unit: BusinessUnit,
) -> None:
    first, second = make_vendor(unit), make_vendor(unit)
    row = subcontracts.end(subcontract=make_subcontract(first, second), by=SYSTEM)
    make_subcontract(second, first)
    with pytest.raises(ClosesCircle):
        subcontracts.resume(subcontract=row, by=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_close_a_circle_together(unit: BusinessUnit) -> None:
    first, second = make_vendor(unit), make_vendor(unit)
    ready, refused = Barrier(2), []

    def add(vendor: Vendor, to: Vendor) -> None:
        ready.wait()
        try:
            make_subcontract(vendor, to)
        except Refused as error:
            refused.append(error.code)
        finally:
            connection.close()

    both = [Thread(target=add, args=pair) for pair in ((first, second), (second, first))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    close_old_connections()
    assert refused == ["closes_circle"]
    assert Subcontract.objects.count() == 1


def test_the_same_service_of_the_same_company_is_recorded_once(above: Vendor) -> None:
    company = make_company(above, "Saigon Galvanics")
    make_subcontract(above, company)
    with pytest.raises(AlreadyThere):
        make_subcontract(above, company, service="galvanising")
    make_subcontract(above, company, service="Packing")


def test_a_change_on_top_of_somebody_elses_is_refused_with_what_stands(above: Vendor) -> None:
    row = make_subcontract(above, make_company(above, "Saigon Galvanics"))
    subcontracts.change(subcontract=row, version=1, values={"note": "Visited"}, by=SYSTEM)
    with pytest.raises(OutOfDate) as refused:
        subcontracts.change(subcontract=row, version=1, values={"note": "Seen"}, by=SYSTEM)
    assert refused.value.extra["current"]["note"] == "Visited"


def test_saving_what_is_there_already_writes_nothing(above: Vendor) -> None:
    row = make_subcontract(above, make_company(above, "Saigon Galvanics"), flowed_down=True)
    before = Event.objects.count()
    same = subcontracts.change(
        subcontract=row, version=1, values=subcontracts.stored(row) | _none_of(row), by=SYSTEM
    )
    assert (same.version, Event.objects.count()) == (1, before)


def _none_of(row: Subcontract) -> dict[str, object]:
    return {"engagement": None, "sites": [], "approved_on": row.approved_on}


def test_what_cannot_be_is_refused_at_its_field(above: Vendor, unit: BusinessUnit) -> None:
    company = make_company(above, "Saigon Galvanics")
    elsewhere = Site.objects.create(vendor=above, name="Own works", country="VN")
    wrong: list[tuple[str, Any]] = [
        ("service", " "),
        ("ip_kinds", ["recipes"]),
        ("approved_on", clock.today() + timedelta(days=2)),
        ("sites", [elsewhere]),
        ("engagement", make_engagement(make_vendor(unit), unit)),
    ]
    for field, value in wrong:
        with pytest.raises(Invalid) as refused:
            make_subcontract(above, company, **{field: value})
        assert list(refused.value.extra["errors"]) == [field]


def test_ip_beyond_what_reaches_the_vendor_above_is_told(
    above: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    make_engagement(above, unit)  # entrusts designs and moulds
    second, third = make_company(above, "Second"), make_company(above, "Third")
    fine = make_subcontract(above, second, ip_kinds=["designs"])
    more = make_subcontract(second, third, ip_kinds=["designs", "source_code"])
    assert reading.beyond([fine, more], procurement.principal) == {more.pk: ["source_code"]}


def test_who_only_reads_records_nothing(above: Vendor, auditor: Person) -> None:
    with pytest.raises(NotAllowed):
        make_company(above, "Saigon Galvanics", by=auditor.principal)
    company = make_company(above, "Saigon Galvanics")
    with pytest.raises(NotAllowed):
        make_subcontract(above, company, by=auditor.principal)


def test_below_a_company_that_no_unit_works_with_those_above_it_record(
    above: Vendor, procurement: Person, outsider_procurement: Person
) -> None:
    second = make_company(above, "Second")
    make_subcontract(above, second)
    make_subcontract(second, make_company(second, "Third", by=procurement.principal))
    with pytest.raises(NotAllowed):
        make_company(second, "Fourth", by=outsider_procurement.principal)


def test_below_a_vendor_of_another_unit_that_unit_alone_records(
    above: Vendor, other_unit: BusinessUnit, procurement: Person, outsider_procurement: Person
) -> None:
    theirs = make_vendor(other_unit)
    make_subcontract(above, theirs)
    with pytest.raises(NotAllowed):
        make_company(theirs, "Third", by=procurement.principal)
    make_company(theirs, "Third", by=outsider_procurement.principal)


def test_a_subcontractor_is_chosen_among_those_the_reader_knows(
    above: Vendor, unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person
) -> None:
    make_subcontract(above, make_company(above, "Alpha below us"))
    make_vendor(unit, name="Alpha ours")
    theirs = make_vendor(other_unit, name="Alpha theirs")
    make_subcontract(theirs, unlinked(make_vendor(other_unit, name="Alpha below them")))
    found = reading.choices_below(procurement.principal, "alpha")
    assert [one.name for one in found] == ["Alpha below us", "Alpha ours"]


def test_the_version_counts_what_was_saved(above: Vendor) -> None:
    row = make_subcontract(above, make_company(above, "Saigon Galvanics"))
    subcontracts.end(subcontract=row, by=SYSTEM)
    subcontracts.resume(subcontract=row, by=SYSTEM)
    assert Subcontract.objects.filter(version=F("version")).get().version == 3
