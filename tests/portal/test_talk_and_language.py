"""What is said of all of it, and the choice of language beside what somebody types."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit, Letter
from assessments.models import Invitation
from assessments.services import answers, delegations
from assessments.services.answers import AnswerInput
from audit import clock
from tests.factories.assessments import make_assessment
from tests.factories.portal import browser, invited, principal_of
from tests.personas import Person

pytestmark = pytest.mark.django_db


def url(invitation: Invitation, name: str, *args: object) -> str:
    return reverse(f"portal:{name}", args=[invitation.pk, *args])


def test_who_holds_a_section_only_has_no_part_in_what_is_said_of_all_of_it(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    by = principal_of(invitation)
    taker = delegations.hand_on(
        assessment=invitation.assessment,
        section="secrets",
        name="Minh",
        email="minh@vendor.example",
        due_on=None,
        by=by,
    ).taker
    ours = reverse("assessments:messages", args=[invitation.assessment_id])
    said = {"question": "", "body": "About the price.", "internal": "no"}
    procurement.browser.post(ours, said)
    theirs = browser(taker)
    start = theirs.get(url(taker, "start")).text
    assert "Messages for you" not in start
    assert url(taker, "talk") not in start
    assert theirs.get(url(taker, "talk")).status_code == 404
    assert theirs.post(url(taker, "talk"), {"body": "And?"}).status_code == 404
    assert not Letter.objects.filter(template="portal/email/message", to=taker.contact.email)


def test_enter_in_a_field_chooses_no_language(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    client, here = browser(invitation), url(invitation, "section", "secrets")
    typed = {"q-remarks": "Typed.", "q-remarks-version": "0", "go": "language"}
    client.post(here, {**typed, "language": "en-gb"})
    assert not any("language" in name for name in client.cookies)


def test_pages_on_which_text_stands_alone_offer_no_other_language(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit))
    client, here = browser(invitation), url(invitation, "section", "secrets")
    answers.save(
        assessment=invitation.assessment,
        values={"remarks": AnswerInput("Another's.")},
        by=principal_of(invitation),
    )
    typed = {"q-remarks": "Mine.", "q-remarks-version": "0"}
    conflict = client.post(here, typed)
    assert conflict.status_code == 409
    assert 'name="language"' not in conflict.text
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        ended = client.post(here, typed)
    assert ended.status_code == 401
    assert 'id="portal-language"' not in ended.text
    assert 'id="portal-language"' in Client().get(here).text
