"""What recorded facts say: per engagement as numbers, and the history of each indicator."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from audit.ids import uuid7
from vendors.models import Engagement


class FactSheet(models.Model):
    """The indicators of one engagement, packed (`scoring/facts/packing.py`).

    Written by whoever scores, under the lock on the vendor, before the inputs are read.
    `next_change`: the first day on which the same facts give other values.
    """

    engagement = models.OneToOneField(
        Engagement, models.CASCADE, primary_key=True, related_name="fact_sheet"
    )
    cells = models.BinaryField()
    next_change = models.DateField(null=True)
    as_of = models.DateField()
    # Indicator -> id of its present value.
    shown = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_change"],
                condition=models.Q(next_change__isnull=False),
                name="fact_sheet_change",
            ),
        ]


class IndicatorValue(models.Model):
    """What an indicator said from a day on, with everything it was taken from. Append-only.

    `state`: "known", "too_little" (no point value), "declined" or "nothing" (no facts any more).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="indicator_values")
    key = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    # 1/10,000; 0 is best.
    lo = models.PositiveSmallIntegerField()
    pt = models.PositiveSmallIntegerField()
    hi = models.PositiveSmallIntegerField()
    evidence = models.PositiveSmallIntegerField()
    # [[code, values], …] in the words of the indicator's source.
    said = models.JSONField(default=list)
    inputs = models.JSONField(default=dict)
    holds_until = models.DateField(null=True)
    as_of = models.DateField()
    computed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["engagement", "key", "-id"], name="indicator_engagement"),
        ]
