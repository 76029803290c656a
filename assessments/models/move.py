"""Moving open assessments over to another version of their questionnaire."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient, User
from assessments.models.assessment import Assessment
from assessments.models.questionnaire import Questionnaire
from audit.ids import uuid7
from vendors.models import Contact


class MoveRun(models.Model):
    """All open assessments of one version are moved to another, one after the other."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    target = models.ForeignKey(Questionnaire, models.PROTECT, related_name="move_runs")
    # Whether answers are to be confirmed also where only the wording of the question changed.
    confirm_wording = models.BooleanField(default=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.source_id} to {self.target_id}"


class MoveItem(models.Model):
    """One assessment of a run. A lost task loses nothing: what is waiting is found here."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        MOVED = "moved", _("Moved over")
        LEFT = "left", _("Left as it is")

    run = models.ForeignKey(MoveRun, models.CASCADE, related_name="items")
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Why it was left as it is.
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "assessment"], name="move_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.state}"


class Move(models.Model):
    """One assessment that was moved over, with what it takes to undo that.

    `after` is a digest of the assessment as the move left it: while it is still the same, the move
    can be undone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="moves")
    source = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    target = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    run = models.ForeignKey(MoveRun, models.SET_NULL, null=True, related_name="moves")
    # The selection before.
    sections = models.JSONField()
    questions = models.JSONField()
    # Keys of the questions that are new, in the order of asking.
    added = models.JSONField()
    after = models.CharField(max_length=64)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.assessment_id} to {self.target_id}"


class SetAside(models.Model):
    """An answer that a move took out: its question means something else now, or is gone.

    It stays readable. Where the question is still asked, it is offered to be confirmed.
    """

    class Why(models.TextChoices):
        CHANGED = "changed", _("The question changed")
        DROPPED = "dropped", _("The question is not asked any more")

    move = models.ForeignKey(Move, models.CASCADE, related_name="set_aside")
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="set_aside")
    question_key = models.CharField(max_length=80)
    why = models.CharField(max_length=10, choices=Why)
    value = models.JSONField(null=True)
    state = models.PositiveSmallIntegerField()
    evidence = models.PositiveSmallIntegerField()
    evidence_until = models.DateField(null=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    answered_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, to_field="public_id", null=True, related_name="+"
    )
    version = models.PositiveIntegerField()
    review = models.CharField(max_length=10)
    review_note = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # What a reviewer had said instead, by the names of the columns; null where nobody did.
    override = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["move", "question_key"], name="set_aside_once"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.question_key}"
