"""Which evidence proves which answer."""

from typing import ClassVar

from django.db import models

from accounts.models import User
from assessments.models.assessment import Assessment
from audit.ids import uuid7
from vendors.models.contact import Contact
from vendors.models.evidence import Evidence


class AnswerEvidence(models.Model):
    """A piece of evidence put beside the answer to one question of an assessment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="evidence")
    question_key = models.CharField(max_length=80)
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="answers")
    # The version of the evidence that the answer's proof was last worked out from.
    seen_version = models.PositiveIntegerField(default=0)
    # The answer was taken from this certificate; a reviewer confirms that it says so.
    from_certificate = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "question_key", "evidence"], name="answer_evidence_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["evidence"], name="answer_evidence_of")]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.question_key}"
