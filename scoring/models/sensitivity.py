"""How a score fared under other weights, kept with it."""

from typing import ClassVar

from django.db import models
from django.db.models.expressions import RawSQL

from audit.ids import uuid7
from scoring.models.score import Score


class Sensitivity(models.Model):
    """One per score and version of the engine; never changed, since both never change either."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    score = models.ForeignKey(Score, models.PROTECT, related_name="sensitivities")
    engine_version = models.CharField(max_length=20)
    # As `scoring.selectors.sensitivity` reads it; figures are integer milli-points.
    result = models.JSONField()
    recorded_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["score", "engine_version"], name="sensitivity_once_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.score_id} {self.engine_version}"
