"""Asking people at the vendor: links, sections handed on, submitting, and taking it all back."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import BusinessUnit, Letter
from accounts.scoping import NotAllowed
from assessments.errors import Frozen, Incomplete, InvalidAnswers
from assessments.models import Answer, PortalLink, PortalSession, Receipt
from assessments.services import answers, delegations, entering, invitations, receipts
from assessments.services import assessments as service
from assessments.services.answers import AnswerInput
from assessments.services.entering import Entry, LinkState, Looked
from audit import clock
from audit.errors import Invalid
from audit.models import Event, EventDetail
from tests.factories.assessments import make_assessment
from tests.factories.portal import (
    answer_theirs,
    invited,
    make_contact,
    new_link,
    principal_of,
)
from tests.personas import Person

pytestmark = pytest.mark.django_db
LOCKS = {"measures": AnswerInput(["locks"])}


def test_sending_puts_a_draft_with_the_vendor_and_writes_a_letter(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment = make_assessment(unit)
    contact = make_contact(assessment.vendor, language="de")
    due = clock.today() + timedelta(days=14)
    [one] = invitations.send(
        assessment=assessment, contacts=[contact], due_on=due, by=procurement.principal
    )
    assessment.refresh_from_db()
    assert (assessment.status, assessment.due_on) == ("sent", due)
    assert (one.whole, one.language) == (True, "de")
    letter = Letter.objects.get()
    assert (letter.to, letter.language, letter.secret, letter.text) == (
        contact.email, "de", True, "",
    )  # fmt: skip


def test_who_may_not_invite_does_not(unit: BusinessUnit, legal: Person) -> None:
    assessment = make_assessment(unit)
    with pytest.raises(NotAllowed):
        invitations.send(
            assessment=assessment,
            contacts=[make_contact(assessment.vendor)],
            by=legal.principal,
        )


def test_only_active_contacts_of_the_vendor_can_be_asked(
    unit: BusinessUnit, procurement: Person
) -> None:
    stranger = make_contact(make_assessment(unit).vendor)
    with pytest.raises(Invalid):
        invitations.send(
            assessment=make_assessment(unit), contacts=[stranger], by=procurement.principal
        )


def test_a_link_opens_one_session_and_is_then_used(unit: BusinessUnit) -> None:
    link = new_link(invited(make_assessment(unit)))
    came = entering.enter(link_id=link.link.pk, token=link.token)
    assert isinstance(came, Entry)
    again = entering.enter(link_id=link.link.pk, token=link.token)
    assert isinstance(again, Looked)
    assert again.state is LinkState.USED
    assert PortalSession.objects.count() == 1


def test_no_token_is_kept_and_none_stands_in_the_record(unit: BusinessUnit) -> None:
    link = new_link(invited(make_assessment(unit)))
    came = entering.enter(link_id=link.link.pk, token=link.token)
    assert isinstance(came, Entry)
    kept = [bytes(row.token_hash) for row in PortalLink.objects.all()]
    kept += [bytes(row.token_hash) for row in PortalSession.objects.all()]
    for secret in (link.token, came.token):
        assert len(secret) >= 43
        assert secret.encode() not in kept
        assert not [one for one in Event.objects.all() if secret in str(one.data)]
        assert not [one for one in EventDetail.objects.all() if secret in str(one.data)]


def test_a_link_is_worth_nothing_once_it_expired_was_replaced_or_revoked(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    first = new_link(invitation)
    second = new_link(invitation)
    assert entering.look(link_id=first.link.pk, token=first.token).state is LinkState.REPLACED
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        state = entering.look(link_id=second.link.pk, token=second.token).state
        assert state is LinkState.EXPIRED
    invitations.revoke(invitation=invitation, reason="Wrong person", by=procurement.principal)
    assert entering.look(link_id=second.link.pk, token=second.token).state is LinkState.REVOKED


def test_five_wrong_tokens_lock_a_link_also_for_the_right_one(unit: BusinessUnit) -> None:
    link = new_link(invited(make_assessment(unit)))
    states = [entering.enter(link_id=link.link.pk, token="wrong") for _ in range(5)]
    assert [one.state for one in states if isinstance(one, Looked)] == [
        *[LinkState.UNKNOWN] * 4,
        LinkState.LOCKED,
    ]
    assert entering.look(link_id=link.link.pk, token=link.token).state is LinkState.LOCKED
    assert Event.objects.filter(type="portal.link_locked").count() == 1


def test_a_session_ends_when_idle_at_its_end_and_with_its_invitation(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    link = new_link(invitation)
    came = entering.enter(link_id=link.link.pk, token=link.token)
    assert isinstance(came, Entry)

    def there() -> bool:
        return entering.resume(invitation_id=invitation.pk, token=came.token) is not None

    assert there()
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert not there()
    with time_machine.travel(clock.now() + timedelta(minutes=50)):
        assert there()
    invitations.revoke(invitation=invitation, reason="No longer", by=procurement.principal)
    assert not there()


def test_a_contact_answers_the_vendors_questions_and_no_other(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    invitation = invited(assessment)
    by = principal_of(invitation)
    answers.save(assessment=assessment, values=LOCKS, by=by)
    stored = Answer.objects.get(assessment=assessment)
    assert (stored.answered_by, stored.answered_by_contact) == (None, invitation.contact)
    for foreign in ("staff", "assigns", "watched"):
        with pytest.raises(InvalidAnswers):
            answers.save(assessment=assessment, values={foreign: AnswerInput("yes")}, by=by)


def test_a_contact_of_nothing_answers_nothing(unit: BusinessUnit, procurement: Person) -> None:
    assessment = make_assessment(unit)
    invitation = invited(assessment)
    invitations.revoke(invitation=invitation, reason="No longer", by=procurement.principal)
    with pytest.raises((NotAllowed, Frozen)):
        answers.save(assessment=assessment, values=LOCKS, by=principal_of(invitation))


def test_a_colleague_answers_the_section_handed_on_and_cannot_submit(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    giver = invited(assessment)
    given = delegations.hand_on(
        assessment=assessment,
        section="secrets",
        name="Minh",
        email="Minh@vendor.example",
        by=principal_of(giver),
    )
    by = principal_of(given.taker)
    answers.save(assessment=assessment, values=LOCKS, by=by)
    with pytest.raises(InvalidAnswers):
        answers.save(assessment=assessment, values={"discloses": AnswerInput("at_once")}, by=by)
    with pytest.raises(NotAllowed):
        service.submit(assessment=assessment, by=by)
    with pytest.raises(NotAllowed):
        delegations.hand_on(
            assessment=assessment, section="secrets", name="X", email="x@vendor.example", by=by
        )


def test_what_is_taken_back_is_no_longer_the_colleagues(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    giver = invited(assessment)
    given = delegations.hand_on(
        assessment=assessment,
        section="secrets",
        name="Minh",
        email="minh@vendor.example",
        by=principal_of(giver),
    )
    delegations.take_back(delegation=given, by=principal_of(giver))
    given.taker.refresh_from_db()
    assert given.taker.revoked_at is not None
    with pytest.raises(NotAllowed):
        answers.save(assessment=assessment, values=LOCKS, by=principal_of(given.taker))


def test_submitting_waits_for_the_house_where_its_questions_are_open(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment = make_assessment(unit)
    invitation = invited(assessment)
    by = principal_of(invitation)
    answers.save(assessment=assessment, values={"subcontracts": AnswerInput("yes")}, by=by)
    with pytest.raises(Incomplete) as refused:
        service.submit(assessment=assessment, by=by)
    # The house's own mandatory question is not the vendor's to hear of.
    assert refused.value.extra["questions"] == ["bound"]
    answer_theirs(assessment, by)
    service.submit(assessment=assessment, by=by)
    assessment.refresh_from_db()
    assert assessment.status == "draft"
    assert assessment.submitted_by_contact == invitation.contact
    with pytest.raises(Frozen):
        answers.save(assessment=assessment, values=LOCKS, by=by)


def test_submitting_the_last_answers_freezes_and_leaves_a_receipt_that_can_be_proved(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment = make_assessment(unit)
    answers.save(
        assessment=assessment,
        values={"assigns": AnswerInput("yes")},
        by=procurement.principal,
    )
    invitation = invited(assessment)
    by = principal_of(invitation)
    answer_theirs(assessment, by)
    service.submit(assessment=assessment, by=by)
    assessment.refresh_from_db()
    assert (assessment.status, assessment.submitted_by) == ("submitted", None)
    receipt = Receipt.objects.get()
    keys = {one["key"] for one in receipt.content["answers"]}
    assert keys == {"discloses", "subcontracts", "measures", "remarks"}
    assert receipts.is_whole(receipt)
    receipt.content["answers"][0]["value"] = "never"
    assert not receipts.is_whole(receipt)


def test_revoking_all_ends_what_was_handed_on_and_takes_the_assessment_back(
    unit: BusinessUnit, procurement: Person
) -> None:
    assessment = make_assessment(unit)
    giver = invited(assessment)
    delegations.hand_on(
        assessment=assessment,
        section="secrets",
        name="Minh",
        email="minh@vendor.example",
        by=principal_of(giver),
    )
    invitations.revoke_all(assessment=assessment, reason="Another vendor", by=procurement.principal)
    assessment.refresh_from_db()
    assert assessment.status == "draft"
    assert not assessment.invitations.filter(revoked_at=None).exists()


def test_asking_for_a_fresh_link_writes_to_the_address_on_record_only(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    Letter.objects.all().delete()
    assert entering.ask_for_link(email="nobody@vendor.example") == 0
    assert entering.ask_for_link(email=invitation.contact.email.upper()) == 1
    assert [one.to for one in Letter.objects.all()] == [invitation.contact.email]
