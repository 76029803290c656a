"""Notes of the legal reviewers, which may be privileged."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.vendor import Vendor


class LegalNote(models.Model):
    """What a legal reviewer notes about a vendor, or about something of it.

    While it is privileged, nobody without `Permission.PRIVILEGE` in its unit learns that it exists.
    It is in no search, no report and no answer to a program, privileged or not.
    """

    class About(models.TextChoices):
        VENDOR = "vendor", _("Vendor")
        ENGAGEMENT = "engagement", _("Engagement")
        ASSESSMENT = "assessment", _("Assessment")
        FINDING = "finding", _("Finding")
        DECISION = "decision", _("Decision")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="legal_notes")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="+")
    # Of what it is about, where that is of one; who does not see it does not see the note.
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, null=True, blank=True, related_name="legal_notes"
    )
    about = models.CharField(max_length=12, choices=About)
    about_id = models.UUIDField()
    text = models.TextField(_("Note"))
    privileged = models.BooleanField(_("Privileged"), default=True)
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["about_id", "-id"], name="legal_note_about"),
            models.Index(fields=["vendor", "unit", "-id"], name="legal_note_vendor"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(text=""), name="legal_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.about_id}"
