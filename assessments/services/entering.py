"""Coming in: a link is looked at (which changes nothing), then spent once for a session.

A session belongs to one invitation and one browser. Its token, like that of a link, is 256 random
bits of which only the SHA-256 is kept; both are compared in constant time.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hmac import compare_digest
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.principal import SYSTEM
from assessments.events import portal as events
from assessments.models import Assessment, Invitation, PortalLink, PortalSession
from assessments.selectors import portal
from assessments.services import portal_letters
from assessments.services.invitations import hash_of, make_link
from assessments.services.invited import about
from assessments.services.locking import lock
from audit import clock
from audit.record import record

#: So many wrong tokens lock a link.
MOST_WRONG: Final = 5
_SEEN_EVERY: Final = timedelta(minutes=1)


class LinkState(StrEnum):
    """What a link is worth. The value names the page that says so."""

    OPEN = "open"
    USED = "used"
    REPLACED = "replaced"
    EXPIRED = "expired"
    REVOKED = "revoked"
    TAKEN_BACK = "taken_back"
    DECLINED = "declined"
    LOCKED = "locked"
    UNKNOWN = "unknown"


#: The invitation has ended, so no fresh link is made.
OVER: Final = frozenset({LinkState.REVOKED, LinkState.TAKEN_BACK, LinkState.DECLINED})


@dataclass(frozen=True)
class Looked:
    """A link as it was found; `invitation` only where the token is right."""

    state: LinkState
    invitation: Invitation | None = None


@dataclass(frozen=True)
class Entry:
    """A session that has just begun. `token` goes into the cookie and is nowhere else."""

    session: PortalSession
    token: str = field(repr=False)


def look(*, link_id: UUID, token: str) -> Looked:
    """What this link is worth now; writes nothing."""
    link = PortalLink.objects.select_related("invitation__contact").filter(pk=link_id).first()
    if link is None:
        return Looked(LinkState.UNKNOWN)
    right = compare_digest(bytes(link.token_hash), hash_of(token))
    if link.wrong >= MOST_WRONG:
        return Looked(LinkState.LOCKED, link.invitation if right else None)
    if not right:
        return Looked(LinkState.UNKNOWN)
    return Looked(_state(link), link.invitation)


def _state(link: PortalLink) -> LinkState:
    """Of a link whose token is right."""
    if not portal.is_live(link.invitation):
        return ended_state(link.invitation)
    if link.used_at is not None:
        return LinkState.USED
    if link.replaced_at is not None:
        return LinkState.REPLACED
    if link.expires_at <= clock.now():
        return LinkState.EXPIRED
    return LinkState.OPEN


def ended_state(invitation: Invitation) -> LinkState:
    """How an invitation that is not live came to its end."""
    return LinkState(invitation.ended_how or LinkState.REVOKED)


def enter(*, link_id: UUID, token: str) -> Entry | Looked:
    """Spend a link: the session it opens, or why it opens none. A wrong token is counted."""
    looked = look(link_id=link_id, token=token)
    if looked.state is LinkState.UNKNOWN:
        return _wrong(link_id)
    if looked.state is not LinkState.OPEN or looked.invitation is None:
        return looked
    with transaction.atomic():
        assessment = lock(looked.invitation.assessment)
        link = (
            PortalLink.objects.select_for_update(of=("self",))
            .select_related("invitation__contact")
            .get(pk=link_id)
        )
        state = _state(link)
        if state is not LinkState.OPEN:
            return Looked(state, link.invitation)
        now = clock.now()
        link.used_at = now
        link.save(update_fields=["used_at"])
        return _begin(link.invitation, assessment)


def _begin(invitation: Invitation, assessment: Assessment) -> Entry:
    now, token = clock.now(), secrets.token_urlsafe(32)
    session = PortalSession.objects.create(
        invitation=invitation,
        token_hash=hash_of(token),
        started_at=now,
        seen_at=now,
        ends_at=now + timedelta(hours=settings.PORTAL_SESSION_HOURS),
    )
    invitation.opened_at = invitation.opened_at or now
    invitation.last_seen_at = now
    invitation.save(update_fields=["opened_at", "last_seen_at"])
    record(
        events.Entered(**about(invitation, assessment)),
        by=portal.principal_of(invitation.contact),
    )
    return Entry(session, token)


@transaction.atomic
def _wrong(link_id: UUID) -> Looked:
    link = (
        PortalLink.objects.select_for_update(of=("self",))
        .select_related("invitation__assessment", "invitation__contact")
        .filter(pk=link_id)
        .first()
    )
    if link is None:
        return Looked(LinkState.UNKNOWN)
    link.wrong = min(link.wrong + 1, MOST_WRONG)
    link.save(update_fields=["wrong"])
    if link.wrong < MOST_WRONG:
        return Looked(LinkState.UNKNOWN)
    # Nobody has proved to be the contact: the house itself locks it.
    assessment = lock(link.invitation.assessment)
    record(events.LinkLocked(**about(link.invitation, assessment)), by=SYSTEM)
    return Looked(LinkState.LOCKED)


def resume(*, invitation_id: UUID, token: str) -> PortalSession | None:
    """The session of this cookie, if it still goes on; notes that somebody is there."""
    session = (
        PortalSession.objects.select_related(
            "invitation__contact",
            "invitation__assessment__questionnaire",
            "invitation__assessment__vendor",
            "invitation__assessment__engagement",
            "invitation__assessment__unit",
        )
        .defer("invitation__assessment__questionnaire__content")
        .filter(token_hash=hash_of(token), invitation=invitation_id)
        .first()
    )
    now = clock.now()
    if session is None or not goes_on(session):
        return None
    if session.seen_at < now - _SEEN_EVERY:
        PortalSession.objects.filter(pk=session.pk).update(seen_at=now)
        Invitation.objects.filter(pk=session.invitation_id).update(last_seen_at=now)
    return session


def known(*, invitation_id: UUID, token: str) -> Invitation | None:
    """The invitation of this cookie, whether or not its session still goes on."""
    session = (
        PortalSession.objects.select_related("invitation__contact", "invitation__assessment")
        .filter(token_hash=hash_of(token), invitation=invitation_id)
        .first()
    )
    return session.invitation if session is not None else None


def goes_on(session: PortalSession) -> bool:
    """Whether a session has neither ended, nor idled too long, nor lost its invitation."""
    now = clock.now()
    idle = timedelta(minutes=settings.PORTAL_IDLE_MINUTES)
    return (
        session.ended_at is None
        and session.ends_at > now
        and session.seen_at > now - idle
        and portal.is_live(session.invitation)
    )


@transaction.atomic
def leave(*, session: PortalSession) -> None:
    """End a session."""
    invitation = session.invitation
    assessment = lock(invitation.assessment)
    ended = PortalSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=clock.now())
    if ended:
        record(
            events.Left(**about(invitation, assessment)),
            by=portal.principal_of(invitation.contact),
        )


def ask_for_link(*, email: str) -> int:
    """Mail a fresh link for every invitation that this address can use. How many it were, which
    whoever asks must not be told."""
    found = portal.live_by_address(email)
    for invitation in found:
        _fresh(invitation)
    return len(found)


@transaction.atomic
def _fresh(invitation: Invitation) -> None:
    assessment = lock(invitation.assessment)
    by = portal.principal_of(invitation.contact)
    record(events.LinkSent(**about(invitation, assessment), why="asked"), by=by)
    portal_letters.fresh(invitation=invitation, link=make_link(invitation), by=by)


def set_language(*, invitation: Invitation, language: str) -> None:
    """Letters and pages of this invitation go on in another language."""
    if language in dict(settings.LANGUAGES) and language != invitation.language:
        Invitation.objects.filter(pk=invitation.pk).update(language=language)
