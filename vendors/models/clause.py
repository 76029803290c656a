"""Clauses: how each point of the checklist is settled in a contract."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7
from vendors.models.contract import Contract


class Clause(models.Model):
    """One point of the checklist in one contract. No row: nobody has looked yet."""

    class Status(models.TextChoices):
        PREFERRED = "preferred", _("Preferred")
        # Counts as preferred where the local law allows no assignment, else as a fallback.
        LICENCE = "licence", _("Exclusive licence")
        FALLBACK = "fallback", _("Acceptable fallback")
        WEAK = "weak", _("Weak")
        MISSING = "missing", _("Missing")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="clauses")
    key = models.CharField(max_length=60)
    status = models.CharField(_("Status"), max_length=14, choices=Status)
    extract = models.TextField(_("Wording in the contract"), blank=True)
    note = models.TextField(_("Note"), blank=True)
    # Why the point does not apply.
    reason = models.TextField(_("Reason"), blank=True)
    no_assignment = models.BooleanField(_("The local law allows no assignment"), default=False)
    # Counsel has confirmed the status as it stands; a later change takes that back.
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="reviewed_clauses"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    # The departure from the preferred wording was approved, and why.
    deviation_approved = models.BooleanField(default=False)
    deviation_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "key"], name="clause_once"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="clause_reviewed_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(deviation_approved=False)
                | (
                    Q(status__in=["fallback", "licence"], reviewed_by__isnull=False)
                    & ~Q(deviation_reason="")
                ),
                name="clause_deviation_approved_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="not_applicable") | ~Q(reason=""),
                name="clause_not_applicable_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
