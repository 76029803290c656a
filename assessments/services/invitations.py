"""Asking people at the vendor: sending, sending again, chasing, more time, and taking it back.

Each function is one transaction under the lock of the assessment. A link is made new for every
letter; the one before stops working, so that only the last letter opens the door.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import mail
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from assessments.errors import NothingToAsk, NotPossibleNow
from assessments.events import portal as events
from assessments.events.assessments import TakenBack
from assessments.models import (
    Assessment,
    Invitation,
    PortalLink,
)
from assessments.selectors import portal
from assessments.services import portal_letters, telling
from assessments.services.invited import about, end, held, locked
from assessments.services.locking import lock, move, reason_given, user_id
from assessments.workflow import Action
from audit import clock
from audit.errors import Invalid, Refused
from audit.record import record
from vendors import written
from vendors.models import Contact

INVITE: Final = Permission.INVITE
_TOKEN_BYTES: Final = 32
_ASKABLE: Final = (Assessment.Status.DRAFT, Assessment.Status.SENT, Assessment.Status.RETURNED)
MOST_AT_ONCE: Final = 20


class NotInvited(Refused):
    """This invitation is revoked or over, or the contact is switched off."""

    code = "not_invited"


class MailIsSet(Refused):
    """Links are mailed here; nobody is shown one."""

    code = "mail_is_set"


@dataclass(frozen=True)
class NewLink:
    """A link that was just made. `token` is nowhere else: mailed or shown once, then gone."""

    link: PortalLink
    token: str = field(repr=False)

    @property
    def path(self) -> str:
        """Where it leads, below the address of this installation."""
        return reverse("portal:enter", args=[self.link.pk, self.token])


def hash_of(token: str) -> bytes:
    """SHA-256 of a token, 32 bytes. A token is 256 random bits, so it needs no slow hash."""
    return sha256(token.encode()).digest()


@transaction.atomic
def send(
    *,
    assessment: Assessment,
    contacts: Sequence[Contact],
    due_on: date | None = None,
    message: str = "",
    language: str = "",
    by: Principal,
) -> list[Invitation]:
    """Ask these contacts to answer all of the vendor's questions, and mail each of them a link.

    language: of the letter and the pages; "" takes each contact's own. A draft is with the vendor
    from now on. Who is invited already gets the new words, day and link. Raises Invalid per field,
    NothingToAsk, NotPossibleNow once it was handed in.
    """
    require(by, INVITE, assessment.unit_id)
    assessment = lock(assessment)
    people = _checked(assessment, contacts)
    message = _message(message)
    _refuse_past(due_on)
    if not portal.theirs(assessment, portal.EVERYTHING):
        raise NothingToAsk(_("None of the questions of this assessment is for the vendor."))
    if assessment.status not in _ASKABLE:
        raise NotPossibleNow(assessment, Action.SEND)
    if assessment.status == Assessment.Status.DRAFT:
        assessment.due_on = due_on or assessment.due_on
        _move(assessment, Action.SEND, by)
        telling.about(events.Sent, assessment, by)
    invited = [
        invite(
            assessment=assessment,
            contact=one,
            whole=True,
            due_on=due_on,
            message=message,
            language=language,
            by=by,
        )
        for one in people
    ]
    for one in invited:
        portal_letters.invitation(invitation=one, link=make_link(one), by=by)
    return invited


def invite(
    *,
    assessment: Assessment,
    contact: Contact,
    whole: bool,
    due_on: date | None,
    message: str,
    language: str = "",
    inviter: Contact | None = None,
    by: Principal,
) -> Invitation:
    """The invitation of one contact, new or renewed; the letter is the caller's, who has checked
    who may, and holds the lock of the assessment. `whole` widens what they hold."""
    now = clock.now()
    there = Invitation.objects.filter(
        assessment=assessment, contact=contact, revoked_at=None
    ).first()
    invitation = there or Invitation(
        assessment=assessment,
        contact=contact,
        whole=whole,
        invited_at=now,
        invited_by_id=user_id(by),
        invited_by_contact=inviter,
    )
    invitation.whole = invitation.whole or whole
    invitation.language = language or contact.language
    invitation.message, invitation.due_on, invitation.sent_at = message, due_on, now
    invitation.ends_on = ends_on(due_on, invitation.ends_on if there else None)
    invitation.save()
    record(
        events.Invited(
            **about(invitation, assessment),
            whole=invitation.whole,
            language=invitation.language,
            due_on=due_on,
            ends_on=invitation.ends_on,
            name=contact.name,
            email=contact.email,
            message=message,
        ),
        by=by,
    )
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, by: Principal) -> Invitation:
    """Mail a new link; the one before stops working. Raises NotInvited."""
    invitation, assessment = _usable(invitation, by)
    invitation.sent_at = clock.now()
    invitation.save(update_fields=["sent_at"])
    _record_link(invitation, assessment, "again", by)
    portal_letters.invitation(invitation=invitation, link=make_link(invitation), by=by)
    return invitation


@transaction.atomic
def remind(*, invitation: Invitation, by: Principal) -> Invitation:
    """Chase: a letter that says what is open and until when, with a new link."""
    invitation, assessment = _usable(invitation, by)
    if not portal.held_by_vendor(assessment):
        raise NotPossibleNow(assessment, Action.SAVE)
    invitation.reminded_at = invitation.sent_at = clock.now()
    invitation.save(update_fields=["reminded_at", "sent_at"])
    _record_link(invitation, assessment, "reminder", by)
    portal_letters.reminder(
        invitation=invitation, link=make_link(invitation), assessment=assessment, by=by
    )
    return invitation


@transaction.atomic
def hand_over(*, invitation: Invitation, by: Principal) -> NewLink:
    """A link to show to an administrator, where no mail can be sent. Raises MailIsSet."""
    require(by, Permission.MANAGE_MEMBERS, invitation.assessment.unit_id)
    if mail.is_configured():
        raise MailIsSet(_("Links are sent by mail here. Send the invitation again instead."))
    invitation, assessment = _usable(invitation, by)
    _record_link(invitation, assessment, "handed_over", by)
    return make_link(invitation)


@transaction.atomic
def extend(*, invitation: Invitation, due_on: date, by: Principal) -> Invitation:
    """Another day until which they are asked to answer. Raises Invalid, NotInvited if revoked."""
    require(by, INVITE, invitation.assessment.unit_id)
    _refuse_past(due_on)
    assessment = lock(invitation.assessment)
    invitation = locked(invitation)
    if invitation.revoked_at is not None:
        raise NotInvited(_("This invitation was revoked. Invite the contact again."))
    invitation.due_on, invitation.ends_on = due_on, ends_on(due_on, None)
    invitation.save(update_fields=["due_on", "ends_on"])
    record(
        events.Extended(**about(invitation, assessment), due_on=due_on, ends_on=invitation.ends_on),
        by=by,
    )
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, reason: str, by: Principal) -> None:
    """No link and no session of it works from now on; what was handed on from it neither."""
    require(by, INVITE, invitation.assessment.unit_id)
    reason = reason_given(reason)
    assessment = lock(invitation.assessment)
    end([locked(invitation)], assessment=assessment, reason=reason, by=by)
    _take_back_if_nobody_is_left(assessment, reason, by)


@transaction.atomic
def revoke_all(*, assessment: Assessment, reason: str, by: Principal) -> int:
    """Revoke every invitation of an assessment; it is with the house again. How many it were."""
    require(by, INVITE, assessment.unit_id)
    reason = reason_given(reason)
    assessment = lock(assessment)
    rows = held(assessment)
    end(rows, assessment=assessment, reason=reason, how=Invitation.Ended.TAKEN_BACK, by=by)
    _take_back_if_nobody_is_left(assessment, reason, by)
    return len(rows)


def make_link(invitation: Invitation) -> NewLink:
    """A new link for an invitation; those before stop working. Within a transaction."""
    now = clock.now()
    PortalLink.objects.filter(invitation=invitation, used_at=None, replaced_at=None).update(
        replaced_at=now
    )
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    link = PortalLink.objects.create(
        invitation=invitation,
        token_hash=hash_of(token),
        made_at=now,
        expires_at=now + timedelta(hours=settings.PORTAL_LINK_HOURS),
    )
    return NewLink(link, token)


def _take_back_if_nobody_is_left(assessment: Assessment, reason: str, by: Principal) -> None:
    if assessment.status == Assessment.Status.SENT and not portal.still_open(assessment).exists():
        _move(assessment, Action.TAKE_BACK, by)
        telling.about(TakenBack, assessment, by, reason=reason)


def _move(assessment: Assessment, action: Action, by: Principal) -> None:
    move(assessment, action, by)
    assessment.inputs_version += 1
    assessment.save(update_fields=["status", "due_on", "inputs_version"])


def _record_link(invitation: Invitation, assessment: Assessment, why: str, by: Principal) -> None:
    record(events.LinkSent(**about(invitation, assessment), why=why), by=by)


def _usable(invitation: Invitation, by: Principal) -> tuple[Invitation, Assessment]:
    """The invitation and its assessment, locked, if a letter about it makes sense."""
    require(by, INVITE, invitation.assessment.unit_id)
    assessment = lock(invitation.assessment)
    invitation = locked(invitation)
    if not portal.is_live(invitation):
        raise NotInvited(_("This invitation is revoked or over. Invite the contact again."))
    return invitation, assessment


def _checked(assessment: Assessment, contacts: Sequence[Contact]) -> list[Contact]:
    people = {one.pk: one for one in contacts}
    if not people:
        raise Invalid(
            _("Choose who is asked."), errors={"contacts": [_("Choose at least one contact.")]}
        )
    if len(people) > MOST_AT_ONCE:
        raise Invalid(_("Too many."), errors={"contacts": [_("Choose at most 20 contacts.")]})
    for one in people.values():
        if one.vendor_id != assessment.vendor_id or not one.is_active:
            raise Invalid(
                _("Choose who is asked."),
                errors={"contacts": [_("%(name)s cannot be asked.") % {"name": one.name}]},
            )
    return list(people.values())


def _message(message: str) -> str:
    try:
        return written.text(message, most=4_000)
    except ValueError as error:
        raise Invalid(str(error), errors={"message": [str(error)]}) from error


def _refuse_past(due_on: date | None) -> None:
    if due_on is not None and due_on < clock.today():
        words = _("Choose a day that has not passed.")
        raise Invalid(words, errors={"due_on": [words]})


def ends_on(due_on: date | None, before: date | None) -> date:
    """The last day of an invitation: some weeks after the due day, never earlier than it was."""
    found = (due_on or clock.today()) + timedelta(days=settings.PORTAL_INVITATION_DAYS)
    return max(found, before) if before else found
