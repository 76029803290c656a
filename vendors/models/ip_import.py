"""A long IP schedule that a worker writes, from when it was confirmed to its result."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.file_job import FileJob


class IpImport(FileJob):
    """The assets of a list as they were looked at, and what became of them.

    `assets`: of each what `vendors.imports.ip_schedule.Listed` says, days as texts; none once it
    is over.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="ip_imports")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    file_name = models.CharField(max_length=200)
    assets = models.JSONField(default=list)
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["engagement", "-id"], name="ip_import_of")]

    def __str__(self) -> str:
        return self.file_name
