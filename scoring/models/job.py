"""Work that somebody asked for and that is done in the background: exports and reports."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7


class Job(models.Model):
    """What exports and reports have in common; `scoring.services.jobs` moves it along."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        ERASED = "erased", _("Erased")

    UNFINISHED: ClassVar = (Status.QUEUED, Status.RUNNING)
    OVER: ClassVar = (Status.FAILED, Status.CANCELLED, Status.ERASED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    # One sentence for whoever asked; "" while nothing is wrong.
    reason = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # When what was made is erased.
    expires_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits or is being made."""
        return self.status in self.UNFINISHED
