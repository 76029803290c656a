"""Two records of one company made one; and pairs that only look like one."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

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
