"""Taking hold of an assessment, and moving it from status to status."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.principal import Principal
from assessments import workflow
from assessments.errors import Frozen, NotPossibleNow, PersonNeeded, ReasonNeeded
from assessments.models import Assessment


def lock(assessment: Assessment) -> Assessment:
    """The assessment as it stands now, locked until the end of the transaction (one query)."""
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("questionnaire")
        .defer("questionnaire__content")
        .get(pk=assessment.pk)
    )


def move(assessment: Assessment, action: workflow.Action) -> None:
    """Set the status that follows `action`. Raises NotPossibleNow (Frozen for saving)."""
    try:
        assessment.status = workflow.next_status(assessment.status, action)
    except workflow.ActionNotAllowed as error:
        refusal = Frozen if action is workflow.Action.SAVE else NotPossibleNow
        raise refusal(assessment, action) from error


def user_id(by: Principal) -> UUID | None:
    """Who it was, where a column wants a user; None for API clients and the system."""
    return UUID(by.id) if by.kind == "user" else None


def person_id(by: Principal) -> UUID:
    """Who it was, where it has to be a person. Raises PersonNeeded."""
    found = user_id(by)
    if found is None:
        raise PersonNeeded(_("This has to be done by a person who is signed in."))
    return found


def reason_given(reason: str) -> str:
    """The reason without blanks around it. Raises ReasonNeeded when nothing is left."""
    reason = reason.strip()
    if not reason:
        raise ReasonNeeded
    return reason
