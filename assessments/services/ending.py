"""What becomes of assessments when their engagement has ended."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.selectors import portal
from assessments.services import assessments, invitations
from vendors.models import Engagement


def end_with(*, engagement_id: UUID) -> None:
    """End what is in progress of an engagement that has ended: invitations, and assessments that
    are not signed off. Harmless when repeated, and while the engagement goes on."""
    with transaction.atomic():
        # Held, so that it does not begin again meanwhile.
        ended = Engagement.objects.select_for_update(of=("self",)).filter(
            pk=engagement_id, status=Engagement.Status.ENDED
        )
        if not ended.exists():
            return
        reason = _("The engagement has ended.")
        for assessment in Assessment.objects.filter(engagement=engagement_id).order_by("pk"):
            if portal.still_open(assessment).exists():
                invitations.revoke_all(assessment=assessment, reason=reason, by=SYSTEM)
            assessment.refresh_from_db(fields=["status"])
            if assessment.status in Assessment.OPEN:
                assessments.cancel(assessment=assessment, reason=reason, by=SYSTEM)
