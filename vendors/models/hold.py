"""Legal holds: while one stands, nothing of the vendor or the engagement is erased."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.vendor import Vendor


class LegalHold(models.Model):
    """A hold on a vendor, or on one engagement of it, from the day it is placed until it is lifted.

    One on a vendor holds all its engagements in all units.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="holds")
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, null=True, blank=True, related_name="holds"
    )
    # Whose legal reviewers look after it; that of the engagement where it is on one.
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="+")
    reason = models.TextField(_("Reason"))
    placed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    placed_at = models.DateTimeField(db_default=Now())
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.TextField(_("Why it was lifted"), blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["vendor"], condition=Q(lifted_at__isnull=True), name="legal_hold_standing"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="legal_hold_says_why"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_because="")
                | Q(lifted_at__isnull=False) & ~Q(lifted_because=""),
                name="legal_hold_lifting_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.engagement_id}"
