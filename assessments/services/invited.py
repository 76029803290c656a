"""Invitations that are there: what events say about one, and its end with all that hangs on it."""

from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from accounts.scoping import NotAllowed
from assessments.events import portal as events
from assessments.models import Assessment, Delegation, Invitation, PortalSession
from assessments.selectors import portal
from assessments.services.locking import contact_id, lock, reason_given
from audit import clock
from audit.record import record

Ended = Invitation.Ended
#: What somebody says when they decline is cut to so many characters.
MOST_WORDS: Final = 2_000


def about(invitation: Invitation, assessment: Assessment) -> dict[str, Any]:
    """What every event about an invitation says."""
    return {
        "aggregate_id": assessment.pk,
        "unit_id": assessment.unit_id,
        "vendor_id": assessment.vendor_id,
        "invitation_id": invitation.pk,
        "contact_id": invitation.contact_id,
    }


def locked(invitation: Invitation) -> Invitation:
    """The invitation as it stands now, locked, with its contact and assessment."""
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("contact", "assessment")
        .get(pk=invitation.pk)
    )


def held(assessment: Assessment) -> list[Invitation]:
    """The invitations of an assessment that are not revoked, locked."""
    return list(portal.still_open(assessment).select_for_update(of=("self",)).order_by("pk"))


@transaction.atomic
def decline(*, invitation: Invitation, reason: str, by: Principal) -> None:
    """The contact is not the one to ask: nothing of the invitation works from now on.

    Those who asked are told (`assessments.services.notices`). Raises NotAllowed for anybody else,
    ReasonNeeded.
    """
    reason = reason_given(reason[:MOST_WORDS])
    assessment = lock(invitation.assessment)
    invitation = locked(invitation)
    if contact_id(by) != invitation.contact_id:
        raise NotAllowed(_("You are not invited to answer this any more."))
    end([invitation], assessment=assessment, reason=reason, how=Ended.DECLINED, by=by)


def end(
    invitations: Iterable[Invitation],
    *,
    assessment: Assessment,
    reason: str,
    how: str = Ended.REVOKED,
    by: Principal,
) -> None:
    """Revoke these, end their sessions and links, and take back what they had handed on."""
    now = clock.now()
    for one in invitations:
        if one.revoked_at is not None:
            continue
        one.revoked_at, one.revoked_because, one.ended_how = now, reason, how
        one.save(update_fields=["revoked_at", "revoked_because", "ended_how"])
        PortalSession.objects.filter(invitation=one, ended_at=None).update(ended_at=now)
        ended = events.Declined if how == Ended.DECLINED else events.Revoked
        record(ended(**about(one, assessment), reason=reason), by=by)
        below = list(
            Delegation.objects.filter(giver=one, taken_back_at=None).select_related(
                "taker__contact"
            )
        )
        Delegation.objects.filter(pk__in=[row.pk for row in below]).update(taken_back_at=now)
        Delegation.objects.filter(taker=one, taken_back_at=None).update(taken_back_at=now)
        end(
            left_with_nothing([row.taker for row in below]),
            assessment=assessment,
            reason=reason,
            how=Ended.TAKEN_BACK if how == Ended.TAKEN_BACK else Ended.REVOKED,
            by=by,
        )


def left_with_nothing(takers: Iterable[Invitation]) -> list[Invitation]:
    """Those of the takers who hold no section any more, each once."""
    found = {
        one.pk: one
        for one in takers
        if not one.whole and not Delegation.objects.filter(taker=one, taken_back_at=None).exists()
    }
    return list(found.values())
