"""What the vendor's people are written to, and what ours are told of them."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from accounts.models import BusinessUnit, Letter, Notification
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from accounts.services.letters import said_in
from assessments.errors import ReasonNeeded
from assessments.models import Assessment, Invitation
from assessments.selectors.threads import (
    seen_by_contact,
    seen_by_user,
    threads_of,
    unread_of_contact,
    unread_of_user,
)
from assessments.services import (
    answers,
    assessments,
    delegations,
    entering,
    handover,
    invitations,
    invited,
    portal_notices,
    threads,
    vendor_notices,
)
from assessments.services.answers import AnswerInput
from assessments.services.entering import Entry, LinkState
from audit import clock, dispatch
from audit.models import Event
from tests.factories.assessments import make_assessment
from tests.factories.findings import make_finding
from tests.factories.portal import (
    answer_theirs,
    make_contact,
    new_link,
    principal_of,
)
from tests.factories.portal import (
    invited as invite,
)
from tests.personas import Person
from vendors.models import Finding
from vendors.services import finding_answers, findings, remediation
from vendors.services import notices as of_vendors

pytestmark = pytest.mark.django_db


def react() -> None:
    """What the workers do for the vendor's people with all that has happened so far."""
    tasks = {
        "assessments.write_to_vendor": portal_notices.tell_of,
        "assessments.notify_of_vendor": vendor_notices.tell_of,
        "vendors.notify": of_vendors.tell_of,
    }
    for event in Event.objects.order_by("position"):
        for name in dispatch.routes().get(event.type, ()):
            if name in tasks:
                tasks[name](event_id=event.id)


def letters(name: str) -> list[Letter]:
    return list(Letter.objects.filter(template=f"portal/email/{name}").order_by("pk"))


def kinds(person: Person) -> list[str]:
    rows = Notification.objects.filter(user=person.user).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def with_vendor(unit: BusinessUnit, by: Person) -> Invitation:
    assessment = make_assessment(unit, by=by.principal)
    [one] = invitations.send(
        assessment=assessment, contacts=[make_contact(assessment.vendor)], by=by.principal
    )
    return one


def sent_back(unit: BusinessUnit, legal: Person) -> Invitation:
    invitation = invite(make_assessment(unit))
    assessment = invitation.assessment
    answers.save(
        assessment=assessment,
        values={
            "assigns": AnswerInput("yes"),
            "staff": AnswerInput("3"),
            "watched": AnswerInput("yes"),
        },
        by=SYSTEM,
    )
    answer_theirs(assessment, principal_of(invitation))
    assessments.submit(assessment=assessment, by=principal_of(invitation))
    assessments.take(assessment=assessment, by=legal.principal)
    assessments.send_back(
        assessment=assessment,
        reason="Please name the register.",
        keys=["discloses", "measures", "assigns"],
        by=legal.principal,
    )
    return invitation


def test_sending_back_writes_how_many_of_their_questions_need_work_with_a_link_that_works(
    unit: BusinessUnit, legal: Person
) -> None:
    sent_back(unit, legal)
    with time_machine.travel(clock.now() + timedelta(days=90)):
        # The invitation was over long ago; it leads in again.
        react()
        react()
        [letter] = letters("sent_back")
        said = said_in(letter).text
        assert "look at 2 questions again" in said
        assert "Please name the register." in said
        assert legal.user.name not in said
        path = next(word for word in said.split() if "/portal/enter/" in word)
        *_start, link, token = path.rstrip("/").split("/")
        assert isinstance(entering.enter(link_id=UUID(link), token=token), Entry)


def test_a_colleague_of_whose_section_nothing_came_back_gets_no_letter(
    unit: BusinessUnit, legal: Person
) -> None:
    invitation = sent_back(unit, legal)
    delegations.hand_on(
        assessment=invitation.assessment,
        section="secrets",
        name="Minh",
        email="minh@vendor.example",
        by=principal_of(invitation),
    )
    react()
    assert {one.to for one in letters("sent_back")} == {
        invitation.contact.email,
        "minh@vendor.example",
    }
    said = [said_in(one).text for one in letters("sent_back") if one.to == "minh@vendor.example"]
    assert "look at 1 question again" in said[0]


def test_taking_it_back_ends_links_and_visits_at_once_and_says_so(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = with_vendor(unit, procurement)
    link, second = new_link(invitation), None
    came = entering.enter(link_id=link.link.pk, token=link.token)
    assert isinstance(came, Entry)
    second = new_link(invitation)
    handover.take_back(
        assessment=invitation.assessment, reason="SECRET reason", by=procurement.principal
    )
    assert entering.resume(invitation_id=invitation.pk, token=came.token) is None
    ended = entering.known(invitation_id=invitation.pk, token=came.token)
    assert ended is not None
    assert entering.ended_state(ended) is LinkState.TAKEN_BACK
    looked = entering.look(link_id=second.link.pk, token=second.token)
    assert looked.state is LinkState.TAKEN_BACK
    react()
    react()
    [letter] = letters("taken_back")
    assert letter.to == invitation.contact.email
    assert "SECRET" not in said_in(letter).text
    # Sent once more, it leads in again.
    assessment = Assessment.objects.get(pk=invitation.assessment_id)
    [again] = invitations.send(
        assessment=assessment, contacts=[invitation.contact], by=procurement.principal
    )
    fresh = new_link(again)
    assert isinstance(entering.enter(link_id=fresh.link.pk, token=fresh.token), Entry)


def test_an_assessment_that_is_cancelled_is_told_without_the_reason(
    unit: BusinessUnit, procurement: Person
) -> None:
    invitation = with_vendor(unit, procurement)
    assessments.cancel(assessment=invitation.assessment, reason="SECRET", by=procurement.principal)
    react()
    react()
    [letter] = letters("closed")
    assert "SECRET" not in said_in(letter).text


def test_messages_within_an_hour_are_one_letter_and_the_rest_another(
    unit: BusinessUnit, legal: Person
) -> None:
    invitation = invite(make_assessment(unit))
    assessment = invitation.assessment

    def say(key: str, *, internal: bool = False) -> None:
        threads.say(
            assessment=assessment,
            question_key=key,
            body="SECRET body",
            internal=internal,
            by=legal.principal,
        )
        react()

    say("discloses", internal=True)
    assert letters("message") == []
    say("discloses")
    say("discloses")
    say("measures")
    [first] = letters("message")
    assert "1 message " in said_in(first).text
    assert "How fast are inventions disclosed?" in said_in(first).text
    portal_notices.tell_of_late_messages()
    assert len(letters("message")) == 1
    with time_machine.travel(clock.now() + timedelta(minutes=70)):
        portal_notices.tell_of_late_messages()
        portal_notices.tell_of_late_messages()
    _first, second = letters("message")
    assert "2 messages " in said_in(second).text
    assert all("SECRET" not in said_in(one).text for one in letters("message"))


def test_what_was_read_is_not_written_of(unit: BusinessUnit, legal: Person) -> None:
    invitation = invite(make_assessment(unit))
    assessment, contact = invitation.assessment, invitation.contact
    message = threads.say(
        assessment=assessment,
        question_key="discloses",
        body="Which one?",
        internal=False,
        by=legal.principal,
    )
    talk = threads_of(assessment, vendor_side=True)
    assert list(unread_of_contact(talk, seen_by_contact(assessment, contact.pk))) == ["discloses"]
    threads.note_seen(
        assessment=assessment,
        question_key="discloses",
        last=message.pk,
        contact=contact,
        by=principal_of(invitation),
    )
    assert unread_of_contact(talk, seen_by_contact(assessment, contact.pk)) == {}
    react()
    assert letters("message") == []


def test_each_reader_of_the_house_has_their_own_mark(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    invitation = invite(make_assessment(unit))
    assessment = invitation.assessment
    message = threads.say(
        assessment=assessment,
        question_key="discloses",
        body="A question back",
        internal=False,
        by=principal_of(invitation),
    )
    threads.note_seen(
        assessment=assessment,
        question_key="discloses",
        last=message.pk,
        contact=None,
        by=legal.principal,
    )
    talk = threads_of(assessment, vendor_side=False)

    def unread(person: Person) -> list[str]:
        seen = seen_by_user(assessment, person.user.pk)
        return list(unread_of_user(talk, seen, person.user.pk))

    assert (unread(legal), unread(procurement)) == ([], ["discloses"])


def test_a_contact_declines_and_who_asked_is_told(
    unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    invitation = with_vendor(unit, procurement)
    by = principal_of(invitation)
    with pytest.raises(ReasonNeeded):
        invited.decline(invitation=invitation, reason=" ", by=by)
    with pytest.raises(NotAllowed):
        invited.decline(invitation=invitation, reason="No", by=procurement.principal)
    invited.decline(invitation=invitation, reason="Ask Minh, please.", by=by)
    invitation.refresh_from_db()
    assert invitation.ended_how == "declined"
    react()
    assert kinds(procurement) == ["vendor_unreached"]
    assert kinds(legal) == []


def test_an_address_that_takes_no_letters_is_told_of_once(
    unit: BusinessUnit, procurement: Person
) -> None:
    with_vendor(unit, procurement)
    Letter.objects.filter(template="portal/email/invitation").update(state=Letter.State.REFUSED)
    vendor_notices.tell_of_refused_letters()
    vendor_notices.tell_of_refused_letters()
    assert kinds(procurement) == ["vendor_unreached"]


def test_a_finding_that_is_shared_reaches_who_was_asked_and_keeps_the_way_in_open(
    unit: BusinessUnit, legal: Person
) -> None:
    invitation = invite(make_assessment(unit))
    finding = make_finding(vendor=invitation.assessment.vendor, unit=unit, title="Open share")
    finding_answers.share(
        finding=finding, version=1, shared=True, word="Please close it.", by=legal.principal
    )
    react()
    react()
    [letter] = letters("finding")
    said = said_in(letter).text
    assert "Open share" in said
    assert "Please close it." in said
    link = new_link(invitation)
    with time_machine.travel(clock.now() + timedelta(days=400)):
        late = new_link(invitation)
        assert entering.look(link_id=late.link.pk, token=late.token).state is LinkState.OPEN
        finding.refresh_from_db()
        findings.close(
            finding=finding,
            version=finding.version,
            reason="SECRET reason",
            verified_by=legal.user,
            by=legal.principal,
        )
        assert entering.look(link_id=late.link.pk, token=late.token).state is LinkState.REVOKED
    assert link.link.pk != late.link.pk


def test_what_is_not_put_right_and_what_is_settled_is_told_in_words_for_the_vendor(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    invitation = invite(make_assessment(unit))
    contact, by = invitation.contact, principal_of(invitation)
    finding = make_finding(vendor=contact.vendor, unit=unit)
    Finding.objects.filter(pk=finding.pk).update(owner=legal.user)
    finding_answers.share(finding=finding, version=1, shared=True, by=legal.principal)
    finding.refresh_from_db()
    finding_answers.respond(
        finding=finding,
        version=finding.version,
        response="Done.",
        done=True,
        contact=contact,
        by=by,
    )
    react()
    assert "finding_answered" in kinds(legal)
    finding.refresh_from_db()
    remediation.verify(
        finding=finding,
        version=finding.version,
        holds=False,
        reason="SECRET reason",
        word="The share is still open.",
        by=procurement.principal,
    )
    react()
    finding.refresh_from_db()
    findings.close(
        finding=finding,
        version=finding.version,
        reason="SECRET reason",
        verified_by=legal.user,
        by=procurement.principal,
    )
    react()
    [stands], [closed] = letters("finding_stands"), letters("finding_closed")
    assert "The share is still open." in said_in(stands).text
    assert all("SECRET" not in said_in(one).text for one in (stands, closed))


def test_an_internal_finding_is_written_of_to_nobody(unit: BusinessUnit, legal: Person) -> None:
    invitation = invite(make_assessment(unit))
    finding = make_finding(vendor=invitation.assessment.vendor, unit=unit)
    findings.close(
        finding=finding,
        version=finding.version,
        reason="No matter",
        verified_by=legal.user,
        by=legal.principal,
    )
    react()
    assert letters("finding_closed") == []
