"""Exports: what a client of the API asked for as a whole, and the file that was made of it."""

from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient
from accounts.permissions import Permission
from accounts.principal import Grant, Principal
from scoring.models.job import Job


class Export(Job):
    """One export. It belongs to the client that asked; its file is erased after a time."""

    class What(models.TextChoices):
        SCORES = "scores", _("Scores")
        VENDORS = "vendors", _("Vendors")

    class Format(models.TextChoices):
        NDJSON = "ndjson", _("JSON, a line per row")
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel workbook")

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="+")
    what = models.CharField(max_length=8, choices=What)
    format = models.CharField(max_length=6, choices=Format)
    # As `scoring.selectors.standings.Filters` takes them; "as_of" a day.
    filters = models.JSONField(default=dict)
    # What the client could read when it asked: these units (null: all), and ratings or not.
    units = ArrayField(models.UUIDField(), null=True)
    with_ratings = models.BooleanField()
    # Where the file lies in the storage; "" for none.
    key = models.CharField(max_length=120, blank=True)
    rows = models.PositiveIntegerField(null=True)
    # Of the content: bytes and SHA-256.
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # Of the stored file, which is the content in gzip; a workbook is stored as it is.
    stored_size = models.BigIntegerField(null=True)
    stored_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["client", "-id"], name="export_of_client"),
            models.Index(fields=["status"], name="export_status"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status="ready")
                | (
                    ~Q(key="")
                    & ~Q(sha256="")
                    & Q(rows__isnull=False, size__isnull=False, expires_at__isnull=False)
                ),
                name="export_ready_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.format} {self.status}"

    @property
    def reader(self) -> Principal:
        """Whoever asked, with what they could read then; read `client` along."""
        held = {Permission.VIEW}
        if self.with_ratings:
            held.add(Permission.READ_SCORES)
        units: list[UUID | None] = [None] if self.units is None else list(self.units)
        return Principal(
            "client",
            str(self.client.public_id),
            self.client.name,
            tuple(Grant(unit, frozenset(held)) for unit in units),
        )
