"""IP incidents: what a vendor used, copied or gave away without the right to."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.vendor import Vendor


class Incident(models.Model):
    """One incident of one vendor. It belongs to the unit that recorded it.

    `shared` shows it to all units that work with the vendor, and lets their scores count it.
    """

    class Found(models.TextChoices):
        TEST_PURCHASE = "test_purchase", _("Test purchase")
        MARKET_WATCH = "market_watch", _("Market-place watch")
        CUSTOMS = "customs", _("Customs")
        TIP_OFF = "tip_off", _("Tip-off")
        AUDIT = "audit", _("Audit or site visit")
        VENDOR_REPORT = "vendor_report", _("Vendor's own report")
        CUSTOMER = "customer", _("Customer or partner")
        REGISTER = "register", _("Trade-mark or patent gazette")
        CODE_SCAN = "code_scan", _("Source code found elsewhere")
        AUTHORITY = "authority", _("Court or authority")
        OTHER = "other", _("Something else")

    class Severity(models.TextChoices):
        MINOR = "minor", _("Minor")
        SERIOUS = "serious", _("Serious")
        SEVERE = "severe", _("Severe")
        CRITICAL = "critical", _("Critical")

    class Status(models.TextChoices):
        REPORTED = "reported", _("Reported")
        INVESTIGATING = "investigating", _("Under investigation")
        CONFIRMED = "confirmed", _("Confirmed")
        REMEDYING = "remedying", _("Being put right")
        CLOSED = "closed", _("Closed")
        UNFOUNDED = "unfounded", _("Unfounded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="incidents")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="+")
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    shared = models.BooleanField(default=False)
    title = models.CharField(_("Title"), max_length=160)
    found_how = models.CharField(_("How it was found"), max_length=20, choices=Found)
    found_on = models.DateField(_("Found on"))
    happened_from = models.DateField(_("Happened from"), null=True, blank=True)
    happened_until = models.DateField(_("Happened until"), null=True, blank=True)
    # Kinds of IP (`vendors.intake.IpKind`), and which assets they were.
    ip_kinds = ArrayField(models.CharField(max_length=30), default=list)
    assets = models.CharField(_("Which assets"), max_length=300, blank=True)
    description = models.TextField(_("What was used without right"), blank=True)
    severity = models.CharField(_("Severity"), max_length=10, choices=Severity)
    status = models.CharField(_("Status"), max_length=15, choices=Status, default=Status.REPORTED)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # The vendor says that it is not so, or not as bad.
    disputed_on = models.DateField(null=True, blank=True)
    dispute = models.TextField(blank=True)
    # The end: closed or unfounded, by whom and why. Closed ones lose weight from `closed_on`.
    closed_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["vendor", "-found_on", "-id"], name="incident_vendor"),
            models.Index(fields=["unit", "-found_on", "-id"], name="incident_unit"),
            models.Index(fields=["-found_on", "-id"], name="incident_found"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status="closed", closed_on__isnull=False)
                | (~models.Q(status="closed") & models.Q(closed_on__isnull=True)),
                name="incident_closed_on_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(happened_from__isnull=True)
                | models.Q(happened_until__isnull=True)
                | models.Q(happened_until__gte=models.F("happened_from")),
                name="incident_time_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class IncidentMeasure(models.Model):
    """What is done so that an incident is put right and does not come again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="measures")
    what = models.CharField(_("What is to be done"), max_length=300)
    owner = models.CharField(_("By whom"), max_length=120)
    due_on = models.DateField(_("By when"))
    done_on = models.DateField(_("Done on"), null=True, blank=True)
    # Why it was not done, where it was not.
    explanation = models.TextField(_("Why it is not done"), blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verified_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["incident", "due_on"], name="measure_incident")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(verified_on__isnull=True) | models.Q(done_on__isnull=False),
                name="measure_done_before_verified",
            ),
        ]

    def __str__(self) -> str:
        return self.what


class IncidentEvidence(models.Model):
    """Something that proves an incident, and where it is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="evidence")
    title = models.CharField(_("Title"), max_length=160)
    kept_at = models.CharField(_("Where it is kept"), max_length=300)
    dated = models.DateField(_("Date"), null=True, blank=True)
    note = models.TextField(_("Note"), blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["incident", "id"], name="incident_evidence")]

    def __str__(self) -> str:
        return self.title


class IncidentNote(models.Model):
    """One entry of the timeline: a note, or a step to another status with its reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="notes")
    # "" for a plain note.
    status = models.CharField(max_length=15, choices=Incident.Status, blank=True)
    text = models.TextField(blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Who it was where that is no user: the name of an API client.
    author_label = models.CharField(max_length=120, blank=True)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["incident", "id"], name="incident_note")]

    def __str__(self) -> str:
        return self.text[:60]
