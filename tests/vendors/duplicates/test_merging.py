"""Two records of one company become one, and two again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import OutOfDate, Refused
from audit.models import Event
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors import selectors
from vendors.models import (
    Engagement,
    FindingDue,
    MergeRecord,
    ScreeningDue,
    Site,
    Vendor,
    VendorUnit,
)
from vendors.selectors import merges
from vendors.services import subcontracts, vendors
from vendors.services.merging.merge import merge
from vendors.services.merging.plan import CannotMerge, plan
from vendors.services.merging.relations import Policy, relations
from vendors.services.merging.undo import CannotUndo, undo


@pytest.fixture
def pair(unit: BusinessUnit) -> tuple[Vendor, Vendor]:
    """Two records of one company, each with an engagement, an id and a subcontractor."""
    kept = make_vendor(unit, name="Halden Präzision GmbH", country="DE", city="Halden")
    gone = make_vendor(unit, name="Halden Prazision", country="DE", website="halden.example")
    for number, vendor in enumerate((kept, gone)):
        make_engagement(vendor, unit, title=f"Work {number}")
        vendors.set_external_id(vendor=vendor, system="erp", value=f"{number + 1}", by=SYSTEM)
        make_subcontract(vendor, make_company(vendor, f"Below {number}"))
        Site.objects.create(vendor=vendor, name=f"Works {number}", country="DE")
    return kept, gone


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the vendors floor, but for merges, versions, and what waits to be looked at."""
    return {model._meta.label: sorted(_rows(model), key=str) for model in _tables()}


def _tables() -> Iterator[type[Model]]:
    for model in apps.get_app_config("vendors").get_models(include_auto_created=True):
        if model not in {MergeRecord, ScreeningDue, FindingDue}:
            yield model


def _rows(model: type[Model]) -> list[tuple[Any, ...]]:
    left_out = {"version", "updated_at"} if model is Vendor else set()
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in left_out]
    return list(model._base_manager.values_list(*names))


def test_everything_of_one_moves_to_the_other(pair: tuple[Vendor, Vendor]) -> None:
    kept, gone = pair
    merge(kept=kept, gone=gone, reason="Same company", by=SYSTEM)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert Engagement.objects.filter(vendor=kept).count() == 2
    assert kept.subcontracts.count() == 2
    assert kept.sites.count() == 2
    assert (kept.city, kept.website) == ("Halden", "https://halden.example")
    assert (gone.status, gone.merged_into) == (Vendor.Status.MERGED, kept)


def test_what_an_engagement_was_known_by_still_leads_to_the_vendor(
    pair: tuple[Vendor, Vendor], procurement: Person
) -> None:
    kept, gone = pair
    merge(kept=kept, gone=gone, by=SYSTEM)
    assert selectors.by_external_id(procurement.principal, "erp", "2") == kept
    assert merges.survivor_of(gone.pk) == kept.pk
    assert merges.all_ids_of(kept.pk) == [kept.pk, gone.pk]


def test_undoing_puts_every_row_back(pair: tuple[Vendor, Vendor]) -> None:
    kept, gone = pair
    before = snapshot()
    made = merge(kept=kept, gone=gone, take=["name"], by=SYSTEM)
    assert snapshot() != before
    made = undo(made=made, by=SYSTEM)
    assert snapshot() == before
    assert made.left == []


def test_undoing_twice_changes_nothing(pair: tuple[Vendor, Vendor]) -> None:
    made = merge(kept=pair[0], gone=pair[1], by=SYSTEM)
    undo(made=made, by=SYSTEM)
    before = Event.objects.count()
    undo(made=made, by=SYSTEM)
    assert Event.objects.count() == before


def test_what_was_changed_since_stays_and_is_named(pair: tuple[Vendor, Vendor]) -> None:
    kept, gone = pair
    made = merge(kept=kept, gone=gone, take=["name"], by=SYSTEM)
    kept.refresh_from_db()
    vendors.change(vendor=kept, version=kept.version, values={"name": "Halden SE"}, by=SYSTEM)
    Site.objects.get(name="Works 1").delete()
    made = undo(made=made, by=SYSTEM)
    kept.refresh_from_db()
    assert kept.name == "Halden SE"
    assert kept.website == ""
    assert len(made.left) == 2
    assert "Halden SE" in " ".join(made.left)
    assert "Sites: 1 was removed" in " ".join(made.left)


def test_what_was_added_to_a_moved_engagement_goes_back_with_it(
    pair: tuple[Vendor, Vendor],
) -> None:
    kept, gone = pair
    moved = gone.engagements.get()
    made = merge(kept=kept, gone=gone, by=SYSTEM)
    moved.refresh_from_db()
    company = make_company(kept, "Added since")
    row = make_subcontract(kept, company, engagement=moved)
    undo(made=made, by=SYSTEM)
    row.refresh_from_db()
    assert row.vendor == gone


def test_of_what_both_have_that_of_the_other_stays_out_of_sight(
    pair: tuple[Vendor, Vendor], procurement: Person
) -> None:
    kept, gone = pair
    merge(kept=kept, gone=gone, by=SYSTEM)
    assert VendorUnit.objects.filter(vendor=gone).count() == 1
    assert list(selectors.vendors_visible_to(procurement.principal)) == [kept]
    named = selectors.lookalikes(SYSTEM, unit=None, name="Halden Prazision", country="DE")
    assert [one.id for one in named] == [kept.pk]


def test_a_merged_record_takes_no_more_changes(
    pair: tuple[Vendor, Vendor], other_unit: BusinessUnit
) -> None:
    kept, gone = pair
    merge(kept=kept, gone=gone, by=SYSTEM)
    gone.refresh_from_db()
    with pytest.raises(Refused):
        vendors.change(vendor=gone, version=gone.version, values={"city": "Oslo"}, by=SYSTEM)
    with pytest.raises(Refused):
        vendors.link_unit(vendor=gone, unit=other_unit, by=SYSTEM)
    with pytest.raises(CannotMerge):
        merge(kept=gone, gone=kept, by=SYSTEM)


def test_a_right_in_one_unit_of_two_is_not_enough(
    pair: tuple[Vendor, Vendor], other_unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    kept, gone = pair
    vendors.link_unit(vendor=gone, unit=other_unit, by=SYSTEM)
    with pytest.raises(NotAllowed):
        merge(kept=kept, gone=gone, by=procurement.principal)
    made = merge(kept=kept, gone=gone, by=admin.principal)
    with pytest.raises(NotAllowed):
        undo(made=made, by=procurement.principal)


def test_a_company_is_not_merged_with_one_that_works_for_it(
    pair: tuple[Vendor, Vendor],
) -> None:
    kept, gone = pair
    between = make_company(kept, "Between")
    make_subcontract(kept, between)
    last = make_subcontract(between, gone)
    with pytest.raises(CannotMerge, match="takes part in the work"):
        merge(kept=kept, gone=gone, by=SYSTEM)
    subcontracts.end(subcontract=last, by=SYSTEM)
    merge(kept=kept, gone=gone, by=SYSTEM)


def test_an_ended_subcontract_between_the_two_stays_where_it_was(
    pair: tuple[Vendor, Vendor],
) -> None:
    kept, gone = pair
    row = subcontracts.end(subcontract=make_subcontract(kept, gone), by=SYSTEM)
    merge(kept=kept, gone=gone, by=SYSTEM)
    row.refresh_from_db()
    assert (row.vendor_id, row.subcontractor_id) == (kept.pk, gone.pk)


def test_merges_of_merges_are_undone_from_the_last(
    pair: tuple[Vendor, Vendor], unit: BusinessUnit
) -> None:
    kept, gone = pair
    third = make_vendor(unit, name="Third")
    before = snapshot()
    first = merge(kept=kept, gone=gone, by=SYSTEM)
    second = merge(kept=third, gone=kept, by=SYSTEM)
    assert merges.survivor_of(gone.pk) == third.pk
    assert set(merges.all_ids_of(third.pk)) == {third.pk, kept.pk, gone.pk}
    with pytest.raises(CannotUndo):
        undo(made=first, by=SYSTEM)
    undo(made=second, by=SYSTEM)
    undo(made=first, by=SYSTEM)
    assert snapshot() == before


def test_after_thirty_days_it_stays(pair: tuple[Vendor, Vendor]) -> None:
    made = merge(kept=pair[0], gone=pair[1], by=SYSTEM)
    with clock.at(made.undo_until + timedelta(seconds=1)), pytest.raises(CannotUndo):
        undo(made=made, by=SYSTEM)
    with clock.at(made.undo_until):
        undo(made=made, by=SYSTEM)


def test_a_merge_of_what_somebody_changed_meanwhile_is_refused(
    pair: tuple[Vendor, Vendor],
) -> None:
    kept, gone = pair
    seen = (kept.version, gone.version)
    vendors.change(vendor=gone, version=gone.version, values={"city": "Oslo"}, by=SYSTEM)
    with pytest.raises(OutOfDate):
        merge(kept=kept, gone=gone, versions=seen, by=SYSTEM)


def test_the_preview_says_what_the_merge_does(pair: tuple[Vendor, Vendor]) -> None:
    kept, gone = pair
    found = plan(kept=kept, gone=gone, by=SYSTEM)
    said = {rows.relation.label: rows.moving for rows in found.rows if rows.moving}
    stays = {rows.relation.label for rows in found.rows if rows.staying}
    made = merge(kept=kept, gone=gone, by=SYSTEM)
    assert {label: len(ids) for label, ids in made.moved.items()} == said
    assert stays == {"vendors.VendorUnit.vendor"}


def test_the_record_says_what_moved(pair: tuple[Vendor, Vendor]) -> None:
    kept, gone = pair
    merge(kept=kept, gone=gone, reason="Same company", by=SYSTEM)
    event = Event.objects.get(type="vendor.merged")
    assert (event.aggregate_id, event.data["facts_of"]) == (kept.pk, str(kept.pk))
    assert event.data["moved"]["vendors.Engagement.vendor"] == 1
    assert "Same company" not in str(event.data)
    assert Event.objects.get(type="vendor.merged_away").aggregate_id == gone.pk


@pytest.mark.django_db
def test_every_table_that_refers_to_a_vendor_is_resolved() -> None:
    """Tables are found in the registry; one that a merge could not resolve raises Unhandled."""
    found = {relation.label: relation.policy for relation in relations()}
    assert found["vendors.Engagement.vendor"] == Policy.MOVES
    assert found["assessments.Assessment.vendor"] == Policy.MOVES
    assert found["scoring.Score.vendor"] == Policy.STAYS
    follows = {label for label, policy in found.items() if policy == Policy.FOLLOWS}
    assert follows == {
        "scoring.CurrentScore.vendor",
        "scoring.SearchText.vendor",
        "scoring.Standing.vendor",
    }


@pytest.mark.django_db
def test_what_an_app_says_of_its_tables_is_about_tables_that_there_are() -> None:
    labels = {relation.label for relation in relations()}
    for config in apps.get_app_configs():
        for name in getattr(config, "vendor_relations", {}):
            assert f"{config.label}.{name}" in labels
