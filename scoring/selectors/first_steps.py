"""The first steps of a new installation: how far whoever asks has come on the way to a score."""

from dataclasses import dataclass
from typing import Final

from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import Assessment
from scoring.models import CurrentScore, ScoreStatus
from vendors.models import Engagement, Vendor
from vendors.selectors import engagements_visible_to, vendors_visible_to

#: What one needs to take them alone.
NEEDED: Final = (Permission.EDIT_VENDORS, Permission.EDIT_ENGAGEMENTS, Permission.ANSWER)


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The newest there is of each; None: that step is still to be taken."""

    vendor: Vendor | None
    engagement: Engagement | None = None
    assessment: Assessment | None = None

    @property
    def handed_in(self) -> bool:
        """Whether the answers are in, so that a score is there or on its way."""
        return self.assessment is not None and self.assessment.submitted_at is not None


def first_steps(principal: Principal, user: User) -> FirstSteps | None:
    """Where to go on; None for who has put them away, cannot take them, or has come to a score.

    One query where there is a score already, four at most where there is none.
    """
    if user.hides_first_steps or not all(principal.can(one) for one in NEEDED):
        return None
    scores = CurrentScore.objects.filter(assessment__submitted_at__isnull=False)
    if for_principal(scores, principal).exclude(status=ScoreStatus.NOT_RATED).exists():
        return None
    rows = engagements_visible_to(principal).exclude(status=Engagement.Status.ENDED)
    engagement = rows.order_by("-pk").first()
    if engagement is None:
        return FirstSteps(vendors_visible_to(principal).order_by("-pk").first())
    open_ones = Assessment.objects.filter(engagement=engagement)
    open_ones = open_ones.exclude(status=Assessment.Status.CLOSED)
    return FirstSteps(engagement.vendor, engagement, open_ones.order_by("-pk").first())
