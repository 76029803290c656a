"""Taking hold of an assessment, and moving it from status to status."""

from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from assessments import workflow
from assessments.errors import Frozen, NotPossibleNow, NotYours, PersonNeeded, ReasonNeeded
from assessments.models import Assessment
from assessments.workflow import Action, Role

#: The permissions that make somebody in the house what `assessments.workflow` calls a role.
_PERMISSIONS: Final = {
    Role.PROCUREMENT: (Permission.ANSWER, Permission.OPEN_ASSESSMENTS),
    Role.REVIEWER: (Permission.REVIEW,),
    Role.ADMINISTRATOR: (Permission.OPEN_ASSESSMENTS, Permission.MANAGE_MEMBERS),
}


def roles_of(by: Principal, unit_id: UUID) -> frozenset[Role]:
    """What somebody is to the assessments of a unit.

    A contact holds no permission: whether theirs is an invitation to this assessment is proved
    where they come in.
    """
    if by.kind == "system":
        return frozenset({Role.SYSTEM})
    if by.kind == "contact":
        return frozenset({Role.CONTACT})
    return frozenset(
        role
        for role, needed in _PERMISSIONS.items()
        if all(by.can(permission, unit_id) for permission in needed)
    )


def allow(assessment: Assessment, action: Action, by: Principal) -> None:
    """Raise NotYours when nobody like `by` ever does this to an assessment of that unit."""
    if workflow.who_may(action).isdisjoint(roles_of(by, assessment.unit_id)):
        raise NotYours(action)


def lock(assessment: Assessment) -> Assessment:
    """The assessment as it stands now, locked until the end of the transaction (one query)."""
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("questionnaire")
        .defer("questionnaire__content")
        .get(pk=assessment.pk)
    )


def move(assessment: Assessment, action: Action, by: Principal) -> None:
    """Set the status that follows `action`.

    Raises NotPossibleNow (Frozen for saving), or NotYours where it is for others.
    """
    roles = roles_of(by, assessment.unit_id)
    try:
        assessment.status = workflow.next_status(assessment.status, action, roles)
    except workflow.RoleNotAllowed as error:
        raise NotYours(action, assessment.status) from error
    except workflow.ActionNotAllowed as error:
        refusal = Frozen if action is Action.SAVE else NotPossibleNow
        raise refusal(assessment, action) from error


def user_id(by: Principal) -> UUID | None:
    """Who it was, where a column wants a user; None for API clients and the system."""
    return UUID(by.id) if by.kind == "user" else None


def client_id(by: Principal) -> UUID | None:
    """Who it was, where a column wants an API client."""
    return UUID(by.id) if by.kind == "client" else None


def contact_id(by: Principal) -> UUID | None:
    """Who it was, where a column wants a vendor's contact."""
    return UUID(by.id) if by.kind == "contact" else None


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
