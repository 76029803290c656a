"""An uploaded vendor list, between its preview and its result."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from accounts.models import BusinessUnit, User
from audit.ids import uuid7


class VendorImport(models.Model):
    """A list of vendors to be imported: the file's rows, what will happen, what happened."""

    class Status(models.TextChoices):
        #: A worker looks through it, and writes nothing.
        READING = "reading"
        PREVIEW = "preview"
        #: A worker writes it, all in one transaction.
        WRITING = "writing"
        DONE = "done"
        DISCARDED = "discarded"
        #: It could not be read; `reason` says why.
        FAILED = "failed"

    UNDER_WAY: ClassVar = (Status.READING, Status.WRITING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(BusinessUnit, models.PROTECT)
    # Nobody where it was started from the command line.
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    report = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.PREVIEW)
    # One sentence on what came of the last try; "" where nothing is wrong.
    reason = models.CharField(max_length=200, blank=True)
    # Of the step that workers are at: who asked for it, in which language, how often it was begun.
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "-id"], name="import_unit")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.status in self.UNDER_WAY
