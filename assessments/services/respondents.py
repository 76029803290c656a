"""Who may answer and hand in: the house by permission, a vendor's contact by their invitation.

A contact's principal carries no permission. What they may do is read from the database, under the
lock of the assessment, so that an invitation that was just revoked is worth nothing.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.principal import Principal
from accounts.scoping import NotAllowed
from assessments.errors import Frozen, InvalidAnswers
from assessments.models import Assessment, Invitation
from assessments.selectors import portal
from assessments.services.locking import contact_id
from assessments.workflow import Action
from audit import clock


def require_scope(by: Principal, locked: Assessment, keys: Iterable[str]) -> None:
    """Raise unless these questions are `by`'s to answer now.

    NotAllowed without an invitation, Frozen while it is not with the vendor, InvalidAnswers for
    what is not theirs (said as if it were not asked at all).
    """
    if by.kind != "contact":
        return
    invitation = invitation_of(by, locked)
    if not portal.held_by_vendor(locked):
        raise Frozen(locked, Action.SAVE)
    mine = {item.key for item in portal.theirs(locked, portal.scope_of(invitation))}
    foreign = [key for key in keys if key not in mine]
    if foreign:
        raise InvalidAnswers(
            {key: _("This assessment does not ask this question.") for key in foreign}
        )


def invitation_of(by: Principal, assessment: Assessment) -> Invitation:
    """The live invitation of the contact `by`. Raises NotAllowed."""
    mine = contact_id(by)
    invitation = portal.live_of(mine, assessment) if mine else None
    if invitation is None:
        raise NotAllowed(_("You are not invited to answer this any more."))
    return invitation


def whole_of(by: Principal, assessment: Assessment) -> Invitation:
    """The same where everything is theirs. Raises NotAllowed for who holds some sections only."""
    invitation = invitation_of(by, assessment)
    if not invitation.whole:
        raise NotAllowed(_("Only who was asked to answer everything can do this."))
    return invitation


def note_answer(by: Principal, assessment: Assessment) -> None:
    """Remember when a contact gave their first answer."""
    mine = contact_id(by)
    if mine is not None:
        Invitation.objects.filter(
            assessment=assessment, contact=mine, revoked_at=None, first_answer_at=None
        ).update(first_answer_at=clock.now())
