"""Scores: the current one of each assessment, and the append-only history.

A portfolio writes a hundred thousand of them in seconds, so the rows are lean: what is sorted,
filtered or compared is a column, all else is packed (`scoring.figures`,
`scoring.engine.provenance`), and references carry neither a check per row nor an index of their
own. That they hold is seen to by whoever deletes (nothing that has a score can be), and proved by
`manage.py replay`.
"""

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from assessments.models import Assessment
from audit.ids import uuid7
from scoring import figures
from scoring.engine import provenance
from scoring.models.methodology import Methodology
from scoring.models.model import ScoringModel
from vendors.models import Vendor


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


def _reference(to: Any) -> Any:
    """A reference without an index of its own and without a check per row."""
    return models.ForeignKey(
        to, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )


class ScoreFields(models.Model):
    """What every score says. Points and interval are integer milli-points (0..100,000)."""

    vendor = _reference(Vendor)
    unit = _reference(BusinessUnit)
    model = _reference(ScoringModel)
    inputs_version = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=ScoreStatus)
    band = models.CharField(max_length=10, choices=Band)
    # Null when not rated; `lo` and `hi` are always known.
    points = models.PositiveIntegerField(null=True)
    lo = models.PositiveIntegerField()
    hi = models.PositiveIntegerField()
    as_of = models.DateField()
    next_change = models.DateField(null=True)
    engine_version = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=32)
    # The type of the event that caused it, or "ageing".
    cause = models.CharField(max_length=60)
    computed_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def packed_figures(self) -> bytes:
        """The bytes that `said` is read from."""
        raise NotImplementedError

    @cached_property
    def said(self) -> figures.Figures:
        """Everything else that the score says."""
        return figures.unpack(self.packed_figures)

    @property
    def methodology(self) -> Methodology:
        """The version of the method; read `model__methodology` along."""
        found: Methodology = self.model.methodology
        return found

    @property
    def methodology_id(self) -> UUID:
        """Its id; read `model` along."""
        found: UUID = self.model.methodology_id
        return found

    @property
    def model_hash(self) -> bytes:
        """SHA-256 of all but the answers that decided the score; read `model` along."""
        return bytes(self.model.hash)

    # The figures that pages and the API name, as if they were columns.

    @property
    def residual(self) -> int:
        """Before knock-out floors, even when not rated: what the interval's middle would be."""
        return self.said.residual

    @property
    def inherent(self) -> int:
        """Inherent risk, milli-points."""
        return self.said.inherent

    @property
    def tier(self) -> str:
        """The tier that follows from the inherent risk."""
        return self.said.tier

    @property
    def control_effectiveness(self) -> float:
        """What the controls take away, 0 to 1."""
        return self.said.control_effectiveness

    @property
    def coverage(self) -> float:
        """The share of the weight that is answered, 0 to 1."""
        return self.said.coverage

    @property
    def confidence(self) -> float:
        """The same, weighted with how well it is proved."""
        return self.said.confidence

    @property
    def dimensions(self) -> dict[str, tuple[int, int, int]]:
        """Dimension key -> lo, pt, hi; one that dropped out is not in it."""
        return self.said.dimensions

    @property
    def worst_dimension(self) -> str:
        """The weakest dimension; "" for none."""
        return self.said.worst_dimension

    @property
    def blocked(self) -> bool:
        """Whether a knock-out that blocks has been triggered."""
        return self.said.blocked

    @property
    def missing_proofs(self) -> int:
        """Answers that better or fresher proof would improve."""
        return self.said.missing_proofs

    @property
    def unanswered(self) -> int:
        """Questions that count and are not answered."""
        return self.said.unanswered

    @property
    def required_open(self) -> int:
        """Mandatory and knock-out questions without a current answer: none may be left."""
        return self.said.required_open

    @property
    def input_hash(self) -> bytes:
        """SHA-256 over the stored inputs."""
        return provenance.input_hash(self.packed_inputs)

    @property
    def packed_inputs(self) -> bytes:
        """The resolved inputs (`scoring.engine.provenance`)."""
        raise NotImplementedError


class Score(ScoreFields):
    """A score that stands: append-only from submission on, with the inputs it was made from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="scores", db_index=False, db_constraint=False
    )
    recorded_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()))
    figures = models.BinaryField()
    inputs = models.BinaryField()

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

    @property
    def packed_figures(self) -> bytes:
        """The bytes that `said` is read from."""
        return bytes(self.figures)

    @property
    def packed_inputs(self) -> bytes:
        """The resolved inputs (`scoring.engine.provenance`)."""
        return bytes(self.inputs)

    @property
    def engagement_id(self) -> UUID:
        """The engagement of the assessment; read `assessment` along."""
        return self.assessment.engagement_id


class CurrentScore(ScoreFields):
    """The one replaceable row per assessment: what is true now.

    While the assessment is a draft this is its only score; from submission on `score` is the latest
    row of the history. `figures` and `inputs` are null where they are those of `score`: they are
    kept here only for a draft, and where time has moved them without moving the points.
    """

    assessment = models.OneToOneField(
        Assessment, models.PROTECT, primary_key=True, related_name="current_score"
    )
    score = models.ForeignKey(
        Score, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    figures = models.BinaryField(null=True)
    inputs = models.BinaryField(null=True)

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
            models.CheckConstraint(
                condition=Q(score__isnull=False) | Q(figures__isnull=False, inputs__isnull=False),
                name="current_whole",
            ),
            models.CheckConstraint(
                condition=Q(figures__isnull=True, inputs__isnull=True)
                | Q(figures__isnull=False, inputs__isnull=False),
                name="current_figures_with_inputs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.band}"

    @property
    def packed_figures(self) -> bytes:
        """The bytes that `said` is read from; read `score` along."""
        return bytes(self.figures) if self.figures is not None else self._stored.packed_figures

    @property
    def packed_inputs(self) -> bytes:
        """The resolved inputs; read `score` along."""
        return bytes(self.inputs) if self.inputs is not None else self._stored.packed_inputs

    @property
    def _stored(self) -> Score:
        if self.score is None:
            raise ValueError("A current score has figures of its own or a score that has them.")
        return self.score

    @classmethod
    def replaced_columns(cls) -> list[str]:
        """The fields that every new score of the assessment overwrites."""
        return [field.name for field in cls._meta.concrete_fields if not field.primary_key]
