"""Reading how far a step for many at once has come."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.principal import Principal
from assessments.models import TogetherRun


def runs_of(principal: Principal) -> QuerySet[TogetherRun]:
    """Those that this person asked for."""
    if principal.kind != "user":
        return TogetherRun.objects.none()
    return TogetherRun.objects.filter(asked_by=UUID(principal.id)).select_related("asked_by")
