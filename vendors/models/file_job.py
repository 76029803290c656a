"""What a file has that is looked through, confirmed and written, where long by workers."""

from typing import Any, ClassVar

from django.db import models

from accounts.models import User


class FileJob(models.Model):
    """A file between its upload and what comes of it."""

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

    #: What was found in the file, "counts" among it; a column of each kind of file.
    report: dict[str, Any]

    status = models.CharField(max_length=10, choices=Status, default=Status.PREVIEW)
    # One sentence on what came of the last try; "" where nothing is wrong.
    reason = models.CharField(max_length=200, blank=True)
    # Of the step that workers are at: who asked for it, in which language, how often it was begun.
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_under_way(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.status in self.UNDER_WAY

    @property
    def was_read(self) -> bool:
        """Whether it was looked through at least once."""
        return "counts" in self.report
