"""Reports that people had made, their files, and what is made again and again by the calendar."""

from typing import ClassVar, cast
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient, BusinessUnit, User
from audit.ids import uuid7
from scoring.models.job import Job
from vendors.models import Vendor


class Kind(models.TextChoices):
    """What a report is about."""

    VENDOR = "vendor", _("Vendor due diligence")
    PORTFOLIO = "portfolio", _("Portfolio for the board")


class Schedule(models.Model):
    """A report that is made every week or month, and of which its readers are told by mail."""

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("Every week, on Monday")
        MONTHLY = "monthly", _("Every month, on the first")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("Report"), max_length=10, choices=Kind)
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, related_name="+", verbose_name=_("Vendor")
    )
    # Null: all units together, for an owner who sees them all.
    unit = models.ForeignKey(
        BusinessUnit, models.PROTECT, null=True, related_name="+", verbose_name=_("Business unit")
    )
    # Of a portfolio: what it is narrowed down to, as `Report` keeps it; never a day.
    filters = models.JSONField(default=dict)
    view_name = models.CharField(max_length=80, blank=True)
    with_strict = models.BooleanField(default=False)
    rhythm = models.CharField(_("How often"), max_length=8, choices=Rhythm)
    # With the rights of whom it is made, each time anew.
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("Owner"))
    readers = models.ManyToManyField(User, related_name="+", verbose_name=_("Readers"))
    is_active = models.BooleanField(default=True)
    # Why it was switched off, if Surety did it; else "".
    reason = models.CharField(max_length=200, blank=True)
    next_on = models.DateField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_on"], condition=Q(is_active=True), name="schedule_due"),
            models.Index(fields=["-id"], name="schedule_latest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="vendor", vendor__isnull=False)
                | Q(kind="portfolio", vendor__isnull=True),
                name="schedule_about_a_vendor_or_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rhythm}"


class Report(Job):
    """One report, asked for by `maker` and made with what they might read; its files are kept."""

    kind = models.CharField(max_length=10, choices=Kind)
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, related_name="+")
    # What was chosen; null: all that the maker sees.
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, null=True, related_name="+")
    # Of a portfolio: name of a filter -> its value, as the address of the dashboard holds them,
    # without the unit; and what the view is called that they were taken from, or "".
    filters = models.JSONField(default=dict)
    view_name = models.CharField(max_length=80, blank=True)
    # The units whose content is in it; null: all there are. Who reads it has to see all of them.
    units = ArrayField(models.UUIDField(), null=True)
    # The engagements it may tell of that only named people see: so is it for these people only.
    # Of a vendor: all that it tells of, for one may be limited later.
    engagements = ArrayField(models.UUIDField(), default=list)
    # Names documents that are strictly confidential; so does whoever reads it have to be let.
    with_strict = models.BooleanField(default=False)
    # Whoever asked: a person, or a client of the API.
    maker = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    client = models.ForeignKey(ApiClient, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10)
    schedule = models.ForeignKey(Schedule, models.SET_NULL, null=True, related_name="reports")
    # The day that it speaks of.
    as_of = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="report_latest"),
            models.Index(fields=["vendor", "-id"], name="report_vendor"),
            models.Index(fields=["maker", "-id"], name="report_maker"),
            models.Index(
                fields=["client", "-id"],
                condition=Q(client__isnull=False),
                name="report_client",
            ),
            models.Index(fields=["expires_at"], name="report_expiry"),
            models.Index(
                fields=["id"],
                condition=Q(status__in=("queued", "running")),
                name="report_unfinished",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="vendor", vendor__isnull=False)
                | Q(kind="portfolio", vendor__isnull=True),
                name="report_about_a_vendor_or_all",
            ),
            models.CheckConstraint(
                condition=Q(maker__isnull=True) ^ Q(client__isnull=True),
                name="report_of_a_person_or_a_client",
            ),
            models.CheckConstraint(
                condition=~Q(status="ready") | Q(as_of__isnull=False, expires_at__isnull=False),
                name="report_ready_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"

    @property
    def asked_by(self) -> User | ApiClient:
        """Whoever asked for it; read both along."""
        return self.maker or cast("ApiClient", self.client)

    @property
    def only_unit(self) -> UUID | None:
        """The unit that an event about it belongs to: its only one, or none in particular."""
        return self.units[0] if self.units and len(self.units) == 1 else None


class ReportFile(models.Model):
    """A report in one format. Never changed; erased with the report."""

    class Format(models.TextChoices):
        PDF = "pdf", _("PDF")
        XLSX = "xlsx", _("Excel workbook")

    report = models.ForeignKey(Report, models.CASCADE, related_name="files")
    format = models.CharField(max_length=4, choices=Format)
    # Where it lies in the storage.
    key = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "format"], name="report_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.format}"
