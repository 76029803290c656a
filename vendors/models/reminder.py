"""Reminders sent: who was told of which date, so that nobody is told twice."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class Reminder(models.Model):
    """One person was reminded of one date."""

    # A source of `vendors.selectors.due`, the id of the row it is about, and the day it is due.
    source = models.CharField(max_length=40)
    subject = models.UUIDField()
    due_on = models.DateField()
    user = models.ForeignKey(User, models.CASCADE, related_name="reminders")
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "subject", "due_on", "user"], name="reminder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.subject} {self.due_on}"
