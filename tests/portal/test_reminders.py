"""Reminding the vendor's people of what they have handed on to each other."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import BusinessUnit, Letter
from accounts.principal import Principal
from accounts.services.letters import said_in
from assessments.models import Invitation
from assessments.services import answers, delegations, invitations, portal_notices
from assessments.services.answers import AnswerInput
from audit import clock
from tests.factories.assessments import make_assessment
from tests.factories.portal import browser, invited, principal_of
from tests.personas import Person

pytestmark = pytest.mark.django_db


def letters() -> list[Letter]:
    """The reminders that were written."""
    return list(Letter.objects.filter(template="portal/email/reminder").order_by("pk"))


def test_a_colleague_whose_day_is_over_gets_one_reminder_unless_all_is_answered(
    unit: BusinessUnit,
) -> None:
    invitation = invited(make_assessment(unit))
    for name, section in (("Minh", "secrets"), ("Ngoc", "ownership")):
        delegations.hand_on(
            assessment=invitation.assessment,
            section=section,
            name=name,
            email=f"{name.lower()}@vendor.example",
            due_on=clock.today() + timedelta(days=2),
            by=principal_of(invitation),
        )
    answers.save(
        assessment=invitation.assessment,
        values={"discloses": AnswerInput("never")},
        by=principal_of(invitation),
    )
    start = reverse("portal:start", args=[invitation.pk])
    portal_notices.remind_of_handed_on()
    assert letters() == []
    with time_machine.travel(clock.now() + timedelta(days=4)):
        portal_notices.remind_of_handed_on()
        portal_notices.remind_of_handed_on()
        [letter] = letters()
        assert letter.to == "minh@vendor.example"
        assert "are still open" in said_in(letter).text
        assert "Overdue" in browser(invitation).get(start).text
    assert "Overdue" not in browser(invitation).get(start).text


def handed_on(invitation: Invitation) -> Invitation:
    """One section with a colleague, due in two days."""
    return delegations.hand_on(
        assessment=invitation.assessment,
        section="secrets",
        name="Minh",
        email="minh@vendor.example",
        due_on=clock.today() + timedelta(days=2),
        by=principal_of(invitation),
    ).taker


def test_who_was_given_more_time_is_not_late_before_that_is_over(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    taker = handed_on(invitation)
    later = clock.today() + timedelta(days=10)
    invitations.extend(invitation=taker, due_on=later, by=procurement.principal)
    start = reverse("portal:start", args=[invitation.pk])
    with time_machine.travel(clock.now() + timedelta(days=4)):
        portal_notices.remind_of_handed_on()
        assert letters() == []
        assert "Overdue" not in browser(invitation).get(start).text
    with time_machine.travel(clock.now() + timedelta(days=12)):
        portal_notices.remind_of_handed_on()
        assert [letter.to for letter in letters()] == ["minh@vendor.example"]


def test_whom_the_house_has_asked_for_all_of_it_the_house_reminds(unit: BusinessUnit) -> None:
    taker = handed_on(invited(make_assessment(unit)))
    Invitation.objects.filter(pk=taker.pk).update(whole=True)
    with time_machine.travel(clock.now() + timedelta(days=4)):
        portal_notices.remind_of_handed_on()
    assert letters() == []


def test_one_who_cannot_be_reminded_does_not_keep_the_letters_of_others_back(
    unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (
        handed_on(invited(make_assessment(unit))),
        handed_on(invited(make_assessment(unit))),
    )
    meant = invitations.remind

    def revoked_meanwhile(*, invitation: Invitation, by: Principal) -> Invitation:
        if invitation.pk == first.pk:
            Invitation.objects.filter(pk=first.pk).update(revoked_at=clock.now())
        return meant(invitation=invitation, by=by)

    monkeypatch.setattr(invitations, "remind", revoked_meanwhile)
    with time_machine.travel(clock.now() + timedelta(days=4)):
        portal_notices.remind_of_handed_on()
    assert [letter.to for letter in letters()] == [second.contact.email]
