"""Findings: what was found wrong with a vendor, and what is done about it."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.folding import Plain
from vendors.models.contact import Contact
from vendors.models.engagement import Engagement
from vendors.models.evidence import Evidence
from vendors.models.vendor import Vendor


class Finding(models.Model):
    """Something that has to be put right, from the day it is raised until somebody closes it."""

    class Severity(models.TextChoices):
        LOW = "low", _("Low")
        MODERATE = "moderate", _("Moderate")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        PLANNED = "planned", _("Remediation planned")
        REMEDIED = "remedied", _("Put right, to be verified")
        ACCEPTED = "accepted", _("Risk accepted")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="findings")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="findings")
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, null=True, blank=True, related_name="findings"
    )
    # One of `vendors.finding_kinds.KINDS`.
    kind = models.CharField(_("Kind"), max_length=60)
    # What raised it, for findings that Surety raises and closes by itself; "" for all others.
    cause = models.CharField(max_length=200, blank=True)
    # The cause was there and is no longer: if it comes back, that is another finding.
    cause_gone = models.BooleanField(default=False)
    title = models.CharField(_("Title"), max_length=200)
    detail = models.TextField(_("What was found"), blank=True)
    # Title and detail as a search compares them; kept, since folding takes longer than comparing.
    folded = models.GeneratedField(
        expression=Plain("title", "detail"), output_field=models.TextField(), db_persist=True
    )
    severity = models.CharField(_("Severity"), max_length=10, choices=Severity)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.OPEN)
    # Remediation: what, who, until when.
    remedy = models.TextField(_("What is to be done"), blank=True)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="owned_findings"
    )
    due_on = models.DateField(_("Due"), null=True, blank=True)
    # Somebody says that it is not so; shown beside it until a reviewer has decided.
    disputed_at = models.DateTimeField(null=True, blank=True)
    dispute = models.TextField(_("Why it is disputed"), blank=True)
    dispute_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    # How the last dispute was decided, by whom and why; null: none was.
    dispute_upheld = models.BooleanField(null=True)
    dispute_decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dispute_decided_at = models.DateTimeField(null=True)
    dispute_reason = models.TextField(blank=True)
    # The vendor sees it, and says what it makes of it.
    shared = models.BooleanField(default=False)
    response = models.TextField(_("What the vendor says"), blank=True)
    # Until when the vendor means to put it right, by its own plan.
    planned_on = models.DateField(_("The vendor's own date"), null=True)
    # What we last said to the vendor about it, beside title, detail and remedy.
    word = models.TextField(_("What the vendor is told"), blank=True)
    responded_at = models.DateTimeField(null=True)
    responded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    responded_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    # Who says that it is put right: somebody else has to see that it is so.
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    done_note = models.TextField(_("What was done"), blank=True)
    evidence = models.ManyToManyField(Evidence, related_name="findings")
    # The risk is borne until a day, after which the finding is open again.
    accepted_until = models.DateField(_("Accepted until"), null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    accepted_because = models.TextField(_("Why the risk is accepted"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.TextField(_("Why it was closed"), blank=True)
    # Who has seen that it is put right; nobody where Surety closed it.
    verified_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="verified_findings"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="finding_unit"),
            models.Index(fields=["vendor", "-id"], name="finding_vendor"),
            models.Index(
                fields=["due_on"], condition=~models.Q(status="closed"), name="finding_due"
            ),
            models.Index(
                fields=["unit", "-id"], condition=~models.Q(status="closed"), name="finding_open"
            ),
            models.Index(
                fields=["accepted_until"],
                condition=models.Q(status="accepted"),
                name="finding_accepted",
            ),
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="finding_words"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "vendor", "kind", "cause"],
                condition=~models.Q(cause="") & models.Q(cause_gone=False),
                name="finding_cause_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status="closed", closed_at__isnull=False)
                | (~models.Q(status="closed") & models.Q(closed_at__isnull=True)),
                name="finding_closed_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(disputed_at__isnull=True) | ~models.Q(dispute=""),
                name="finding_disputed_with_words",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status="accepted", accepted_until__isnull=False, accepted_by__isnull=False
                )
                | (~models.Q(status="accepted") & models.Q(accepted_until__isnull=True)),
                name="finding_accepted_until_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to do about it."""
        return self.status == self.Status.CLOSED

    @property
    def is_automatic(self) -> bool:
        """Whether Surety raised it, and closes it when its cause is gone."""
        return bool(self.cause)

    @property
    def is_open(self) -> bool:
        """Whether something is left to do: neither closed nor accepted for a time."""
        return self.status not in {self.Status.CLOSED, self.Status.ACCEPTED}


class FindingRule(models.Model):
    """What makes Surety raise findings from assessments of one tier; none: the defaults hold."""

    tier = models.CharField(max_length=10, primary_key=True, choices=Engagement.Tier)
    # An answer at or above this risk; null: no answer does.
    answer_risk = models.PositiveSmallIntegerField(null=True, default=7_000, help_text="1/10,000")
    missing_evidence = models.BooleanField(default=True)
    knock_out = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(answer_risk__isnull=True)
                | models.Q(answer_risk__gt=0, answer_risk__lte=10_000),
                name="finding_rule_risk_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.tier

    @property
    def risk_of_100(self) -> str:
        """The risk from which answers raise findings, of 100; "" for none."""
        return "" if self.answer_risk is None else f"{self.answer_risk / 100:g}"


class FindingDue(models.Model):
    """What has changed and is not yet compared with the findings that follow from it by rule.

    Rows are written by database triggers in the transaction of the change, and removed in the
    transaction that has brought the findings into line. One that is due on a day to come stands for
    evidence that runs out then.
    """

    class Subject(models.TextChoices):
        # What was handed in for it raises findings.
        ENGAGEMENT = "engagement"
        INCIDENT = "incident"
        # Where its work is done raises findings about registrations.
        VENDOR = "vendor"

    subject = models.CharField(max_length=10, choices=Subject)
    subject_id = models.UUIDField()
    # From when on the sweep may take it; until then the task of the event is expected to.
    due_at = models.DateTimeField(db_default=RawSQL("clock_timestamp() + interval '3 seconds'", ()))
    # How often the sweep has failed at it; it then waits longer each time.
    attempts = models.PositiveSmallIntegerField(db_default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_id", "subject"], name="finding_due_subject"),
            models.Index(fields=["subject", "due_at"], name="finding_due_at"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"
