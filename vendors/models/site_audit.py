"""Audits of sites: somebody has been there and looked."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from audit.ids import uuid7
from vendors.models.finding import Finding
from vendors.models.site import Site


class SiteAudit(models.Model):
    """One audit of one site. What it found wrong stands among the findings of the unit."""

    class Result(models.TextChoices):
        PASSED = "passed", _("Passed")
        CONDITIONS = "conditions", _("Passed with conditions")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="audits")
    # Whose audit it is: findings from it are raised there.
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="site_audits")
    audited_on = models.DateField(_("Audited on"))
    auditor = models.CharField(_("By whom"), max_length=200)
    scope = models.CharField(_("Standard or scope"), max_length=200)
    result = models.CharField(_("Result"), max_length=12, choices=Result)
    next_due = models.DateField(_("Next audit due"), null=True, blank=True)
    note = models.TextField(_("Summary"), blank=True)
    # What it found wrong, as far as findings were raised for it.
    findings = models.ManyToManyField(Finding, related_name="site_audits", blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["site", "-audited_on"], name="site_audit_site"),
            models.Index(fields=["next_due"], name="site_audit_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(next_due__isnull=True)
                | models.Q(next_due__gt=models.F("audited_on")),
                name="site_audit_next_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.audited_on}"
