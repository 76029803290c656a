"""Two records of one company made one; and pairs that only look like one."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7
from vendors.models.vendor import Vendor


class MergeRecord(models.Model):
    """`gone` became a part of `kept`: what moved, and what stood before, so that it can be undone.

    `moved`: "app.Model.field" -> ids of the rows that were moved from one to the other. Rows of
    which `kept` has its own stay with `gone`, out of sight. `before` and `after`: master data,
    "kept" and "gone" -> field -> value. `left`: what an undo could not put back, in words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kept = models.ForeignKey(Vendor, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Vendor, models.PROTECT, related_name="merged_away")
    reason = models.TextField(blank=True)
    moved = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    left = models.JSONField(default=list)
    # Nobody where the system did it.
    merged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    merged_at = models.DateTimeField(db_default=Now())
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kept", "-id"], name="merge_kept"),
            models.Index(fields=["gone", "-id"], name="merge_gone"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_of_two"),
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at__isnull=True), name="merge_gone_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} -> {self.kept_id}"


class MergeJob(models.Model):
    """A merge, or undoing one, that somebody asked for and a worker does, all in one transaction.

    `versions`: of the two, as the person saw them. `take`: master data that `gone` decides.
    `record`: the merge that is undone, or that came of it. `said`: why it was not done. Where
    engagements kept it from being done, `kept_by` are their ids instead: who reads it later may
    not see all of them any more.
    """

    class What(models.TextChoices):
        MERGE = "merge", _("Merge")
        UNDO = "undo", _("Undo merge")

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not done")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    what = models.CharField(max_length=5, choices=What)
    kept = models.ForeignKey(Vendor, models.PROTECT, related_name="+")
    gone = models.ForeignKey(Vendor, models.PROTECT, related_name="+")
    versions = models.JSONField(default=list)
    take = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    record = models.ForeignKey(MergeRecord, models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    said = models.TextField(blank=True)
    kept_by = models.JSONField(null=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    # When it was last begun, or queued.
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kept", "gone"], condition=Q(status="running"), name="merge_job_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.gone_id} -> {self.kept_id}: {self.status}"


class NotTheSame(models.Model):
    """Somebody looked at two records that look alike: they are two companies.

    It holds until what tells them apart changes: `marks` is what it was said of.
    """

    id = models.BigAutoField(primary_key=True)
    # The one with the lower id first.
    one = models.ForeignKey(Vendor, models.CASCADE, related_name="+")
    other = models.ForeignKey(Vendor, models.CASCADE, related_name="+")
    reason = models.TextField()
    marks = models.CharField(max_length=65)
    said_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="not_the_same_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="not_the_same_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"
