"""What is said about a question of an assessment, among us or with the vendor."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from assessments.models.assessment import Assessment
from audit.ids import uuid7
from vendors.models.contact import Contact


class Message(models.Model):
    """One message of the thread of a question (or of the assessment: no question).

    `internal` messages never leave the house. A contact writes no internal ones.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="messages")
    question_key = models.CharField(max_length=80, blank=True)
    internal = models.BooleanField(default=True)
    body = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["assessment", "question_key", "id"], name="message_thread"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(written_by_contact__isnull=True) | Q(internal=False),
                name="message_of_a_contact_is_not_internal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.question_key}"
