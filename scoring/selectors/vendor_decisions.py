"""What holds for a vendor: the decisions on its engagements that go on, read for each request."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from assessments.models import Assessment
from scoring.selectors.decisions import Known, counting_of, current_of_many
from scoring.verdicts import worst_first
from vendors.models import Engagement
from vendors.selectors import engagements_visible_to


def of_vendor(principal: Principal, vendor_id: UUID) -> list[Known]:
    """What holds for each engagement of a vendor that goes on, what stops most first."""
    rows = engagements_visible_to(principal, Permission.READ_SCORES).select_related(None)
    # Engagements move along when records are merged, so all of them are under this id.
    going = {
        one.pk: one for one in rows.filter(vendor=vendor_id).exclude(status=Engagement.Status.ENDED)
    }
    known = current_of_many(going.values(), counting_of(going, _briefly)).values() if going else ()
    return sorted(known, key=lambda one: (worst_first(one.state), str(one.engagement.pk)))


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
