"""Scores: the current one of each assessment, and the append-only history."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from assessments.models import Assessment
from audit.ids import uuid7
from scoring.models.methodology import Methodology
from vendors.models import Engagement, Vendor


class Band(models.TextChoices):
    """The words for a score; the cuts are in the methodology."""

    LOW = "low", _("Low")
    MODERATE = "moderate", _("Moderate")
    ELEVATED = "elevated", _("Elevated")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")
    NOT_RATED = "not_rated", _("Not rated")


class ScoreStatus(models.TextChoices):
    """How firm a score is."""

    FINAL = "final", _("Final")
    PROVISIONAL = "provisional", _("Provisional")
    NOT_RATED = "not_rated", _("Not rated")


class ScoreInputs(models.Model):
    """Everything a score that stands was computed from, addressed by its content."""

    hash = models.BinaryField(primary_key=True, max_length=32)
    # Canonical binary of `scoring.engine.provenance`.
    packed = models.BinaryField()

    def __str__(self) -> str:
        return bytes(self.hash).hex()


class ScoreFields(models.Model):
    """What every score says.

    Points, interval, inherent risk, dimensions and contributions are integer milli-points
    (0..100,000); control effectiveness, posture, coverage and confidence are shares (0..1).
    """

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="+")
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="+")
    methodology = models.ForeignKey(Methodology, models.PROTECT, related_name="+")
    inputs_version = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=ScoreStatus)
    band = models.CharField(max_length=10, choices=Band)
    # Null when not rated; `lo` and `hi` are always known.
    points = models.PositiveIntegerField(null=True)
    lo = models.PositiveIntegerField()
    hi = models.PositiveIntegerField()
    # Before knock-out floors, even when not rated: what the interval's middle would be.
    residual = models.PositiveIntegerField()
    inherent = models.PositiveIntegerField()
    tier = models.CharField(max_length=10, choices=Engagement.Tier)
    control_effectiveness = models.FloatField()
    posture = models.FloatField()
    coverage = models.FloatField()
    confidence = models.FloatField()
    # dimension key -> [lo, pt, hi]; one that dropped out is not in it.
    dimensions = models.JSONField()
    worst_dimension = models.CharField(max_length=40, blank=True)
    # [{"key", "floor", "block"}] of those that triggered.
    knock_outs = models.JSONField(default=list)
    blocked = models.BooleanField(default=False)
    # [{"kind", "key", "points", "answer", "proof"}]: the ten largest, then base and uplift.
    contributions = models.JSONField(default=list)
    missing_proofs = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)
    # Mandatory and knock-out questions without a current answer: no score is final with any.
    required_open = models.PositiveIntegerField(default=0)
    as_of = models.DateField()
    next_change = models.DateField(null=True)
    engine_version = models.CharField(max_length=20)
    model_hash = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    # The type of the event that caused it, or "ageing".
    cause = models.CharField(max_length=60)
    computed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Score(ScoreFields):
    """A score that stands: append-only from submission on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="scores")
    inputs = models.ForeignKey(ScoreInputs, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()))

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["assessment", "-id"], name="score_assessment"),
            models.Index(fields=["vendor", "-id"], name="score_vendor"),
            models.Index(fields=["unit", "-id"], name="score_unit"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="not_rated", points__isnull=True, band="not_rated")
                | (~Q(status="not_rated") & Q(points__isnull=False)),
                name="score_not_rated_has_no_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.band}"


class CurrentScore(ScoreFields):
    """The one replaceable row per assessment: what is true now.

    While the assessment is a draft this is its only score; from submission on `score` is the latest
    row of the history.
    """

    assessment = models.OneToOneField(
        Assessment, models.PROTECT, primary_key=True, related_name="current_score"
    )
    score = models.ForeignKey(Score, models.PROTECT, null=True, related_name="+")
    # Kept here, not in `ScoreInputs`: what a draft went through on the way is not kept for ever.
    input_hash = models.BinaryField(max_length=32)
    packed = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["vendor", "unit"], name="current_vendor"),
            models.Index(fields=["next_change", "assessment"], name="current_next_change"),
            models.Index(fields=["unit", "next_change"], name="current_unit_change"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="not_rated", points__isnull=True, band="not_rated")
                | (~Q(status="not_rated") & Q(points__isnull=False)),
                name="current_not_rated_has_no_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.band}"

    @classmethod
    def replaced_columns(cls) -> list[str]:
        """The fields that every new score of the assessment overwrites."""
        return [field.name for field in cls._meta.concrete_fields if not field.primary_key]
