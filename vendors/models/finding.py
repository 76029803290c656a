"""Findings: what was found wrong with a vendor, and what is done about it."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.vendor import Vendor


class Finding(models.Model):
    """Something that has to be put right, from the day it is raised until somebody closes it."""

    class Severity(models.TextChoices):
        LOW = "low", _("Low")
        MODERATE = "moderate", _("Moderate")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        PLANNED = "planned", _("Remediation planned")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="findings")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="findings")
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, null=True, blank=True, related_name="findings"
    )
    # One of `vendors.finding_kinds.KINDS`.
    kind = models.CharField(_("Kind"), max_length=60)
    # What raised it, for findings that Surety raises and closes by itself; "" for all others.
    cause = models.CharField(max_length=200, blank=True)
    # The cause was there and is no longer: if it comes back, that is another finding.
    cause_gone = models.BooleanField(default=False)
    title = models.CharField(_("Title"), max_length=200)
    detail = models.TextField(_("What was found"), blank=True)
    severity = models.CharField(_("Severity"), max_length=10, choices=Severity)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.OPEN)
    # Remediation: what, who, until when.
    remedy = models.TextField(_("What is to be done"), blank=True)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="owned_findings"
    )
    due_on = models.DateField(_("Due"), null=True, blank=True)
    # Somebody says that it is not so; shown beside it until a reviewer has decided.
    disputed_at = models.DateTimeField(null=True, blank=True)
    dispute = models.TextField(_("Why it is disputed"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.TextField(_("Why it was closed"), blank=True)
    # Who has seen that it is put right; nobody where Surety closed it.
    verified_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="verified_findings"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="finding_unit"),
            models.Index(fields=["vendor", "-id"], name="finding_vendor"),
            models.Index(
                fields=["due_on"], condition=~models.Q(status="closed"), name="finding_due"
            ),
            models.Index(
                fields=["unit", "-id"], condition=~models.Q(status="closed"), name="finding_open"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "vendor", "kind", "cause"],
                condition=~models.Q(cause="") & models.Q(cause_gone=False),
                name="finding_cause_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status="closed", closed_at__isnull=False)
                | (~models.Q(status="closed") & models.Q(closed_at__isnull=True)),
                name="finding_closed_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(disputed_at__isnull=True) | ~models.Q(dispute=""),
                name="finding_disputed_with_words",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to do about it."""
        return self.status == self.Status.CLOSED

    @property
    def is_automatic(self) -> bool:
        """Whether Surety raised it, and closes it when its cause is gone."""
        return bool(self.cause)
