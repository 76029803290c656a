"""Reminding the vendor's people of what they have handed on to each other."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import BusinessUnit, Letter
from accounts.services.letters import said_in
from assessments.services import answers, delegations, portal_notices
from assessments.services.answers import AnswerInput
from audit import clock
from tests.factories.assessments import make_assessment
from tests.factories.portal import browser, invited, principal_of

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
