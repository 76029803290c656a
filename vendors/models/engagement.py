"""The engagement: what a vendor does for a unit, and what is entrusted to it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from audit.ids import uuid7
from vendors.models.vendor import Vendor


class Engagement(models.Model):
    """One piece of work with one vendor, and the buyer's inherent-risk intake for it."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")

    class Tier(models.TextChoices):
        LOW = "low", _("Low")
        MODERATE = "moderate", _("Moderate")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="engagements")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="engagements")
    title = models.CharField(_("Title"), max_length=160)
    description = models.TextField(_("What the vendor does"), blank=True)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.ACTIVE)
    service = models.CharField(_("Service"), max_length=40)
    ip_kinds = ArrayField(models.CharField(max_length=30), default=list)
    made_in = ArrayField(models.CharField(max_length=2), default=list)
    annual_spend = models.DecimalField(
        _("Spend per year"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("Currency"), max_length=3, default="EUR")
    # Question key -> option key (or keys), as `vendors.intake` defines them.
    intake = models.JSONField(default=dict)
    # These follow from the intake and are kept so that lists need not compute them.
    inherent_risk = models.PositiveIntegerField(help_text="1/10,000")
    # The intake as numbers (`vendors.intake.pack_intake`); null: made before there was this column.
    intake_packed = models.BinaryField(null=True, editable=False)
    tier = models.CharField(_("Tier"), max_length=10, choices=Tier)
    # Where the ERP knows it: who orders, for which company, what.
    purchasing_org = models.CharField(_("Purchasing organisation"), max_length=20, blank=True)
    company_code = models.CharField(_("Company code"), max_length=20, blank=True)
    category = models.CharField(_("Category"), max_length=60, blank=True)
    # Only those named in `EngagementPerson` see it and what belongs to it.
    limited = models.BooleanField(_("Limited to named people"), default=False, db_default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["vendor", "unit"], name="engagement_vendor"),
            models.Index(fields=["unit", "-id"], name="engagement_unit"),
            models.Index(
                fields=["id"], condition=models.Q(limited=True), name="engagement_limited"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(inherent_risk__gt=0, inherent_risk__lte=10_000),
                name="engagement_inherent_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.title
