"""What changed and is not scored yet: the list that no lost queue can lose."""

from typing import ClassVar

from django.db import models
from django.db.models.expressions import RawSQL


class Outstanding(models.Model):
    """A change that a score or a standing still has to take in.

    Rows are written by database triggers (migrations 0004 and 0015) in the transaction of the
    change itself, and removed in the transaction that writes the new score or standing. So the
    table is small, and what it holds a few seconds after a change is exactly what fell behind.
    """

    class Subject(models.TextChoices):
        ASSESSMENT = "assessment"
        ENGAGEMENT = "engagement"
        VENDOR = "vendor"
        # What is recorded of a country, or of a vendor: concerns all who work there, or rely on it.
        COUNTRY = "country"
        FACTS = "facts"
        # The indicators of this vendor alone.
        INDICATORS = "indicators"

    subject = models.CharField(max_length=10, choices=Subject)
    subject_id = models.UUIDField()
    # From when on the sweep may take it; until then the task of the event is expected to.
    due_at = models.DateTimeField(db_default=RawSQL("clock_timestamp() + interval '3 seconds'", ()))
    # How often the sweep has failed at it; it then waits longer each time.
    attempts = models.PositiveSmallIntegerField(db_default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_id", "subject"], name="outstanding_subject"),
            models.Index(fields=["due_at"], name="outstanding_due"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"
