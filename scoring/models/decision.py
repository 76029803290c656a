"""Decisions: what people have made of the numbers, for one engagement. Append-only."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from assessments.models import Assessment
from audit.ids import uuid7
from scoring.models.score import Band, Score, ScoreStatus
from vendors.models import Engagement


class Decision(models.Model):
    """A verdict on an engagement, with the score as it was shown to whoever decided.

    The latest one counts; only a newer one takes it back. It names no vendor: the engagement
    does, also after two records of a vendor were merged.
    """

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CONDITIONS = "approved_with_conditions", _("Approved with conditions")
        ON_HOLD = "on_hold", _("On hold")
        REJECTED = "rejected", _("Rejected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="decisions")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="+", db_index=False)
    # Counts the decisions of the engagement: 1, 2, …
    number = models.PositiveIntegerField()
    verdict = models.CharField(_("Decision"), max_length=26, choices=Verdict)
    reason = models.TextField(_("Reason"))
    # Why it is approved although the score is not final or a knock-out stands.
    despite = models.TextField(blank=True, default="", db_default="")
    # [{"text": …, "due_on": day or null, "finding": id or null}, …]
    conditions = models.JSONField(_("Conditions"), default=list)
    # The last day on which an approval holds.
    expires_on = models.DateField(_("Valid until"), null=True)
    # What was shown of the score; "" and null where there was none. `score`: the row on record,
    # which a draft does not have.
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, null=True, related_name="+", db_index=False
    )
    score = models.ForeignKey(Score, models.PROTECT, null=True, related_name="+", db_index=False)
    band = models.CharField(max_length=10, choices=Band, blank=True)
    status = models.CharField(max_length=12, choices=ScoreStatus, blank=True)
    blocked = models.BooleanField(default=False)
    points = models.PositiveIntegerField(null=True)
    lo = models.PositiveIntegerField(null=True)
    hi = models.PositiveIntegerField(null=True)
    coverage = models.PositiveIntegerField(null=True, help_text="1/10,000")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="decision_unit"),
            models.Index(
                fields=["expires_on"], condition=Q(expires_on__isnull=False), name="decision_expiry"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "number"], name="decision_number"),
            models.CheckConstraint(
                condition=Q(
                    verdict__in=("approved", "approved_with_conditions"), expires_on__isnull=False
                )
                | Q(verdict__in=("on_hold", "rejected"), expires_on__isnull=True),
                name="decision_approval_expires",
            ),
            models.CheckConstraint(
                condition=(Q(verdict="approved_with_conditions") & ~Q(conditions=[]))
                | (~Q(verdict="approved_with_conditions") & Q(conditions=[])),
                name="decision_conditions_belong",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.number} {self.verdict}"

    @property
    def coverage_share(self) -> float | None:
        """The coverage that was shown, 0 to 1."""
        return None if self.coverage is None else self.coverage / 10_000

    @property
    def condition_list(self) -> list[dict[str, Any]]:
        """The conditions with their days as dates."""
        return [
            {**one, "due_on": date.fromisoformat(one["due_on"]) if one["due_on"] else None}
            for one in self.conditions
        ]
