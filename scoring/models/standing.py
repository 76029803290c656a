"""Where a vendor stands in a unit: what lists, dashboards and the API read."""

from typing import ClassVar, Final
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from scoring.models.score import Band, ScoreStatus
from vendors.models import Engagement, Vendor

#: The `scope` of the view over all units.
ALL_UNITS: Final = UUID(int=0)


class Standing(models.Model):
    """One row per vendor, unit and stretch of days; `unit` null is the view over all units.

    It holds on the days `valid_from` <= day < `valid_to`; `valid_to` null marks the present one. A
    day has at most one row per vendor and unit, so the last one of the day is what counts for it.
    """

    id = models.BigAutoField(primary_key=True)
    # Neither checked per row nor indexed by themselves: a portfolio writes these by the hundred
    # thousand, from rows that refer to both.
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="standings", db_index=False, db_constraint=False
    )
    unit = models.ForeignKey(
        BusinessUnit, models.PROTECT, null=True, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    # The unit, or ALL_UNITS: PostgreSQL cannot read rows in the order of an index that starts with
    # a column that is null.
    scope = models.GeneratedField(
        expression=Coalesce(F("unit"), Value(ALL_UNITS, models.UUIDField())),
        output_field=models.UUIDField(),
        db_persist=True,
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    name = models.CharField(_("Name"), max_length=200)
    country = models.CharField(_("Country"), max_length=2, blank=True)
    category = models.CharField(_("Category"), max_length=60, blank=True)
    archived = models.BooleanField(default=False)
    # "" while there is no engagement in scope.
    tier = models.CharField(_("Tier"), max_length=10, choices=Engagement.Tier, blank=True)
    status = models.CharField(max_length=12, choices=ScoreStatus)
    band = models.CharField(_("Band"), max_length=10, choices=Band)
    points = models.PositiveIntegerField(null=True)
    # The rating with every open answer at its best and at its worst; null when not rated.
    lo = models.PositiveIntegerField(null=True)
    hi = models.PositiveIntegerField(null=True)
    # Never null, so that keyset pages can run over it: not rated sorts as -1.
    sort_points = models.IntegerField()
    worst_dimension = models.CharField(max_length=40, blank=True)
    # Milli-points per dimension, in the order of the method, of the assessment that drives the
    # rating; null where the dimension dropped out. Empty when not rated.
    dimensions = ArrayField(models.PositiveIntegerField(null=True), default=list)
    blocked = models.BooleanField(default=False)
    # Of the assessment that drives the rating.
    missing_proofs = models.PositiveIntegerField(default=0)
    # What the rating could be made from: one assessment per engagement that has not ended.
    assessments = models.PositiveIntegerField(default=0)
    # How many of these are not rated, or do not exist yet.
    not_rated = models.PositiveIntegerField(default=0)
    # The assessment whose score is the worst and so the vendor's.
    driver = models.UUIDField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            # One present row, and the way to a vendor's rows of any day.
            models.UniqueConstraint(
                fields=["vendor", "scope", "valid_to"],
                name="standing_one_present",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            # Filters are looked up in the index of the order, without going to the rows: one wide
            # index is written with each new rating instead of one per filter.
            models.Index(
                fields=[
                    "scope",
                    "-sort_points",
                    "vendor",
                    "band",
                    "status",
                    "tier",
                    "country",
                    "category",
                    "worst_dimension",
                    "archived",
                    "blocked",
                ],
                condition=Q(valid_to__isnull=True),
                name="standing_by_points",
            ),
            models.Index(
                fields=["scope", "-changed_at", "vendor"],
                condition=Q(valid_to__isnull=True),
                name="standing_by_change",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.band}"
