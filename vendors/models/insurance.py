"""Insurance policies of a vendor: what they pay, until when, and whether anybody has seen proof."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7
from vendors.models.vendor import Vendor


class InsurancePolicy(models.Model):
    """One policy for one period. The next period is a policy of its own."""

    class Kind(models.TextChoices):
        PROFESSIONAL = "professional", _("Professional indemnity")
        CYBER = "cyber", _("Cyber")
        IP = "ip", _("Intellectual property")
        GENERAL = "general", _("General liability")
        PRODUCT = "product", _("Product liability")
        CRIME = "crime", _("Crime and fidelity")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        CURRENT = "current", _("Kept track of")
        REPLACED = "replaced", _("Replaced or no longer needed")
        VOID = "void", _("Entered by mistake")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="policies")
    kind = models.CharField(_("Kind"), max_length=14, choices=Kind)
    insurer = models.CharField(_("Insurer"), max_length=200)
    number = models.CharField(_("Policy number"), max_length=80)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.CURRENT)
    limit = models.DecimalField(_("Limit for the period"), max_digits=16, decimal_places=2)
    # The most for one claim, where that is less than the limit of the period.
    per_claim = models.DecimalField(
        _("Limit per claim"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("Currency"), max_length=3)
    deductible = models.DecimalField(_("Deductible"), max_digits=16, decimal_places=2, default=0)
    # What other claims have used up of the limit.
    eroded = models.DecimalField(_("Used up"), max_digits=16, decimal_places=2, default=0)
    # The share of an IP loss that the exclusions take out, 0 to 100; null: nobody has looked.
    excluded_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    exclusions = models.TextField(_("Exclusions that concern IP"), blank=True)
    territory = models.CharField(_("Territory"), max_length=200, blank=True)
    valid_from = models.DateField(_("From"))
    expires_on = models.DateField(_("Expires on"))
    certificate_seen_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="seen_certificates"
    )
    certificate_seen_on = models.DateField(_("Certificate seen on"), null=True, blank=True)
    note = models.TextField(_("Note"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["vendor", "expires_on"], name="policy_vendor"),
            models.Index(
                fields=["expires_on"], condition=Q(status="current"), name="policy_expiry"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "number", "valid_from"], name="policy_period_once"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=models.F("valid_from")),
                name="policy_expires_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(limit__gte=0, deductible__gte=0, eroded__gte=0),
                name="policy_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(excluded_percent__isnull=True) | Q(excluded_percent__lte=100),
                name="policy_excluded_share_in_range",
            ),
            models.CheckConstraint(
                condition=Q(certificate_seen_by__isnull=True)
                | Q(certificate_seen_on__isnull=False),
                name="policy_certificate_seen_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.insurer} {self.number}"
