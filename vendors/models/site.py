"""Sites: the places where a vendor makes things or keeps what it was entrusted with."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.vendor import Vendor


class Site(models.Model):
    """A place of one vendor. Engagements and subcontracts point to the sites they use."""

    class Activity(models.TextChoices):
        PRODUCTION = "production", _("Production")
        TOOLING = "tooling", _("Tool and mould making")
        DEVELOPMENT = "development", _("Development")
        HOSTING = "hosting", _("Hosting")
        WAREHOUSE = "warehouse", _("Warehouse")
        OFFICE = "office", _("Office")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="sites")
    name = models.CharField(_("Name"), max_length=160)
    activity = models.CharField(_("Activity"), max_length=20, choices=Activity)
    address = models.TextField(_("Address"), blank=True)
    city = models.CharField(_("City"), max_length=120, blank=True)
    country = CountryField(_("Country"))
    # Who owns the place, where that is not the vendor itself.
    owned_by = models.CharField(_("Owned by"), max_length=200, blank=True)
    note = models.TextField(_("Note"), blank=True)
    # The vendor has left the place; what happened there stays on record.
    closed_on = models.DateField(_("Closed on"), null=True, blank=True)
    engagements = models.ManyToManyField(Engagement, related_name="sites", blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["vendor", "name"], name="site_vendor"),
            models.Index(fields=["country"], name="site_country"),
        ]

    def __str__(self) -> str:
        return self.name
