"""What follows when two records of one vendor become one, or two again.

Assessments have moved with their engagements. The current score of each is told its new record;
scores on record stay under the id that they were made for (`vendors.selectors.merges.all_ids_of`
names both), and so do the standings of the past. Standings are made anew for both records, and a
record that was merged away has none. The same happens when the queue was lost: the moved
assessments and both records are noted as outstanding by the database.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import F

from scoring.models import CurrentScore
from scoring.services import scores, standings


@transaction.atomic
def rehome(*, vendor_ids: Collection[UUID], cause: str) -> None:
    """Bring scores and standings of these records to where their assessments are now."""
    standings.lock(vendor_ids)
    moved = CurrentScore.objects.filter(assessment__vendor__in=vendor_ids).exclude(
        vendor=F("assessment__vendor")
    )
    ids = list(moved.values_list("pk", flat=True))
    scores.rescore_many(assessment_ids=ids, cause=cause, force=True)
    standings.restand_many(vendor_ids=vendor_ids)
