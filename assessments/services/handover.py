"""Who has an assessment in hand: its reviewer, and taking it back from where it is."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.selectors import people_who
from assessments.errors import NotAReviewer
from assessments.events import assessments as events
from assessments.models import Assessment
from assessments.services import invited
from assessments.services.locking import allow, lock, move, reason_given
from assessments.services.telling import about
from assessments.workflow import Action


@transaction.atomic
def choose_reviewer(*, assessment: Assessment, reviewer: User | None, by: Principal) -> Assessment:
    """Say who reviews it; None leaves it to whoever takes it up.

    Raises NotAReviewer for somebody who may not review in that unit.
    """
    allow(assessment, Action.HAND_OVER, by)
    assessment = lock(assessment)
    move(assessment, Action.HAND_OVER, by)
    if reviewer is not None and not _reviews(reviewer, assessment):
        raise NotAReviewer(
            _("%(name)s may not review assessments of this unit.") % {"name": reviewer}
        )
    if assessment.reviewer_id == (reviewer.pk if reviewer else None):
        return assessment
    assessment.reviewer = reviewer
    assessment.save(update_fields=["reviewer"])
    chosen = reviewer.pk if reviewer else None
    about(events.ReviewerChosen, assessment, by, reviewer=chosen)
    return assessment


@transaction.atomic
def put_back(*, assessment: Assessment, by: Principal) -> Assessment:
    """Give a review up: what is judged stays, and it waits for whoever takes it up next."""
    allow(assessment, Action.PUT_BACK, by)
    assessment = lock(assessment)
    move(assessment, Action.PUT_BACK, by)
    assessment.reviewer = None
    assessment.inputs_version += 1
    assessment.save(update_fields=["status", "reviewer", "inputs_version"])
    about(events.PutBack, assessment, by)
    return assessment


@transaction.atomic
def take_back(*, assessment: Assessment, reason: str, by: Principal) -> Assessment:
    """Take it back from the vendor, or from the reviewers before they begin.

    From the vendor it is a draft again: every invitation to it ends, with its links and sessions.
    Sending it makes new ones. What was submitted can be changed again, as far as it could before.
    """
    allow(assessment, Action.TAKE_BACK, by)
    reason = reason_given(reason)
    assessment = lock(assessment)
    if assessment.status == Assessment.Status.SENT:
        invited.end(
            invited.held(assessment),
            assessment=assessment,
            reason=reason,
            how=invited.Ended.TAKEN_BACK,
            by=by,
        )
    move(assessment, Action.TAKE_BACK, by)
    assessment.status_reason = reason
    assessment.inputs_version += 1
    assessment.save(update_fields=["status", "status_reason", "inputs_version"])
    about(events.TakenBack, assessment, by, reason=reason)
    return assessment


def _reviews(person: User, assessment: Assessment) -> bool:
    return people_who(Permission.REVIEW, assessment.unit_id).filter(pk=person.pk).exists()
