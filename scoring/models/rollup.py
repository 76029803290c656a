"""Small sums kept with every change of a standing, so that no page scans the portfolio."""

from typing import ClassVar

from django.db import models

from accounts.models import BusinessUnit


class BandCount(models.Model):
    """Vendors per unit (null: all), tier, country, band and firmness."""

    unit = models.ForeignKey(BusinessUnit, models.PROTECT, null=True, related_name="+")
    tier = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=2, blank=True)
    band = models.CharField(max_length=10)
    status = models.CharField(max_length=12)
    vendors = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "tier", "country", "band", "status"],
                name="band_count_cell",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.band} {self.vendors}"


class DimensionCell(models.Model):
    """Rated vendors per unit, tier and dimension, with the sum of their dimension values."""

    unit = models.ForeignKey(BusinessUnit, models.PROTECT, null=True, related_name="+")
    tier = models.CharField(max_length=10)
    dimension = models.CharField(max_length=40)
    vendors = models.IntegerField(default=0)
    # In milli-points; the mean of the cell is total / vendors.
    total = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "tier", "dimension"],
                name="dimension_cell",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.tier}"


class DayDelta(models.Model):
    """How many vendors entered or left a band on a day; running sums are the trend."""

    unit = models.ForeignKey(BusinessUnit, models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    band = models.CharField(max_length=10)
    delta = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "day", "band"], name="day_delta", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.band} {self.delta}"
