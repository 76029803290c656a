"""Evidence: files that prove something about a vendor, kept once and used in many places."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.folding import Plain
from vendors.models.contact import Contact
from vendors.models.engagement import Engagement
from vendors.models.site import Site
from vendors.models.vendor import Vendor


class Evidence(models.Model):
    """A document about a vendor; its versions are `EvidenceFile` rows.

    It belongs to the unit that asked for it. Answers, findings and checklists refer to it.
    """

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", _("Certificate")
        POLICY = "policy", _("Policy or procedure")
        CONTRACT = "contract", _("Contract or agreement")
        REPORT = "report", _("Report")
        RECORD = "record", _("Record or photograph")
        OTHER = "other", _("Other")

    class Confidentiality(models.TextChoices):
        INTERNAL = "internal", _("Internal")
        CONFIDENTIAL = "confidential", _("Confidential")
        # Opened only by who holds VIEW_CONFIDENTIAL in its unit.
        STRICT = "strict", _("Strictly confidential")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="evidence")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="evidence")
    # The one engagement it belongs to, where that is limited to named people: so is the document.
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, null=True, blank=True, related_name="own_evidence"
    )
    title = models.CharField(_("Title"), max_length=200)
    # As a search compares it.
    folded = models.GeneratedField(
        expression=Plain("title"), output_field=models.TextField(), db_persist=True
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind, default=Kind.OTHER)
    confidentiality = models.CharField(
        _("Confidentiality"),
        max_length=12,
        choices=Confidentiality,
        default=Confidentiality.CONFIDENTIAL,
    )
    issued_on = models.DateField(_("Issued"), null=True, blank=True)
    # The last day on which it proves anything.
    expires_on = models.DateField(_("Valid until"), null=True, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="evidence")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(_("Why it was withdrawn"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_because="")
                | models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_because=""),
                name="evidence_withdrawal_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(issued_on__isnull=True)
                | models.Q(expires_on__isnull=True)
                | models.Q(expires_on__gte=models.F("issued_on")),
                name="evidence_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["vendor", "unit", "-id"], name="evidence_vendor"),
            models.Index(
                fields=["expires_on"],
                condition=models.Q(withdrawn_at__isnull=True, expires_on__isnull=False),
                name="evidence_expiry",
            ),
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="evidence_words"),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceFile(models.Model):
    """One version of the file. Its bytes lie in the evidence storage under `key`."""

    class Scan(models.TextChoices):
        OFF = "off", _("Not scanned")
        CLEAN = "clean", _("Scanned, nothing found")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="files")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    folded = models.GeneratedField(
        expression=Plain("name"), output_field=models.TextField(), db_persist=True
    )
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.OFF)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evidence", "number"], name="evidence_file_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sha256"], name="evidence_file_sha256"),
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="evidence_file_words"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class ErasedFile(models.Model):
    """The bytes of a file are gone by a rule of retention; its row, with name, size and hash, stays
    as it was."""

    file = models.OneToOneField(
        EvidenceFile, models.PROTECT, primary_key=True, related_name="erased"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"erased {self.file_id}"
