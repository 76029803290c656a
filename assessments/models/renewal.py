"""When a signed-off assessment is to be done again, and why."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from assessments.models.assessment import Assessment
from audit.ids import uuid7
from vendors.models import Engagement, Vendor


class RenewalRule(models.Model):
    """After how many months a unit asks again; without a row `assessments.cadence` says it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(BusinessUnit, models.CASCADE, related_name="renewal_rules")
    tier = models.CharField(_("Tier"), max_length=10, choices=Engagement.Tier)
    months = models.PositiveSmallIntegerField(_("Months"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "tier"], name="renewal_rule_once"),
            models.CheckConstraint(
                condition=models.Q(months__gte=1, months__lte=120), name="renewal_rule_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.tier} {self.months}"


class Renewal(models.Model):
    """The next time an assessment is due; one for each that is signed off.

    `cadence_on` follows from the sign-off and the tier; `due_on` may come earlier where something
    happened, or later where somebody put it off.
    """

    class Because(models.TextChoices):
        CADENCE = "cadence", _("On schedule")
        INCIDENT = "incident", _("An incident was reported")
        MATCH = "match", _("A match with a watch-list was confirmed")
        BAND = "band", _("The risk band became worse")
        CONTRACT = "contract", _("The contract changed")
        EVIDENCE = "evidence", _("Evidence expired")
        ASKED = "asked", _("Somebody asked for it")
        POSTPONED = "postponed", _("It was put off")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.OneToOneField(Assessment, models.PROTECT, related_name="renewal")
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="renewals")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="renewals")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="renewals")
    cadence_on = models.DateField()
    due_on = models.DateField(_("Due"))
    because = models.CharField(_("Why"), max_length=10, choices=Because, default=Because.CADENCE)
    reason = models.TextField(_("Reason"), blank=True)
    # The event that called for it earlier, so that it calls once.
    event = models.UUIDField(null=True)
    # The assessment that does it; answered from here on the renewal waits for its sign-off.
    started = models.OneToOneField(
        Assessment, models.PROTECT, null=True, blank=True, related_name="renews"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(started__isnull=True),
                name="renewal_waiting",
            ),
            models.Index(fields=["unit", "due_on"], name="renewal_unit"),
            models.Index(fields=["vendor"], name="renewal_vendor"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.due_on}"
