"""Files on their way in: questionnaires, their foreign layouts, and answers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.assessment import Assessment
from assessments.models.questionnaire import Questionnaire
from audit.ids import uuid7
from vendors.models import Contact, Engagement, Evidence


class FileStatus(models.TextChoices):
    """Between its upload and its end."""

    PREVIEW = "preview", _("Waiting")
    DONE = "done", _("Imported")
    DISCARDED = "discarded", _("Discarded")


class Layout(models.Model):
    """How a foreign workbook is read: a mapping under a name, to be used again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("Name"), max_length=80, unique=True)
    mapping = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class QuestionnaireFile(models.Model):
    """An uploaded questionnaire, what is read in it, and the draft it became.

    `mapping` is `exchange.foreign.Mapping` as JSON, by which filled-in workbooks of the draft are
    read later on; empty for files of our own layout. The bytes are gone once it is finished.
    """

    class Kind(models.TextChoices):
        OWN = "own", _("Layout of Surety")
        FOREIGN = "foreign", _("Other layout")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    mapping = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=FileStatus, default=FileStatus.PREVIEW)
    questionnaire = models.ForeignKey(
        Questionnaire, models.SET_NULL, null=True, related_name="files"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name


class FilledWorkbook(models.Model):
    """A workbook of another layout that a vendor has filled in, for an engagement.

    It is compared with the assessment of the engagement, or with a blank one that is opened once
    the answers are taken. `diff` is as in `AnswerFile`; `report` holds problems, notes and the
    score by the questionnaire's own rule from the cells alone. The bytes are kept until then, and
    from then on as `evidence`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="filled_workbooks")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+")
    assessment = models.ForeignKey(
        Assessment, models.SET_NULL, null=True, related_name="filled_workbooks"
    )
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    diff = models.JSONField()
    report = models.JSONField()
    status = models.CharField(max_length=10, choices=FileStatus, default=FileStatus.PREVIEW)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status="done") | Q(evidence__isnull=False),
                name="filled_workbook_taken_is_evidence",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class AnswerFile(models.Model):
    """Answers read from a workbook, compared with those on record, until somebody takes them."""

    class Source(models.TextChoices):
        OFFLINE = "offline", _("Workbook of this assessment")
        FOREIGN = "foreign", _("Workbook of another layout")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="answer_files")
    source = models.CharField(max_length=10, choices=Source)
    # Whether it holds the vendor's questions only, and was sent by the vendor's people.
    vendor_side = models.BooleanField(default=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    diff = models.JSONField()
    status = models.CharField(max_length=10, choices=FileStatus, default=FileStatus.PREVIEW)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(contact__isnull=True),
                name="answer_file_of_one_person",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
