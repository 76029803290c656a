"""Stages: who sees to each part of the way, in how many days, and how long it took."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.models import Engagement, Vendor


class Stage(models.TextChoices):
    """The parts of the way from a request to a decision."""

    TRIAGE = "triage", _("Triage")
    FILLING_IN = "filling_in", _("Answering")
    REVIEW = "review", _("Review")
    DECISION = "decision", _("Decision")


class StageRule(models.Model):
    """Who sees to a stage in a business unit, who stands in, and the days it should take."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(BusinessUnit, models.CASCADE, related_name="stage_rules")
    stage = models.CharField(_("Stage"), max_length=12, choices=Stage)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    deputy = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    # The last day on which the deputy stands in for the owner.
    away_until = models.DateField(_("Owner away until"), null=True, blank=True)
    target_days = models.PositiveSmallIntegerField(_("Target, days"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "stage"], name="stage_rule_once"),
            models.CheckConstraint(
                condition=Q(target_days__gte=1, target_days__lte=365), name="stage_rule_in_range"
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(deputy__isnull=True) | ~Q(owner=F("deputy")),
                name="stage_rule_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.stage}"


class StageTime(models.Model):
    """One stay in a stage, worked out from the record; `ended_at` None: it is there now.

    `subject` is the request (triage) or the assessment (all other stages).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(BusinessUnit, models.CASCADE, related_name="stage_times")
    stage = models.CharField(max_length=12, choices=Stage)
    subject = models.UUIDField()
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, related_name="+")
    engagement = models.ForeignKey(Engagement, models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "stage", "began_at"], name="stage_time_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                name="stage_time_forward",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "stage", "-began_at"], name="stage_time_unit"),
            models.Index(
                fields=["stage", "began_at"],
                condition=Q(ended_at__isnull=True),
                name="stage_time_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.stage}"
