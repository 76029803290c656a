"""Off-boarding: ending an engagement line by line."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.evidence import Evidence


class Offboarding(models.Model):
    """One checklist for the end of one engagement; opened again, it gets another one."""

    class Status(models.TextChoices):
        OPEN = "open", _("Under way")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Called off")

    class Cause(models.TextChoices):
        BY_HAND = "by_hand", _("Started by hand")
        REJECTED = "rejected", _("The engagement was rejected")
        CONTRACT = "contract", _("A contract ends")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="offboardings")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="+")
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.OPEN)
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.BY_HAND)
    reason = models.TextField(_("Why the engagement ends"), blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    due_on = models.DateField(_("Due"))
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="offboarding_unit"),
            models.Index(fields=["due_on"], condition=Q(status="open"), name="offboarding_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(status="open"), name="offboarding_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at__isnull=True)
                | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="offboarding_ended_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.status}"


class OffboardingLine(models.Model):
    """Something that has to be done before the end: done, waived with a reason, or still open."""

    class Status(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", _("Done")
        WAIVED = "waived", _("Waived")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offboarding = models.ForeignKey(Offboarding, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    # Key of `vendors/data/offboarding.yaml`; "" for a line that somebody has added.
    key = models.CharField(max_length=60, blank=True)
    text = models.CharField(_("What has to be done"), max_length=300)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.OPEN)
    done_on = models.DateField(_("Done on"), null=True)
    note = models.TextField(_("How, or why not"), blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    evidence = models.ManyToManyField(Evidence, related_name="offboarding_lines")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offboarding", "position"], name="offboarding_line"),
            models.CheckConstraint(
                condition=Q(status="open", done_on__isnull=True, settled_at__isnull=True)
                | Q(status="done", done_on__isnull=False, settled_at__isnull=False)
                | (
                    Q(status="waived", done_on__isnull=True, settled_at__isnull=False) & ~Q(note="")
                ),
                name="offboarding_line_settled",
            ),
            models.CheckConstraint(
                condition=~Q(status="waived") | ~Q(note=""), name="offboarding_waived_with_words"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Whether it stands in the way of the end."""
        return self.status == self.Status.OPEN
