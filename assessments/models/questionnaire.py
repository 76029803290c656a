"""A version of a questionnaire: written as a draft, frozen once published."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7


class Questionnaire(models.Model):
    """One version; `content` is the file format of `assessments.schema`.

    A draft may be incomplete, be changed and be deleted. Once published, the database refuses to
    change what it says and to delete it; retired ones are not opened any more.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    # Counts the times a draft was saved, so that nobody publishes what they have not seen.
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
    retired_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="questionnaire_version"),
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True, retired_at__isnull=True)
                | Q(status="published", published_at__isnull=False, retired_at__isnull=True)
                | Q(status="retired", published_at__isnull=False, retired_at__isnull=False),
                name="questionnaire_dates_fit_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.status == self.Status.DRAFT


class DraftState(models.Model):
    """What a draft said before one of its last changes, so that the change can be undone.

    `did` is what was done next, as a word of `assessments.drafting`, and `place` to what.
    """

    draft = models.ForeignKey(Questionnaire, models.CASCADE, related_name="states")
    revision = models.PositiveIntegerField()
    content = models.JSONField()
    did = models.CharField(max_length=30)
    place = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "revision"], name="draft_state_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.revision}"
