"""Training: who, of ours and of the vendor's, has learnt to handle what is entrusted."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7
from vendors.models.engagement import Engagement


class TrainingTopic(models.Model):
    """Something that people of an engagement are trained in."""

    class NeededOf(models.TextChoices):
        NOBODY = "nobody", _("Nobody; it is an extra")
        OURS = "ours", _("Our people")
        VENDOR = "vendor", _("The vendor's people")
        BOTH = "both", _("Both")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="training_topics")
    name = models.CharField(_("Topic"), max_length=120)
    needed_of = models.CharField(
        _("Who needs it"), max_length=10, choices=NeededOf, default=NeededOf.NOBODY
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("engagement", Lower("name"), name="training_topic_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TrainingPerson(models.Model):
    """A named person. Personal data: kept here alone, and erased when the person is removed."""

    class Side(models.TextChoices):
        OURS = "ours", _("Ours")
        VENDOR = "vendor", _("The vendor's")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="training_people")
    side = models.CharField(_("Whose"), max_length=10, choices=Side)
    name = models.CharField(_("Name"), max_length=120)
    job = models.CharField(_("Job"), max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("engagement", "side", Lower("name"), name="trained_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TrainingRecord(models.Model):
    """One training of one person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(TrainingPerson, models.CASCADE, related_name="records")
    topic = models.ForeignKey(TrainingTopic, models.PROTECT, related_name="records")
    done_on = models.DateField(_("Done on"))
    # The last day on which it counts; null: it does not expire.
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    certificate = models.CharField(_("Certificate"), max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "topic", "done_on"], name="training_once"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("done_on")),
                name="training_valid_after_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic_id} {self.done_on}"
