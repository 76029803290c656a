"""Answers: the rows are the record, the sheet is the same packed for the engine."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.assessment import Assessment
from audit.ids import uuid7
from vendors.models.contact import Contact


class Answer(models.Model):
    """What was said to one question, how well it is proved, and what the reviewer thinks.

    A question without a row is blank. `state` and `evidence` are the codes of
    `assessments.sheet`; hidden questions keep their rows, so that reopening a gate finds them.
    """

    class Review(models.TextChoices):
        OPEN = "open", _("Not reviewed")
        ACCEPTED = "accepted", _("Accepted")
        QUERIED = "queried", _("Queried")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="answers")
    question_key = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    state = models.PositiveSmallIntegerField()
    evidence = models.PositiveSmallIntegerField(default=0)
    evidence_until = models.DateField(null=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    # Two people at once: whoever saves an outdated version is shown both values.
    version = models.PositiveIntegerField(default=1)
    review = models.CharField(max_length=10, choices=Review, default=Review.OPEN)
    review_note = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "question_key"], name="answer_once_per_question"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="answer_review_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.question_key}"


class Sheet(models.Model):
    """All answers of an assessment as packed bytes (`assessments.sheet`), kept with the rows.

    `cells` is a whole sheet for the keys in `Assessment.questions`, header included, as
    `assessments.sheet.unpack` reads it; `layout` repeats the header's layout hash, so that sheets
    of equal layout can be found together.
    """

    assessment = models.OneToOneField(
        Assessment, models.CASCADE, primary_key=True, related_name="sheet"
    )
    layout = models.BinaryField(max_length=8)
    cells = models.BinaryField()

    def __str__(self) -> str:
        return f"sheet of {self.assessment_id}"
