"""What scores are made with: a questionnaire's structure and a methodology, named by their hash."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from assessments.models import Questionnaire
from scoring.models.methodology import Methodology


class ScoringModel(models.Model):
    """Everything but the answers that decides a score, whole and as plain values.

    `document` is that of `scoring.engine.document`, `hash` its SHA-256. So a score can be computed
    again from its own row and this one, whatever has become of the questionnaire since.
    """

    # The first eight bytes of the hash: equal models have equal numbers in every installation.
    id = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32, unique=True)
    methodology = models.ForeignKey(
        Methodology, models.PROTECT, related_name="scoring_models", db_index=False
    )
    # The questionnaire from which it was first made; another with the same content shares it.
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="+", db_index=False
    )
    document = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["methodology"], name="model_methodology")]

    def __str__(self) -> str:
        return bytes(self.hash).hex()

    @staticmethod
    def id_of(model_hash: bytes) -> int:
        """The primary key of the model with this hash."""
        return int.from_bytes(model_hash[:8], "big", signed=True)
