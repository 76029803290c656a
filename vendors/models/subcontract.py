"""Subcontracts: who of a vendor's own suppliers, the fourth parties, takes part in its work."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.site import Site
from vendors.models.vendor import Vendor


class Subcontract(models.Model):
    """`vendor` passes work on to `subcontractor`, which is a vendor record as well."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="subcontracts")
    subcontractor = models.ForeignKey(Vendor, models.PROTECT, related_name="works_for")
    # The engagement it is for; none: for all the vendor does.
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, null=True, blank=True, related_name="subcontracts"
    )
    service = models.CharField(_("What it does"), max_length=200)
    # Kinds of IP (`vendors.intake.IpKind`) that reach the subcontractor.
    ip_kinds = ArrayField(models.CharField(max_length=30), default=list)
    sites = models.ManyToManyField(Site, related_name="subcontracts", blank=True)
    # The obligations of our contract were passed on in writing; null: not known.
    flowed_down = models.BooleanField(_("Our terms passed on"), null=True, blank=True)
    approved_on = models.DateField(_("Approved by us on"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    note = models.TextField(_("Note"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["vendor", "status"], name="subcontract_vendor"),
            models.Index(fields=["subcontractor", "status"], name="subcontract_below"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(vendor=models.F("subcontractor")),
                name="subcontract_not_with_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor_id} -> {self.subcontractor_id}"
