"""Putting a method in force, and the portfolio scored by it; trying it beforehand."""

from django.db import transaction

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from scoring.models import Methodology, Run, RunPiece
from scoring.services import methodologies, runs


@transaction.atomic
def publish(*, draft: Methodology, revision: int, reason: str, by: Principal) -> Run:
    """Publish a draft (`methodologies.publish`) and start the run that scores everything by it."""
    row = methodologies.publish(draft=draft, revision=revision, reason=reason, by=by)
    return runs.start(
        kind=Run.Kind.PUBLICATION,
        methodology=row,
        content_hash=row.content_hash,
        reason=row.reason,
        by=by,
    )


@transaction.atomic
def preview(*, draft: Methodology, by: Principal) -> Run:
    """Start a run that scores everything by a draft as it is now, and writes no score.

    Of earlier previews of the draft the figures stay, but not every assessment before and after.
    """
    require_everywhere(by, Permission.MANAGE_METHODS)
    row = methodologies.draft_now(draft)
    earlier = RunPiece.objects.filter(run__methodology=row, run__kind=Run.Kind.PREVIEW)
    earlier.filter(rows__isnull=False).update(rows=None)
    return runs.start(kind=Run.Kind.PREVIEW, methodology=row, content_hash=row.content_hash, by=by)
