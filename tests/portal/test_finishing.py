"""A colleague says that a section is finished, without a script: what was typed goes along."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Answer, Delegation
from assessments.services import answers, delegations
from assessments.services.answers import AnswerInput
from tests.factories.assessments import make_assessment
from tests.factories.portal import browser, invited, principal_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(unit: BusinessUnit) -> Delegation:
    """A section that was handed on to a colleague."""
    cache.clear()
    giver = invited(make_assessment(unit))
    return delegations.hand_on(
        assessment=giver.assessment,
        section="secrets",
        name="Minh",
        email="minh@vendor.example",
        by=principal_of(giver),
    )


def section(given: Delegation) -> str:
    return reverse("portal:section", args=[given.taker_id, given.section])


def test_what_was_typed_is_saved_with_the_word_that_the_section_is_finished(
    given: Delegation,
) -> None:
    client, here = browser(given.taker), section(given)
    button = 'form="answers" name="go" value="finish"'
    assert button in client.get(here).text
    typed = {"q-remarks": "All of it is typed.", "q-remarks-version": "0"}
    sent = client.post(here, {**typed, "go": "finish", "then": "check"}, follow=True)
    assert "Whoever asked you has been told" in sent.text
    assert Answer.objects.get(question_key="remarks").value == "All of it is typed."
    given.refresh_from_db()
    assert given.done_at is not None
    page = client.get(here).text
    assert button not in page
    assert "You have said that this topic is finished." in page


def test_a_refused_answer_stays_on_the_page_and_nothing_is_finished(given: Delegation) -> None:
    both = {"q-remarks": "Typed with care", "q-remarks-state": "dont_know"}
    page = browser(given.taker).post(section(given), {**both, "go": "finish"})
    assert page.status_code == 422
    assert "Typed with care" in page.text
    given.refresh_from_db()
    assert given.done_at is None


def test_a_choice_between_two_answers_comes_first_and_finishes_with_it(given: Delegation) -> None:
    assessment = given.taker.assessment
    answers.save(assessment=assessment, values={"remarks": AnswerInput("Theirs")}, by=SYSTEM)
    client, here = browser(given.taker), section(given)
    page = client.post(here, {"q-remarks": "Mine", "q-remarks-version": "0", "go": "finish"})
    assert page.status_code == 409
    given.refresh_from_db()
    assert given.done_at is None
    carried = dict(page.context["carried"])
    assert client.post(here, {**carried, "choose-remarks": "mine"}).status_code == 302
    given.refresh_from_db()
    assert given.done_at is not None
    assert Answer.objects.get(question_key="remarks").value == "Mine"
