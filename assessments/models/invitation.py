"""Who at the vendor was asked to answer an assessment, and which sections were handed on."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.assessment import Assessment
from audit.ids import uuid7
from vendors.models.contact import Contact


class Invitation(models.Model):
    """A contact was asked to answer: all of the vendor's questions (`whole`), or the sections that
    a colleague has handed on to them (`Delegation`).

    At most one per assessment and contact is not revoked; sending again renews it. With `findings`
    it also leads to what was found, as every `whole` one does, for as long as something of it is
    open.
    """

    class Ended(models.TextChoices):
        """How it came to its end, where it was ended."""

        REVOKED = "revoked", _("Revoked")
        # The house has the questions again; nobody at the vendor has them.
        TAKEN_BACK = "taken_back", _("Taken back")
        DECLINED = "declined", _("Declined")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="invitations")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="invitations")
    whole = models.BooleanField()
    findings = models.BooleanField(default=False)
    language = models.CharField(max_length=10)
    message = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    # The last day on which its links and sessions work.
    ends_on = models.DateField()
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    invited_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    first_answer_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.TextField(blank=True)
    ended_how = models.CharField(max_length=10, choices=Ended, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "contact"],
                condition=Q(revoked_at__isnull=True),
                name="invitation_once_per_contact",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["contact"], name="invitation_contact")]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.contact_id}"


class Delegation(models.Model):
    """A section that one contact has handed on to a colleague, until it is taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    giver = models.ForeignKey(Invitation, models.PROTECT, related_name="given")
    taker = models.ForeignKey(Invitation, models.PROTECT, related_name="taken")
    section = models.CharField(max_length=80)
    due_on = models.DateField(null=True)
    message = models.TextField(blank=True)
    given_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["taker", "section"],
                condition=Q(taken_back_at__isnull=True),
                name="delegation_once",
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("taker")), name="delegation_to_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.taker_id}"
