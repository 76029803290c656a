"""Handing out and erasing what is held about people; the record stays verifiable."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from accounts.models import BusinessUnit, Letter, Membership, Notification, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from accounts.services import erasing as members_erasing
from accounts.services import members, notifications
from assessments.models import PortalSession, Receipt
from assessments.services import entering, erasing, receipts
from assessments.services.erasing import StillActive
from audit import seal, verify
from audit.models import Event, EventDetail
from tests.factories.accounts import make_user
from tests.factories.assessments import make_assessment
from tests.factories.portal import invited, new_link, principal_of
from tests.personas import Person
from vendors.models import Contact
from vendors.selectors.contacts import names_of
from vendors.services import contacts, vendors

NAME, EMAIL = "Linh Ngoc Tran", "linh.tran@vendor.example"


def somebody(unit: BusinessUnit) -> Contact:
    """A contact of whom there is something everywhere, switched off by now."""
    assessment = make_assessment(unit)
    invitation = invited(assessment, name=NAME, email=EMAIL, position="Head of quality")
    contact = invitation.contact
    link = new_link(invitation)
    entering.enter(link_id=link.link.pk, token=link.token)
    with transaction.atomic():
        receipts.make(
            assessment=assessment, invitation=invitation, answers={}, by=principal_of(invitation)
        )
    buyer = make_user(Role.PROCUREMENT, unit)
    notifications.tell(
        user=buyer, kind="assessment_to_answer", title=f"{NAME} has answered",
        unit_id=unit.pk, about=assessment.pk, occasion="answered",
    )  # fmt: skip
    contacts.switch(contact=contact, active=False, by=SYSTEM)
    contact.refresh_from_db()
    return contact


@pytest.mark.django_db(transaction=True)
def test_after_erasing_nobody_is_named_anywhere_and_the_record_still_proves_itself(
    unit: BusinessUnit, legal: Person, tmp_path: Path
) -> None:
    contact = somebody(unit)
    events = Event.objects.count()
    assert NAME in str(list(EventDetail.objects.values_list("data", flat=True)))
    page = f"/contacts/{contact.pk}/erase/"
    html = legal.browser.get(page).content.decode()
    assert "What goes" in html
    assert "What stays" in html
    assert legal.browser.post(page).status_code == 302
    contact.refresh_from_db()
    assert (contact.name, contact.position) == ("Erased contact", "")
    assert contact.email.endswith("@erased.invalid")
    for held in (
        EventDetail.objects.values_list("data", flat=True),
        Letter.objects.values_list("to", "subject", "text", "html"),
        Notification.objects.values_list("title", "text"),
        Receipt.objects.values_list("content"),
    ):
        assert NAME not in str(list(held))
        assert EMAIL not in str(list(held))
    assert not PortalSession.objects.filter(invitation__contact=contact).exists()
    assert names_of([str(contact.pk)]) == {str(contact.pk): "Erased contact"}
    event = Event.objects.get(type="contact.erased")
    assert Event.objects.count() == events + 1
    assert event.data["details"] > 0
    assert event.data["receipts"] == 1
    assert event.data["visits"] == 1
    assert event.data["notifications"] == 1
    seal.seal()
    found = verify.verify(key=settings.AUDIT_KEY.encode(), anchor_file=tmp_path / "none")
    assert found.broken is None
    assert found.erased == event.data["details"]


@pytest.mark.django_db
def test_all_that_is_held_is_handed_out_as_json_and_to_read(
    unit: BusinessUnit, legal: Person
) -> None:
    contact = somebody(unit)
    page = f"/contacts/{contact.pk}/held/"
    assert legal.browser.get(page).status_code == 200
    response = legal.browser.post(page)
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        said = json.loads(archive.read("held.json"))
        shown = archive.read("held.html").decode()
    assert said["contact"][0]["email"] == EMAIL
    assert len(said["visits"]) == len(said["receipts"]) == len(said["notifications"]) == 1
    assert said["invitations"]
    assert [one for one in said["events"] if one["type"] == "contact.added"]
    assert NAME in shown
    assert Event.objects.filter(type="contact.exported").get().data["counts"]["visits"] == 1


@pytest.mark.django_db
def test_a_contact_who_can_come_in_is_not_erased(unit: BusinessUnit, legal: Person) -> None:
    contact = invited(make_assessment(unit)).contact
    with pytest.raises(StillActive):
        erasing.erase_contact(contact=contact, by=legal.principal)


@pytest.mark.django_db
def test_a_contact_is_erased_by_those_who_may_in_every_unit_that_works_with_the_vendor(
    unit: BusinessUnit, other_unit: BusinessUnit, legal: Person, admin: Person, auditor: Person
) -> None:
    contact = somebody(unit)
    vendors.link_unit(vendor=contact.vendor, unit=other_unit, category="", by=SYSTEM)
    for one in (legal, auditor):
        with pytest.raises(NotAllowed):
            erasing.erase_contact(contact=contact, by=one.principal)
        with pytest.raises(NotAllowed):
            erasing.export(contact=contact, by=one.principal)
    erasing.erase_contact(contact=contact, by=admin.principal)
    erasing.erase_contact(contact=contact, by=admin.principal)
    assert Event.objects.filter(type="contact.erased").count() == 1


@pytest.mark.django_db
def test_an_erased_contact_is_neither_changed_nor_switched_on_again(
    unit: BusinessUnit, admin: Person
) -> None:
    contact = somebody(unit)
    erasing.erase_contact(contact=contact, by=admin.principal)
    with pytest.raises(NotAllowed):
        contacts.switch(contact=contact, active=True, by=SYSTEM)
    contact.refresh_from_db()
    with pytest.raises(NotAllowed):
        contacts.change(contact=contact, version=contact.version, values={"name": "X"}, by=SYSTEM)


@pytest.mark.django_db
def test_the_next_receipt_has_a_number_that_no_erased_one_had(
    unit: BusinessUnit, admin: Person
) -> None:
    contact = somebody(unit)
    assessment = contact.invitations.get().assessment
    erasing.erase_contact(contact=contact, by=admin.principal)
    other = invited(assessment)
    made = receipts.make(
        assessment=assessment, invitation=other, answers={}, by=principal_of(other)
    )
    assert made.number == 2


@pytest.mark.django_db(transaction=True)
def test_a_former_member_is_handed_out_and_erased_and_what_they_did_stays(
    unit: BusinessUnit, admin: Person, unit_admin: Person, tmp_path: Path
) -> None:
    former = make_user(Role.LEGAL, unit, name="Frieda Former", email="frieda@example.com")
    who = Person(former)
    members.change_profile(
        user=former, name="Frieda Former", language="de", time_zone="UTC", by=who.principal
    )
    notifications.tell(
        user=former, kind="message", title="Hello", unit_id=unit.pk, about=unit.pk, occasion="1"
    )
    with pytest.raises(members_erasing.StillActive):
        members_erasing.erase_member(user=former, by=admin.principal)
    members.deactivate(user=former, by=admin.principal)
    page = f"/members/{former.pk}/"
    assert unit_admin.browser.post(f"{page}erase/").status_code == 403
    response = admin.browser.post(f"{page}held/")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert "Frieda Former" in archive.read("held.html").decode()
        assert json.loads(archive.read("held.json"))["roles"] == [
            {"role": "legal", "unit": str(unit)}
        ]
    assert "What stays" in admin.browser.get(f"{page}erase/").content.decode()
    admin.browser.post(f"{page}erase/")
    former.refresh_from_db()
    assert former.name == "Former member"
    assert not former.has_usable_password()
    assert not Membership.objects.filter(user=former).exists()
    assert not Notification.objects.filter(user=former).exists()
    assert "Frieda" not in str(list(EventDetail.objects.values_list("data", flat=True)))
    assert not User.objects.filter(email="frieda@example.com").exists()
    assert Event.objects.filter(actor_id=str(former.pk), type="member.profile_changed").exists()
    seal.seal()
    found = verify.verify(key=settings.AUDIT_KEY.encode(), anchor_file=tmp_path / "none")
    assert found.broken is None
    assert found.erased == Event.objects.get(type="member.erased").data["details"] > 0


@pytest.mark.django_db
def test_what_is_held_can_be_downloaded_again_and_is_erased_by_one_press_only(
    unit: BusinessUnit, admin: Person, legal: Person
) -> None:
    contact = somebody(unit)
    former = make_user(Role.PROCUREMENT, unit, name="Frieda Former")
    members.deactivate(user=former, by=SYSTEM)
    for person, page, name in (
        (legal, f"/contacts/{contact.pk}/", NAME),
        (admin, f"/members/{former.pk}/", "Frieda Former"),
    ):
        held = person.browser.get(f"{page}held/").content.decode()
        assert 'method="post" data-repeatable>' in held
        erase = person.browser.get(f"{page}erase/").content.decode()
        assert f"Erase {name} for good?" in erase
        assert "Erase for good</button>" in erase
        assert "data-repeatable" not in erase
