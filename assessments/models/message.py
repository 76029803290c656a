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


class ThreadSeen(models.Model):
    """How far one reader, of the house or of the vendor, has read the thread of a question."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="+")
    question_key = models.CharField(max_length=80, blank=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    # The last message that was on the page; ids rise with time.
    last = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "question_key", "user"],
                condition=Q(user__isnull=False),
                name="thread_seen_once_by_user",
            ),
            models.UniqueConstraint(
                fields=["assessment", "question_key", "contact"],
                condition=Q(contact__isnull=False),
                name="thread_seen_once_by_contact",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(contact__isnull=True),
                name="thread_seen_by_one_reader",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.question_key}"
