"""What the law asks to be recorded of an engagement: personal data, and ICT services."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7
from vendors.models.engagement import Engagement


class PersonalData(models.Model):
    """Personal data that the vendor handles for us, and on what footing."""

    class Role(models.TextChoices):
        NONE = "none", _("It handles none")
        PROCESSOR = "processor", _("Processor: on our instructions only")
        JOINT = "joint", _("Joint controller with us")
        CONTROLLER = "controller", _("Controller in its own right")

    class Agreement(models.TextChoices):
        SIGNED = "signed", _("Signed")
        DRAFT = "draft", _("Being negotiated")
        MISSING = "missing", _("There is none")
        NOT_NEEDED = "not_needed", _("None is needed")

    class Transfer(models.TextChoices):
        NONE = "none", _("The data stays where it is protected alike")
        ADEQUACY = "adequacy", _("Adequacy decision")
        CLAUSES = "clauses", _("Standard contractual clauses")
        RULES = "rules", _("Binding corporate rules")
        DEROGATION = "derogation", _("A derogation for the single case")
        MISSING = "missing", _("There is no basis")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.OneToOneField(Engagement, models.PROTECT, related_name="personal_data")
    role = models.CharField(_("The vendor is"), max_length=12, choices=Role)
    categories = models.TextField(_("Whose data, and which"), blank=True)
    agreement = models.CharField(
        _("Processor agreement"), max_length=12, choices=Agreement, blank=True
    )
    agreed_on = models.DateField(_("Signed on"), null=True, blank=True)
    # Rows of {"name", "country", "service"}.
    sub_processors = models.JSONField(default=list)
    # Null: not known.
    sub_processors_approved = models.BooleanField(null=True, blank=True)
    transfer_to = ArrayField(models.CharField(max_length=2), default=list)
    transfer_basis = models.CharField(
        _("Basis of the transfer"), max_length=12, choices=Transfer, blank=True
    )
    note = models.TextField(_("Note"), blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.role


class IctService(models.Model):
    """An ICT service that one of our functions depends on."""

    class Substitutability(models.TextChoices):
        EASY = "easy", _("Easily")
        EFFORT = "effort", _("With some effort")
        HARD = "hard", _("Hardly")
        IMPOSSIBLE = "impossible", _("Not at all")

    class ExitPlan(models.TextChoices):
        TESTED = "tested", _("There is one, and it was tested")
        WRITTEN = "written", _("There is one, not tested")
        MISSING = "missing", _("There is none")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.OneToOneField(Engagement, models.PROTECT, related_name="ict_service")
    function = models.CharField(_("Function that it supports"), max_length=200)
    # Null: not assessed yet.
    critical = models.BooleanField(_("Critical or important function"), null=True, blank=True)
    substitutability = models.CharField(
        _("Can it be replaced?"), max_length=12, choices=Substitutability, blank=True
    )
    exit_plan = models.CharField(_("Exit plan"), max_length=10, choices=ExitPlan, blank=True)
    exit_plan_on = models.DateField(_("Exit plan last looked at"), null=True, blank=True)
    last_audit_on = models.DateField(_("Last audit"), null=True, blank=True)
    next_audit_on = models.DateField(_("Next audit due"), null=True, blank=True)
    note = models.TextField(_("Note"), blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_audit_on"], name="ict_next_audit")]

    def __str__(self) -> str:
        return self.function
