"""What the vendor said the last time, or before a question changed: offered, and said again."""

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import answers_of
from assessments.services import answers, assessments, moves, renewals
from assessments.services.answers import AnswerInput
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.drafts import change, put_in_use, small_draft
from tests.factories.portal import browser, invited
from tests.personas import Person

pytestmark = pytest.mark.django_db


def renewed(unit: BusinessUnit, legal: Person) -> Assessment:
    """The next round of an assessment that was answered whole and signed off."""
    one = make_assessment(unit)
    answer_all(one)
    assessments.submit(assessment=one, by=SYSTEM)
    assessments.take(assessment=one, by=legal.principal)
    assessments.sign_off(assessment=one, by=legal.principal)
    renewal = renewals.ensure(assessment_id=one.pk)
    assert renewal is not None
    return renewals.start(renewal=renewal, by=SYSTEM)


def test_last_times_answers_are_offered_and_said_again_one_by_one_or_by_topic(
    unit: BusinessUnit, legal: Person
) -> None:
    made = renewed(unit, legal)
    invitation = invited(made)
    client = browser(invitation)
    start = client.get(reverse("portal:start", args=[invitation.pk]))
    assert "answers from last time can be used again" in start.text
    url = reverse("portal:section", args=[invitation.pk, "secrets"])
    page = client.get(url).text
    assert "Last time:" in page
    assert 'name="confirm" value="subcontracts"' in page
    assert answers_of(made) == {}

    one = client.post(url, {"confirm": "subcontracts"})
    assert one["Location"] == f"{url}#q-subcontracts"
    assert set(answers_of(made)) == {"subcontracts"}
    assert answers_of(made)["subcontracts"].answered_by_contact == invitation.contact
    assert "As last time." in client.get(url).text

    answers.save(assessment=made, values={"subcontracts": AnswerInput("yes")}, by=SYSTEM)
    typed = {"q-remarks": "New rooms.", "q-remarks-state": "answered", "q-remarks-version": "0"}
    rest = client.post(url, {"confirm": "*", **typed})
    assert rest["Location"] == url
    said = answers_of(made)
    assert (said["subcontracts"].value, said["remarks"].value) == ("yes", "New rooms.")
    assert len(said) > 2
    assert all(made.questions.count(key) for key in said)
    assert "Changed. Last time:" in client.get(url).text


def test_what_is_typed_beside_an_answer_stays_when_it_is_still_so(
    unit: BusinessUnit, legal: Person
) -> None:
    made = renewed(unit, legal)
    Answer.objects.exclude(assessment=made).update(note="Of last year.")
    url = reverse("portal:section", args=[invited(made).pk, "secrets"])
    client = browser(made.invitations.get())
    typed = {"q-subcontracts-note": "New: see the list.", "q-subcontracts-version": "0"}
    client.post(url, {"confirm": "subcontracts", **typed})
    assert answers_of(made)["subcontracts"].note == "New: see the list."


def test_what_is_not_theirs_is_neither_offered_nor_said_again(
    unit: BusinessUnit, legal: Person
) -> None:
    made = renewed(unit, legal)
    invitation = invited(made)
    client = browser(invitation)
    url = reverse("portal:section", args=[invitation.pk, "secrets"])
    assert 'value="staff"' not in client.get(url).text
    client.post(url, {"confirm": "staff"})
    client.post(url, {"confirm": "*"})
    assert "staff" not in answers_of(made)


def test_an_answer_that_a_changed_question_has_set_aside_is_said_again(
    unit: BusinessUnit,
) -> None:
    made = make_assessment(unit)
    answer_all(made)
    invitation = invited(made)
    Answer.objects.filter(question_key="discloses").update(answered_by_contact=invitation.contact)
    target = put_in_use(change(small_draft(), "discloses", text="When do they tell you of it?"))
    moves.move(assessment=made, target=target, by=SYSTEM)
    made.refresh_from_db()
    client = browser(invitation)
    url = reverse("portal:section", args=[invitation.pk, "ownership"])
    assert "This question changed. Said before:" in client.get(url).text
    assert client.post(url, {"moved": "discloses"})["Location"] == f"{url}#q-discloses"
    said = answers_of(made)["discloses"]
    assert (said.value, said.answered_by_contact) == ("at_once", invitation.contact)
    assert "Said before:" not in client.get(url).text


def test_the_way_back_to_checking_outlives_what_is_still_so(
    unit: BusinessUnit, legal: Person
) -> None:
    invitation = invited(renewed(unit, legal))
    client = browser(invitation)
    url = reverse("portal:section", args=[invitation.pk, "secrets"])
    one = client.post(url, {"confirm": "subcontracts", "then": "check"})
    assert one["Location"] == f"{url}?then=check#q-subcontracts"
    rest = client.post(url, {"confirm": "*", "then": "check"})
    assert rest["Location"] == f"{url}?then=check"
    assert 'name="then" value="check"' in client.get(rest["Location"]).text
