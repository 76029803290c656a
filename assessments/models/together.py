"""The same step for many at once, done by workers while whoever asked may go on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.questionnaire import Questionnaire
from audit.ids import uuid7


class TogetherRun(models.Model):
    """One step for each of `rows`, in order. `looked`: how far it is, so a lost task loses nothing.

    `rows`: [id, name] of each. `refused`: [name, reason] of each that was not done.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("Open assessments")
        RENEW = "renew", _("Start renewals")
        PLAN = "plan", _("Hand over")
        CHASE = "chase", _("Remind")

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    rows = models.JSONField()
    looked = models.PositiveSmallIntegerField(default=0)
    refused = models.JSONField(default=list)
    # What is asked of all of them; none leaves what there is, or what follows from each.
    due_on = models.DateField(null=True)
    assigned_to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, null=True, related_name="+")
    # The page of ours to go back to.
    back = models.CharField(max_length=2_000)
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.looked} of {len(self.rows)}"

    @property
    def done(self) -> int:
        """How many were done; the others that were looked at were refused."""
        return self.looked - len(self.refused)

    @property
    def waiting(self) -> int:
        """How many were not looked at."""
        return len(self.rows) - self.looked
