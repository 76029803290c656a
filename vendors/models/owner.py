"""Who a vendor is besides its name: the other names it goes by, and who owns it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from audit.ids import uuid7
from vendors.models.vendor import Vendor


class VendorAlias(models.Model):
    """Another name of a vendor: one it had, trades under, or has in another script."""

    class Kind(models.TextChoices):
        TRADING = "trading", _("Trading name")
        FORMER = "former", _("Former name")
        SCRIPT = "script", _("Name in another script or language")
        SHORT = "short", _("Short name")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="aliases")
    name = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    source = models.CharField(_("Known from"), max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "name"], name="vendor_alias_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Owner(models.Model):
    """Somebody who holds a share of a vendor, or of one of its owners (`parent`)."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        PERSON = "person", _("Person")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="owners")
    # The owner that this one owns; none: it owns the vendor itself.
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="holders"
    )
    # The owner is a vendor record as well: name and owners stand there.
    holder = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="holdings"
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    name = models.CharField(_("Name"), max_length=200, blank=True)
    country = CountryField(_("Country"), blank=True)
    registration_number = models.CharField(_("Registration number"), max_length=60, blank=True)
    lei = models.CharField(_("LEI"), max_length=20, blank=True)
    # None: it is known that they own some of it, and not how much.
    percent = models.DecimalField(_("Share"), max_digits=6, decimal_places=3, null=True, blank=True)
    from_on = models.DateField(_("Owner since"), null=True, blank=True)
    until_on = models.DateField(_("Owner until"), null=True, blank=True)
    source = models.CharField(_("Known from"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["vendor", "until_on"], name="owner_vendor")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(holder__isnull=True) ^ Q(name=""), name="owner_is_named_once"
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gt=0, percent__lte=100),
                name="owner_share_in_range",
            ),
            models.CheckConstraint(
                condition=Q(holder__isnull=True) | ~Q(holder=models.F("vendor")),
                name="owner_is_not_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.holder_id)
