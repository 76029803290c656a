"""Contacts: the people at a vendor who answer for it."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7
from vendors.folding import called
from vendors.models.vendor import Vendor


class Contact(models.Model):
    """Somebody at a vendor. No user: they come in by the links that are mailed to them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="contacts")
    name = models.CharField(_("Name"), max_length=120)
    # Always in lower case, which the database holds, so that unique means unique.
    email = models.EmailField(_("E-mail address"), max_length=254)
    position = models.CharField(_("Position"), max_length=120, blank=True)
    language = models.CharField(_("Language"), max_length=10, default="en-gb")
    time_zone = models.CharField(_("Time zone"), max_length=40, default="UTC")
    is_active = models.BooleanField(_("Active"), default=True)
    # Who they were was erased: the row stands for somebody nobody can name.
    erased_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    # What they are called, as a search of the log compares it.
    folded = models.GeneratedField(
        expression=called(), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "email"], name="contact_once_per_vendor"),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="contact_email_lower_case"
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="contact_words"),
        ]

    def __str__(self) -> str:
        return self.name or self.email
