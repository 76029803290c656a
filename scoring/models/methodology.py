"""A version of the scoring method."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7


class Methodology(models.Model):
    """Weights and parameters; `content` is the file format of `scoring.engine.methodology`.

    A draft may be changed and deleted. Once published, the database refuses to change what it
    says and to delete it; it is retired when another is published.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("In force")
        RETIRED = "retired", _("Retired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    # Counts the times a draft was saved, so that nobody overwrites what they have not seen.
    revision = models.PositiveIntegerField(default=1)
    # The version it was copied from; it may have been a draft that is gone.
    source = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="methodology_version"),
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status="published"),
                name="methodology_one_published",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True, retired_at__isnull=True)
                | Q(status="published", published_at__isnull=False, retired_at__isnull=True)
                | Q(status="retired", published_at__isnull=False, retired_at__isnull=False),
                name="methodology_dates_fit_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.status == self.Status.DRAFT
