"""An assessment: one questionnaire, put to one vendor for one engagement."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from assessments.models.questionnaire import Questionnaire
from audit.ids import uuid7
from vendors.models import Contact, Engagement, Vendor


class Assessment(models.Model):
    """Its sections and questions are chosen once, when it is opened, and stored."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being filled in")
        SENT = "sent", _("With the vendor")
        SUBMITTED = "submitted", _("Submitted")
        IN_REVIEW = "in_review", _("In review")
        RETURNED = "returned", _("Sent back")
        APPROVED = "approved", _("Signed off")
        CLOSED = "closed", _("Closed")

    #: Neither signed off nor closed.
    OPEN: ClassVar = (
        Status.DRAFT,
        Status.SENT,
        Status.SUBMITTED,
        Status.IN_REVIEW,
        Status.RETURNED,
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="assessments")
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="assessments")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="assessments")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="assessments")
    # Section and question keys in questionnaire order, as chosen by tier, service and kind of IP.
    sections = ArrayField(models.CharField(max_length=80))
    questions = ArrayField(models.CharField(max_length=80))
    tier = models.CharField(_("Tier"), max_length=10, choices=Engagement.Tier)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.DRAFT)
    mandatory = models.BooleanField(default=True)
    # Rises with every change of anything the score is computed from.
    inputs_version = models.PositiveIntegerField(default=1)
    answered = models.PositiveIntegerField(default=0)
    applicable = models.PositiveIntegerField(default=0)
    assigned_to = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="assigned_assessments"
    )
    reviewer = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="assessments_to_review"
    )
    # How often it was sent back, and the questions that may be changed since: None is all of them.
    round = models.PositiveSmallIntegerField(default=0, db_default=0)
    rework = ArrayField(models.CharField(max_length=80), null=True)
    due_on = models.DateField(_("Due"), null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    signed_off_at = models.DateTimeField(null=True)
    signed_off_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    status_reason = models.TextField(blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "status", "due_on"], name="assessment_work"),
            models.Index(fields=["status", "due_on"], name="assessment_work_all"),
            # The first hundred of a work list, in its order, without sorting the rest.
            models.Index(
                fields=["due_on", "id"],
                condition=Q(status__in=("submitted", "in_review")),
                name="assessment_to_review",
            ),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(status__in=("draft", "sent", "returned")),
                name="assessment_to_fill_in",
            ),
            models.Index(fields=["vendor", "-id"], name="assessment_vendor"),
            models.Index(fields=["engagement", "-id"], name="assessment_engagement"),
            models.Index(fields=["unit", "-id"], name="assessment_unit"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["engagement", "questionnaire"],
                condition=~Q(status__in=["approved", "closed"]),
                name="assessment_one_open",
                violation_error_message=_(
                    "This engagement has an assessment that is not finished yet."
                ),
            ),
            models.CheckConstraint(
                condition=Q(signed_off_at__isnull=True, signed_off_by__isnull=True)
                | Q(signed_off_at__isnull=False, signed_off_by__isnull=False),
                name="assessment_sign_off_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(signed_off_at__isnull=False),
                name="assessment_approved_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.status}"
