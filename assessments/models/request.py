"""Requests: somebody in the house needs a supplier, before anything is known of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.models import Engagement, Vendor


class SupplierRequest(models.Model):
    """What is needed, from whom, and what would be entrusted; triage says how much is asked."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Waits for triage")
        TRIAGED = "triaged", _("Waits to be started")
        STARTED = "started", _("Started")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Depth(models.TextChoices):
        NONE = "none", _("No due diligence")
        LIGHT = "light", _("Light due diligence")
        FULL = "full", _("Full due diligence")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="supplier_requests")
    title = models.CharField(_("What is needed"), max_length=160)
    description = models.TextField(_("What the supplier would do"), blank=True)
    needed_by = models.DateField(_("Needed by"), null=True, blank=True)
    # The supplier: one on record, or a name that is not.
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="supplier_requests"
    )
    vendor_name = models.CharField(_("Supplier"), max_length=200)
    country = CountryField(_("Country"), blank=True)
    service = models.CharField(_("Kind of service"), max_length=40)
    # As `vendors.intake` defines it, like the intake of an engagement.
    intake = models.JSONField(default=dict)
    inherent_risk = models.PositiveIntegerField(help_text="1/10,000")
    tier = models.CharField(_("Tier"), max_length=10, choices=Engagement.Tier)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.ASKED)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="supplier_requests")
    requested_at = models.DateTimeField(db_default=Now())
    depth = models.CharField(_("Due diligence"), max_length=5, choices=Depth, blank=True)
    triaged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    triaged_at = models.DateTimeField(null=True)
    reason = models.TextField(_("Reason"), blank=True)
    engagement = models.OneToOneField(
        Engagement, models.PROTECT, null=True, blank=True, related_name="request"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="request_unit"),
            models.Index(
                fields=["unit", "id"],
                condition=Q(status__in=("asked", "triaged")),
                name="request_waiting",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(triaged_at__isnull=True, triaged_by__isnull=True, depth="")
                | (Q(triaged_at__isnull=False, triaged_by__isnull=False) & ~Q(depth="")),
                name="request_triage_whole",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("asked", "withdrawn", "declined"))
                | Q(triaged_at__isnull=False),
                name="request_triaged_before_started",
            ),
        ]

    def __str__(self) -> str:
        return self.title
