"""Runs over the portfolio: scoring it again, or trying out a method on it without writing."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient, User
from audit.ids import uuid7
from scoring.models.methodology import Methodology


class Run(models.Model):
    """One pass over all vendors, cut into pieces that workers take one by one."""

    class Kind(models.TextChoices):
        PUBLICATION = "publication", _("Scoring by a new method")
        PREVIEW = "preview", _("Preview of a method")
        AGEING = "ageing", _("Ageing")
        BY_HAND = "by_hand", _("Scoring again")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for a worker")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    # The method it scores by; for a preview `content_hash` names the draft as it was then.
    methodology = models.ForeignKey(Methodology, models.PROTECT, related_name="runs")
    content_hash = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    # Null: the system itself.
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # The client, where a program asked for it over the API.
    started_by_client = models.ForeignKey(ApiClient, models.PROTECT, null=True, related_name="+")
    as_of = models.DateField()
    # Assessments in it, counted when it is cut into pieces.
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["methodology", "-id"], name="run_methodology"),
            models.Index(fields=["-id"], name="run_latest"),
            models.Index(
                fields=["id"],
                condition=Q(status__in=("waiting", "running")),
                name="run_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"

    @property
    def starter(self) -> str:
        """The name of the person or program that asked for it; "": the system itself."""
        who = self.started_by or self.started_by_client
        return who.name if who else ""


class RunPiece(models.Model):
    """About 20,000 assessments: all those of the vendors from `first` to `last`.

    A worker goes through it in steps of a transaction each and moves `position` along, so that
    whoever takes over from a dead worker goes on where that one stopped.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    # Vendors, both ends included. `position`: the last one done.
    first = models.UUIDField()
    last = models.UUIDField()
    position = models.UUIDField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    finished = models.BooleanField(default=False)
    touched_at = models.DateTimeField(db_default=Now())
    # What became of them: `scoring.services.bulk.outcome`.
    summary = models.JSONField(default=dict)
    # A preview's result per assessment (`scoring.services.bulk.outcome`).
    rows = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="run_piece_number"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.number}"
