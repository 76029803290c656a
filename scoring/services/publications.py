"""Putting a method in force, and the portfolio scored by it."""

from django.db import transaction

from accounts.principal import Principal
from scoring.models import Methodology, Run
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
