"""Legal holds: placed, lifted, shown, and stronger than whatever erases."""

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from assessments.services import erasing
from audit.errors import Invalid
from audit.models import Event
from tests.factories.incidents import make_person
from tests.factories.portal import make_contact
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import LegalHold, TrainingPerson
from vendors.services import contacts, holds, training
from vendors.services.holds import Held

pytestmark = pytest.mark.django_db


def test_a_hold_is_placed_shown_and_lifted_and_each_is_in_the_record(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    page = f"/vendors/{vendor.pk}/hold/"
    assert "Say why" not in legal.browser.get(page).content.decode()
    legal.browser.post(page, {"what": f"unit:{unit.pk}", "reason": "7 O 12/26"})
    hold = LegalHold.objects.get(vendor=vendor)
    assert "Legal hold" in procurement.browser.get(f"/vendors/{vendor.pk}/").content.decode()
    seen = procurement.browser.get(f"/vendors/{vendor.pk}/legal/").content.decode()
    assert "Legal hold" in seen
    assert "7 O 12/26" not in seen
    assert "7 O 12/26" in legal.browser.get(f"/vendors/{vendor.pk}/legal/").content.decode()
    refused = legal.browser.post(f"/holds/{hold.pk}/lift/", {"reason": " "})
    assert refused.status_code == 200
    legal.browser.post(f"/holds/{hold.pk}/lift/", {"reason": "Settled"})
    hold.refresh_from_db()
    assert hold.lifted_by == legal.user
    events = Event.objects.filter(aggregate_id=hold.pk).order_by("position")
    assert [one.type for one in events] == ["legal_hold.placed", "legal_hold.lifted"]
    assert "7 O 12/26" not in str([one.data for one in events])


def test_only_legal_reviewers_place_and_lift(
    unit: BusinessUnit, admin: Person, procurement: Person, outsider_legal: Person
) -> None:
    vendor = make_vendor(unit)
    hold = holds.place(vendor=vendor, unit=unit, reason="Claim", by=SYSTEM)
    for one in (admin, procurement, outsider_legal):
        with pytest.raises(NotAllowed):
            holds.place(vendor=vendor, unit=unit, reason="Claim", by=one.principal)
        with pytest.raises(NotAllowed):
            holds.lift(hold=hold, reason="Over", by=one.principal)


def test_the_same_is_not_held_twice(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    engagement = make_engagement(vendor, unit)
    holds.place(vendor=vendor, unit=unit, reason="Claim", by=SYSTEM)
    holds.place(vendor=vendor, unit=unit, engagement=engagement, reason="Claim", by=SYSTEM)
    with pytest.raises(Invalid):
        holds.place(vendor=vendor, unit=unit, reason="Again", by=SYSTEM)


def test_while_it_holds_nobody_is_erased_and_the_refusal_says_why(
    unit: BusinessUnit, legal: Person
) -> None:
    vendor = make_vendor(unit)
    engagement = make_engagement(vendor, unit)
    trained = make_person(engagement)
    contact = make_contact(vendor)
    contacts.switch(contact=contact, active=False, by=SYSTEM)
    hold = holds.place(vendor=vendor, unit=unit, engagement=engagement, reason="Claim", by=SYSTEM)
    with pytest.raises(Held, match="A legal hold of"):
        erasing.erase_contact(contact=contact, by=legal.principal)
    with pytest.raises(Held):
        training.erase_person(person=trained, by=SYSTEM)
    response = legal.browser.post(f"/contacts/{contact.pk}/erase/")
    assert response.status_code == 409
    assert "legal hold" in response.content.decode()
    holds.lift(hold=hold, reason="Over", by=SYSTEM)
    training.erase_person(person=trained, by=SYSTEM)
    assert not TrainingPerson.objects.filter(pk=trained.pk).exists()
    erasing.erase_contact(contact=contact, by=legal.principal)


def test_a_hold_on_another_engagement_does_not_keep_this_one(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    other, engagement = make_engagement(vendor, unit), make_engagement(vendor, unit)
    holds.place(vendor=vendor, unit=unit, engagement=other, reason="Claim", by=SYSTEM)
    holds.refuse_held(vendor.pk, engagement.pk)
    with pytest.raises(Held):
        holds.refuse_held(vendor.pk, other.pk)
    with pytest.raises(Held):
        holds.refuse_held(vendor.pk)
