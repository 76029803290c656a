"""Off-boarding: how an engagement ends, line by line."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.evidence import Evidence


class Offboarding(models.Model):
    """The end of one engagement, from the day somebody starts it until it is closed."""

    class Status(models.TextChoices):
        OPEN = "open", _("In progress")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="offboardings")
    reason = models.TextField(_("Why it ends"))
    # The last day on which the vendor works for us; the lines count from it.
    last_day = models.DateField(_("Last day"))
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="offboardings"
    )
    deputy = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.OPEN)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Closed or cancelled: when, by whom, and what they said.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_note = models.TextField(blank=True)
    # What stood when it was closed, and the SHA-256 of it that went into the record.
    closing = models.JSONField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["engagement"],
                condition=models.Q(status="open"),
                name="offboarding_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", ended_at__isnull=True)
                | models.Q(~models.Q(status="open"), ended_at__isnull=False),
                name="offboarding_ended_with_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(status="closed", closing__isnull=False) & ~models.Q(sha256="")
                | models.Q(~models.Q(status="closed"), closing__isnull=True, sha256=""),
                name="offboarding_closing_kept",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["engagement", "-id"], name="offboarding_engagement"),
            models.Index(fields=["status", "last_day", "id"], name="offboarding_state"),
        ]

    def __str__(self) -> str:
        return str(self.engagement_id)

    @property
    def is_open(self) -> bool:
        """Whether lines may still change."""
        return self.status == self.Status.OPEN


class OffboardingLine(models.Model):
    """One thing to be done before the engagement may be closed."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        WAIVED = "waived", _("Waived")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offboarding = models.ForeignKey(Offboarding, models.PROTECT, related_name="lines")
    # One of `vendors.offboarding.lines`, which has its words; "": added by hand, with words here.
    key = models.CharField(max_length=60, blank=True)
    title = models.CharField(_("What is to be done"), max_length=200)
    help = models.TextField(_("In detail"), blank=True)
    # Done only with a document that holds.
    needs_proof = models.BooleanField(_("Needs a document"), default=False)
    position = models.PositiveIntegerField()
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="offboarding_lines"
    )
    due_on = models.DateField(_("Due"))
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # What was done, or why it is waived.
    note = models.TextField(_("Note"), blank=True)
    evidence = models.ManyToManyField(Evidence, related_name="offboarding_lines")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["offboarding", "key"],
                condition=~models.Q(key=""),
                name="offboarding_line_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", settled_at__isnull=True)
                | models.Q(~models.Q(status="open"), settled_at__isnull=False),
                name="offboarding_line_settled_with_a_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="waived") | ~models.Q(note=""),
                name="offboarding_line_waived_with_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["offboarding", "position"], name="offboarding_line_order"),
            models.Index(
                fields=["due_on"], condition=models.Q(status="open"), name="offboarding_line_due"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor waived."""
        return self.status == self.Status.OPEN
