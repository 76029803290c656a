"""Answers: the rows are the record, the sheet is the same packed for the engine."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient, User
from assessments.models.assessment import Assessment
from assessments.sheet import State
from audit.ids import uuid7
from vendors.models.contact import Contact


class Told(models.Model):
    """What was said to one question, and what counts instead where a reviewer says otherwise.

    `state` is a code of `assessments.sheet`. An override leaves what was said as it is: pages show
    both, and the score reads `counted_state` and `counted_value`.
    """

    class Review(models.TextChoices):
        OPEN = "open", _("Not reviewed")
        ACCEPTED = "accepted", _("Accepted")
        QUERIED = "queried", _("Queried")

    value = models.JSONField(null=True)
    state = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    review = models.CharField(max_length=10, choices=Review, default=Review.OPEN)
    override_state = models.PositiveSmallIntegerField(null=True)
    override_value = models.JSONField(null=True)
    override_reason = models.TextField(blank=True, db_default="", default="")
    overridden_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_overridden(self) -> bool:
        """Whether a reviewer's word counts instead of what was said."""
        return self.override_state is not None

    @property
    def counted_state(self) -> int:
        """The state that counts."""
        return self.state if self.override_state is None else self.override_state

    @property
    def counted_value(self) -> Any:
        """The value that counts; None unless the state that counts is "answered"."""
        if self.counted_state != State.ANSWERED:
            return None
        return self.override_value if self.is_overridden else self.value

    @property
    def counted_since(self) -> datetime:
        """When the answer that counts was given: its period begins there."""
        return self.overridden_at or self.answered_at


_OVERRIDE_WHOLE = Q(
    override_state__isnull=True,
    override_value__isnull=True,
    override_reason="",
    overridden_at__isnull=True,
) | (Q(override_state__isnull=False, overridden_at__isnull=False) & ~Q(override_reason=""))


class Answer(Told):
    """What was said to one question, how well it is proved, and what the reviewer thinks.

    A question without a row is blank. `evidence` is a code of `assessments.sheet`; hidden questions
    keep their rows, so that reopening a gate finds them. `review_note` is what the reviewer asks
    those who fill in, the vendor among them: what is internal is a message of the thread.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="answers")
    question_key = models.CharField(max_length=80)
    # Whether the value is a text that somebody wrote: the key of an option looks the same.
    in_words = models.BooleanField(default=False, db_default=False)
    # The words that somebody wrote, as a search compares them; "" for an option that was chosen.
    # A trigger of migration 0021 writes them, whatever a program says.
    folded = models.TextField(blank=True, db_default="", default="", editable=False)
    evidence = models.PositiveSmallIntegerField(default=0)
    evidence_until = models.DateField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    answered_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, to_field="public_id", null=True, related_name="+"
    )
    # Two people at once: whoever saves an outdated version is shown both values.
    version = models.PositiveIntegerField(default=1)
    review_note = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    overridden_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "question_key"], name="answer_once_per_question"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="answer_review_whole",
            ),
            models.CheckConstraint(condition=_OVERRIDE_WHOLE, name="answer_override_whole"),
            models.CheckConstraint(
                condition=Q(overridden_by__isnull=True, overridden_at__isnull=True)
                | Q(overridden_by__isnull=False, overridden_at__isnull=False),
                name="answer_override_has_a_person",
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="answer_said_words"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.question_key}"


class EarlierAnswer(Told):
    """An answer as it stood when the assessment was sent back, kept once it is changed.

    `round` counts how often the assessment had been sent back by then. What was blank is kept as
    blank, so that a reviewer sees before and after.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="earlier_answers")
    question_key = models.CharField(max_length=80)
    round = models.PositiveSmallIntegerField()
    # What the reviewer had asked about it.
    query = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "question_key", "round"], name="earlier_answer_once_a_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.question_key} {self.round}"


class Sheet(models.Model):
    """All answers of an assessment as packed bytes (`assessments.sheet`), kept with the rows.

    `cells` is a whole sheet for the keys in `Assessment.questions`, header included, as
    `assessments.sheet.unpack` reads it; `layout` repeats the header's layout hash, so that sheets
    of equal layout can be found together.
    """

    assessment = models.OneToOneField(
        Assessment, models.CASCADE, primary_key=True, related_name="sheet"
    )
    layout = models.BinaryField(max_length=8)
    cells = models.BinaryField()

    def __str__(self) -> str:
        return f"sheet of {self.assessment_id}"
