"""How a contact comes in: links, sessions; and what they take away, the receipt.

Of every secret only the SHA-256 is kept (32 bytes of `secrets` need no slower hash).
"""

from typing import ClassVar

from django.db import models

from assessments.models.assessment import Assessment
from assessments.models.invitation import Invitation
from audit.ids import uuid7
from vendors.models.contact import Contact


class PortalLink(models.Model):
    """A link that was mailed: works once, for a short time. A newer one replaces it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="links")
    token_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    # Wrong tokens for this link; too many lock it.
    wrong = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["invitation", "-id"], name="portal_link_of")]

    def __str__(self) -> str:
        return f"link {self.pk}"


class PortalSession(models.Model):
    """A contact at work, in one browser, for one invitation. No session of `django.contrib.auth`.

    It ends when nothing was asked for a while, at its end, or when somebody ends it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="sessions")
    token_hash = models.BinaryField(max_length=32, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"session {self.pk}"


class Receipt(models.Model):
    """What a contact has submitted, as it was then. Written once; its hash stands in the record,
    so that what it says can be proved, and erased when somebody asks for it.

    content: {"vendor", "assessment", "questionnaire", "submitted_at", "submitted_by", "answers":
    [{"section", "key", "question", "state", "answer", "value", "note"}], "evidence": [{"key",
    "title", "file", "version", "size", "sha256"}]}. sha256: of the content as RFC 8785 writes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="receipts")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    submitted_at = models.DateTimeField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessment", "number"], name="receipt_number"),
        ]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="receipt_sha256")]

    def __str__(self) -> str:
        return f"receipt {self.number} of {self.assessment_id}"
