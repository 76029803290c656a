"""What could be lost through an engagement: the estimate that liability is measured against."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7
from vendors.models.engagement import Engagement


class Exposure(models.Model):
    """What a loss of the IP entrusted could cost, as a reasoned range; optionally how often."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.OneToOneField(Engagement, models.PROTECT, related_name="exposure")
    low = models.DecimalField(_("At least"), max_digits=16, decimal_places=2)
    likely = models.DecimalField(_("Most likely"), max_digits=16, decimal_places=2)
    high = models.DecimalField(_("At most"), max_digits=16, decimal_places=2)
    currency = models.CharField(_("Currency"), max_length=3)
    reason = models.TextField(_("How this was arrived at"))
    # For the simulation: losses a year (least, most likely, most), and the 90 % range of one loss.
    per_year_low = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    per_year_likely = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    per_year_high = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(low__gt=0, likely__gte=F("low"), high__gte=F("likely")),
                name="exposure_in_order",
            ),
            models.CheckConstraint(
                condition=Q(
                    per_year_low__isnull=True,
                    per_year_likely__isnull=True,
                    per_year_high__isnull=True,
                )
                | Q(
                    per_year_low__gte=0,
                    per_year_likely__gte=F("per_year_low"),
                    per_year_high__gte=F("per_year_likely"),
                ),
                name="exposure_per_year_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.low} - {self.high} {self.currency}"
