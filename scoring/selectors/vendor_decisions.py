"""What holds for a vendor: the decisions on its engagements that go on, read for each request."""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.statements import Statement
from assessments.models import Assessment
from scoring.selectors.decisions import (
    Known,
    assessments_of,
    counting_among,
    current_of_many,
    latest_of,
)
from scoring.verdicts import worst_first
from vendors.models import Engagement
from vendors.selectors import engagements_visible_to


def _all(principal: Principal, vendor_id: UUID) -> QuerySet[Engagement]:
    # Engagements move along when records are merged, so all of them are under this id.
    rows = engagements_visible_to(principal, Permission.READ_SCORES).select_related(None)
    return rows.filter(vendor=vendor_id)


_GOING: Final = Statement(
    lambda principal, vendor_id: (
        _all(principal, vendor_id)
        .exclude(status=Engagement.Status.ENDED)
        .only("vendor_id", "status")
    )
)
# These two of ended ones as well, so that one which ends in between does not seem undecided.
_COUNTING: Final = Statement(
    lambda principal, vendor_id: _briefly(assessments_of(_all(principal, vendor_id).values("pk")))
)
_DECIDED: Final = Statement(
    lambda principal, vendor_id: latest_of(_all(principal, vendor_id).values("pk"))
)


def of_vendor(principal: Principal, vendor_id: UUID) -> list[Known]:
    """What holds for each engagement of a vendor that goes on, what stops most first."""
    going = _GOING.rows(principal, vendor_id)
    if not going:
        return []
    known = current_of_many(
        going,
        counting_among(_COUNTING.rows(principal, vendor_id)),
        _DECIDED.rows(principal, vendor_id),
    )
    return sorted(known.values(), key=lambda one: (worst_first(one.state), str(one.engagement.pk)))


def _briefly(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Of assessments and scores only what a decision is judged by."""
    now = ("assessment_id", "score_id", "inputs_version", "status", "band", "points", "figures")
    return (
        rows.select_related(None)
        .defer(None)
        .select_related("current_score__score")
        .only(
            "engagement_id",
            "status",
            "inputs_version",
            *(f"current_score__{name}" for name in now),
            "current_score__score__figures",
        )
    )
