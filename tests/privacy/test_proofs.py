"""Erasing people, naming people and legal holds ask whether it is still the same person, and keep
what was typed until it is known."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from audit.models import Event
from tests.accounts.factors import grow_stale, signed_in
from tests.accounts.test_proof import hidden
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.incidents import make_person
from tests.factories.portal import make_contact
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, LegalHold, TrainingPerson
from vendors.services import contacts, holds, limits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit, title="Project Osprey")


def asked_first(person: Person, address: str, sent: dict[str, Any]) -> None:
    """Nothing is done before the proof, all that was typed is held, and then it is done."""
    browser = signed_in(person.user)
    grow_stale(browser)
    before = Event.objects.count()
    answer = browser.post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Is it still you?" in page
    assert Event.objects.count() == before
    held = hidden(page)
    assert held == sent
    wrong = browser.post(address, {**held, "proof-password": "not it"})
    assert wrong.status_code == 403
    assert hidden(wrong.content.decode()) == sent
    assert Event.objects.count() == before
    done = browser.post(address, {**held, "proof-password": PASSWORD})
    assert done.status_code in {200, 302}, done.content.decode()
    assert Event.objects.count() > before


def _contact(engagement: Engagement, person: Person) -> str:
    contact = make_contact(engagement.vendor)
    contacts.switch(contact=contact, active=False, by=SYSTEM)
    return reverse("assessments:contact_erase", args=[contact.pk])


def _trained(engagement: Engagement, person: Person) -> str:
    return reverse("vendors:training_person_remove", args=[make_person(engagement).pk])


def _end_of_limit(engagement: Engagement, person: Person) -> str:
    limits.limit(engagement=engagement, users=[person.user.pk], by=SYSTEM)
    return reverse("vendors:limit_lift", args=[engagement.pk])


@pytest.mark.parametrize("address", [_contact, _trained, _end_of_limit])
def test_a_question_that_only_takes_a_yes_takes_the_proof_with_it(
    engagement: Engagement, legal: Person, address: Callable[[Engagement, Person], str]
) -> None:
    asked_first(legal, address(engagement, legal), {})


def test_a_former_member_is_erased_after_a_proof(unit: BusinessUnit, admin: Person) -> None:
    former = make_user(Role.LEGAL, unit)
    former.is_active = False
    former.save()
    asked_first(admin, reverse("accounts:member_erase", args=[former.pk]), {})
    former.refresh_from_db()
    assert former.name == "Former member"


def test_who_is_named_is_kept_while_the_proof_is_asked_for(
    engagement: Engagement, legal: Person
) -> None:
    address = reverse("vendors:limit", args=[engagement.pk])
    asked_first(legal, address, {"users": str(legal.user.pk)})
    engagement.refresh_from_db()
    assert engagement.limited


def test_of_several_people_who_were_ticked_none_is_lost(
    engagement: Engagement, unit: BusinessUnit, legal: Person
) -> None:
    other = make_user(Role.LEGAL, unit)
    browser = signed_in(legal.user)
    grow_stale(browser)
    address = reverse("vendors:limit", args=[engagement.pk])
    both = [str(legal.user.pk), str(other.pk)]
    page = browser.post(address, {"users": both}).content.decode()
    assert all(f'name="users" value="{pk}"' in page for pk in both)


def test_who_looks_up_who_is_named_proves_it_and_types_the_reason_once(
    engagement: Engagement, legal: Person, admin: Person
) -> None:
    limits.limit(engagement=engagement, users=[legal.user.pk], by=SYSTEM)
    address = reverse("vendors:limit_people", args=[engagement.pk])
    asked_first(admin, address, {"reason": "The “reviewer” left & <nobody> is there"})
    asked_first(admin, address, {"user": str(admin.user.pk)})


def test_a_hold_is_placed_and_lifted_after_a_proof_with_the_reason_as_it_was_typed(
    engagement: Engagement, unit: BusinessUnit, legal: Person
) -> None:
    address = reverse("vendors:hold_place", args=[engagement.vendor_id])
    asked_first(legal, address, {"what": str(engagement.pk), "reason": "7 O 12/26 & “more”"})
    hold = LegalHold.objects.get(engagement=engagement)
    assert hold.reason == "7 O 12/26 & “more”"
    asked_first(legal, reverse("vendors:hold_lift", args=[hold.pk]), {"reason": "Settled <all>"})
    hold.refresh_from_db()
    assert hold.lifted_by == legal.user


def test_reading_these_pages_asks_nothing_and_shortly_after_signing_in_nobody_is_asked(
    engagement: Engagement, unit: BusinessUnit, legal: Person
) -> None:
    trained = make_person(engagement)
    browser = signed_in(legal.user)
    browser.post(reverse("vendors:training_person_remove", args=[trained.pk]))
    assert not TrainingPerson.objects.filter(pk=trained.pk).exists()
    hold = holds.place(vendor=engagement.vendor, unit=unit, reason="Claim", by=SYSTEM)
    grow_stale(browser)
    for address in (
        reverse("vendors:hold_lift", args=[hold.pk]),
        reverse("vendors:limit", args=[engagement.pk]),
        _contact(engagement, legal),
    ):
        assert browser.get(address).status_code == 200
