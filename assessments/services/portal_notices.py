"""Writing to the vendor's people of what happened in the house: each is written to once.

Each letter that leads somewhere carries a new link, by which the one before stops working. What is
internal (reasons, notes, scores) is in none of them.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.utils import translation

from accounts.principal import SYSTEM
from accounts.zones import zone
from assessments.events import portal as events
from assessments.models import Assessment, Delegation, Invitation, Message
from assessments.selectors import portal
from assessments.selectors.assessments import answers_of
from assessments.selectors.threads import seen_by_contact, threads_of, unread_of_contact
from assessments.services import invitations, portal_letters
from assessments.services.invitations import NewLink, ends_on, make_link
from assessments.services.invited import about
from assessments.services.locking import lock
from audit import clock
from audit.errors import Refused
from audit.models import Event
from audit.record import record
from vendors.models import Finding

log = structlog.get_logger(__name__)

Status = Assessment.Status
#: Of messages they get one letter within this time, however many there are.
QUIET: Final = timedelta(hours=1)
#: What was written longer ago is not looked for any more.
_RECENT: Final = timedelta(days=2)
#: Nobody is reminded of what was due longer ago.
_LATE: Final = timedelta(days=30)
#: A letter names so many questions.
_NAMED: Final = 5
#: What happened to a finding -> the letter about it.
_OF_FINDINGS: Final = {
    "shared": "finding",
    "not_verified": "finding_stands",
    "dispute_rejected": "finding_stands",
    "reopened": "finding_stands",
}


def tell_of(*, event_id: UUID) -> None:
    """Write to those of the vendor's people whom an event concerns; twice is once."""
    event = Event.objects.get(id=event_id)
    match event.type:
        case "assessment.returned":
            _sent_back(event)
        case "assessment.cancelled":
            for one in portal.live().filter(assessment=event.aggregate_id):
                portal_letters.ended(invitation=one, letter="closed")
        case "invitation.revoked":
            one = _invitations().get(pk=event.data["invitation_id"])
            if one.ended_how == Invitation.Ended.TAKEN_BACK and one.contact.is_active:
                portal_letters.ended(invitation=one, letter="taken_back")
        case "assessment.said":
            if event.actor_kind != "contact" and not event.data["internal"]:
                for one in portal.live().filter(assessment=event.aggregate_id):
                    tell_of_messages(invitation=one)
        case "finding.changed" | "finding.closed":
            _of_finding(event)


def _invitations() -> QuerySet[Invitation]:
    return Invitation.objects.select_related("contact", "assessment__engagement")


def _sent_back(event: Event) -> None:
    assessment = Assessment.objects.select_related("questionnaire").get(pk=event.aggregate_id)
    if assessment.status != Status.RETURNED:
        return
    answers = answers_of(assessment)
    for one in _invitations().filter(
        assessment=assessment, revoked_at=None, contact__is_active=True
    ):
        scope = portal.scope_of(one)
        work = len(portal.queried(assessment, answers, scope))
        # Of what was sent back nothing is theirs.
        if not work and (assessment.rework is not None or not scope.whole):
            continue
        with transaction.atomic():
            link = _fresh(one, event, "returned", due_on=assessment.due_on)
            if link is not None:
                portal_letters.sent_back(
                    invitation=link.link.invitation,
                    link=link,
                    work=work,
                    words=assessment.status_reason,
                    by=SYSTEM,
                )


def _fresh(
    invitation: Invitation, event: Event, why: str, *, due_on: date | None
) -> NewLink | None:
    """A new link for an invitation that leads somewhere again; None where this event has already
    made one. Within a transaction."""
    assessment = lock(invitation.assessment)
    sent = Event.objects.filter(
        aggregate_type="assessment",
        aggregate_id=assessment.pk,
        type=events.LinkSent.type,
        data__invitation_id=str(invitation.pk),
        data__cause=str(event.id),
    )
    if sent.exists():
        return None
    one = _invitations().select_for_update(of=("self",)).get(pk=invitation.pk)
    one.due_on = due_on or one.due_on if why == "returned" else one.due_on
    one.ends_on, one.sent_at = ends_on(due_on, one.ends_on), clock.now()
    one.save(update_fields=["due_on", "ends_on", "sent_at"])
    record(events.LinkSent(**about(one, assessment), why=why, cause=event.id), by=SYSTEM)
    return make_link(one)


def tell_of_messages(*, invitation: Invitation) -> None:
    """One letter for all messages that a contact has not read, at most one within `QUIET`."""
    assessment = invitation.assessment
    last = portal_letters.last_of("message", invitation)
    if last is not None and last > clock.now() - QUIET:
        return
    mine = {item.key: item for item in portal.theirs(assessment, portal.scope_of(invitation))}
    unread = unread_of_contact(
        threads_of(assessment, vendor_side=True), seen_by_contact(assessment, invitation.contact_id)
    )
    fresh = {
        key: sum(last is None or one.written_at > last for one in said)
        for key, said in unread.items()
        if key in mine or (not key and invitation.whole)
    }
    count = sum(fresh.values())
    if not count:
        return
    with translation.override(invitation.language):
        language = translation.get_language() or "en"
        asked = [mine[key].question.text.text_for(language) for key in fresh if key in mine]
    with transaction.atomic():
        locked = lock(assessment)
        record(events.LinkSent(**about(invitation, locked), why="message"), by=SYSTEM)
        portal_letters.message(
            invitation=invitation,
            link=make_link(invitation),
            count=count,
            questions=asked[:_NAMED],
            by=SYSTEM,
        )


def tell_of_late_messages() -> None:
    """Now and then: the messages that came within the quiet time after a letter."""
    recent = Message.objects.filter(
        internal=False, written_by__isnull=False, written_at__gt=clock.now() - _RECENT
    )
    ids = recent.order_by().values("assessment").distinct()
    for one in portal.live().filter(assessment__in=ids).select_related("assessment__engagement"):
        tell_of_messages(invitation=one)


def remind_of_handed_on() -> None:
    """Now and then: one letter to each colleague of theirs whose day for a section is over where
    they are, with questions open. Whom the house has asked, the house reminds."""
    late = (
        # Sent back, or given more time: what was handed on then has a later day too.
        Delegation.objects.annotate(day=Greatest("due_on", "taker__due_on"))
        .filter(
            taken_back_at=None,
            done_at=None,
            day__lte=clock.today() + timedelta(days=1),
            day__gt=clock.today() - _LATE,
            giver__assessment__status__in=(Status.SENT, Status.RETURNED),
            taker__in=portal.live(),
            taker__whole=False,
        )
        .select_related("giver__assessment")
        .order_by("pk")
    )
    for one in late:
        try:
            _remind(one.taker_id, one.giver.assessment, one.day)
        except Refused as refused:
            # Revoked or handed in since: nothing to remind of, and the others are reminded.
            log.info("not_reminded", invitation_id=str(one.taker_id), reason=refused.code)


@transaction.atomic
def _remind(taker: UUID, assessment: Assessment, due_on: date) -> None:
    assessment = lock(assessment)
    invitation = _invitations().get(pk=taker)
    where = zone(invitation.contact.time_zone)
    reminded = invitation.reminded_at
    if clock.now().astimezone(where).date() <= due_on or (
        reminded is not None and reminded.astimezone(where).date() > due_on
    ):
        return
    if portal.left_to_do(assessment, answers_of(assessment), portal.scope_of(invitation)):
        invitations.remind(invitation=invitation, by=SYSTEM)


def _of_finding(event: Event) -> None:
    finding = Finding.objects.filter(pk=event.aggregate_id, shared=True).first()
    closed = event.type == "finding.closed"
    letter = "finding_closed" if closed else _OF_FINDINGS.get(event.data.get("how", ""))
    if finding is None or letter is None or finding.is_closed != closed:
        return
    write_of_finding(finding, portal.readers_of(finding), letter, event)


def write_of_finding(
    finding: Finding, readers: Iterable[Invitation], letter: str, event: Event
) -> None:
    """A letter about a finding to each of these, once per event."""
    for one in readers:
        with transaction.atomic():
            link = _fresh(one, event, "finding", due_on=finding.due_on)
            if link is not None:
                portal_letters.finding(
                    invitation=link.link.invitation,
                    link=link,
                    finding=finding,
                    letter=letter,
                    by=SYSTEM,
                )
