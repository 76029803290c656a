"""An invitation that ends while somebody types: nothing is lost without a word."""

from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import BusinessUnit
from assessments.models import Answer, Invitation
from assessments.services import answers, invitations, threads
from audit.errors import Refused
from tests.factories.assessments import make_assessment
from tests.factories.portal import browser, invited
from tests.personas import Person

pytestmark = pytest.mark.django_db
TYPED = {"q-remarks": "Three weeks of work.", "q-remarks-version": "0"}
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    cache.clear()


def url(invitation: Invitation, name: str, *args: object) -> str:
    return reverse(f"portal:{name}", args=[invitation.pk, *args])


def ends_within(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, invitation: Invitation, by: Person
) -> None:
    """The invitation is revoked after the visitor came in, just before this service begins."""
    real = getattr(module, name)

    def late(**given: Any) -> Any:
        if Invitation.objects.filter(pk=invitation.pk, revoked_at=None).exists():
            mine = Invitation.objects.get(pk=invitation.pk)
            invitations.revoke(invitation=mine, reason="Wrong person", by=by.principal)
        return real(**given)

    monkeypatch.setattr(module, name, late)


def test_what_was_typed_is_shown_with_whom_to_ask_once_the_invitation_has_ended(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    client = browser(invitation)
    invitations.revoke(invitation=invitation, reason="No longer", by=procurement.principal)
    page = client.post(url(invitation, "section", "secrets"), TYPED)
    assert page.status_code == 401
    assert "Three weeks of work." in page.text
    assert "This was not saved any more" in page.text
    assert "ask your contact at" in page.text
    # No button sends it anywhere.
    assert "Save what I typed" not in page.text


def test_the_script_that_saves_is_told_that_trying_again_is_of_no_use(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = invited(make_assessment(unit))
    client, here = browser(invitation), url(invitation, "autosave", "secrets")
    section = client.get(url(invitation, "section", "secrets")).text
    assert "this invitation has ended. Copy what you typed" in section
    invitations.revoke(invitation=invitation, reason="No longer", by=procurement.principal)
    sent = {"question": "remarks", "version": "0", **TYPED}
    answer = client.post(here, sent, headers=SCRIPT)
    assert (answer.status_code, answer.json()["over"]) == (401, True)


@pytest.mark.parametrize("script", [False, True])
def test_an_invitation_that_ends_within_the_request_itself_loses_no_text(
    unit: BusinessUnit, procurement: Person, monkeypatch: pytest.MonkeyPatch, script: bool
) -> None:
    invitation = invited(make_assessment(unit))
    client = browser(invitation)
    ends_within(monkeypatch, answers, "save", invitation, procurement)
    if script:
        sent = {"question": "remarks", "version": "0", **TYPED}
        answer = client.post(url(invitation, "autosave", "secrets"), sent, headers=SCRIPT)
        assert (answer.status_code, answer.json()["over"]) == (401, True)
    else:
        page = client.post(url(invitation, "section", "secrets"), TYPED)
        assert page.status_code == 401
        assert "Three weeks of work." in page.text
        assert "ask your contact at" in page.text
    assert not Answer.objects.filter(question_key="remarks").exists()


def test_what_is_refused_stands_on_the_page_that_says_why(
    unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_given: Any) -> None:
        raise Refused("Not now.")

    invitation = invited(make_assessment(unit))
    monkeypatch.setattr(answers, "save", refused)
    page = browser(invitation).post(url(invitation, "section", "secrets"), TYPED)
    assert page.status_code == 409
    assert "Not now." in page.text
    assert "It was not saved: copy it from here" in page.text
    assert "Three weeks of work." in page.text


def test_a_message_that_comes_too_late_is_told_with_whom_to_ask(
    unit: BusinessUnit, procurement: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = invited(make_assessment(unit))
    client = browser(invitation)
    ends_within(monkeypatch, threads, "say", invitation, procurement)
    page = client.post(url(invitation, "talk"), {"body": "We moved in May."})
    assert page.status_code == 401
    assert "We moved in May." in page.text
    assert "ask your contact at" in page.text
