"""Sample data: what is under way with it, loading or removing, and how far it has come."""

from typing import ClassVar

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from audit.ids import uuid7


class SampleJob(models.Model):
    """One time that somebody had the sample data loaded or removed; what a worker does of it."""

    class What(models.TextChoices):
        LOAD = "load", _("Loading")
        REMOVE = "remove", _("Removing")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for a worker")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    UNFINISHED: ClassVar = (Status.WAITING, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    what = models.CharField(max_length=6, choices=What)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Of whoever asked: vendors are marked as sample in it.
    language = models.CharField(max_length=10)
    # Vendors; null while nobody has counted them.
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    # [name, why] of each vendor that rules of the house refuse.
    left_out = models.JSONField(default=list)
    # How often a worker has begun with it.
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Case(When(status__in=("waiting", "running"), then=Value(1))),
                name="sample_job_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("waiting", "running"), finished_at__isnull=True)
                | Q(status__in=("done", "cancelled", "failed"), finished_at__isnull=False),
                name="sample_job_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.status}"

    @property
    def is_unfinished(self) -> bool:
        """Whether it is still under way."""
        return self.status in self.UNFINISHED
