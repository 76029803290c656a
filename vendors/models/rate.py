"""Rates of exchange and the index of prices: reference data, one for all business units."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ExchangeRate(models.Model):
    """So many units of `currency` were paid for one unit of `base` on a day."""

    class Base(models.TextChoices):
        EUR = "EUR"
        USD = "USD"

    base = models.CharField(_("Per"), max_length=3, choices=Base, default=Base.EUR)
    currency = models.CharField(_("Currency"), max_length=3)
    day = models.DateField(_("Day"))
    rate = models.DecimalField(_("Rate"), max_digits=20, decimal_places=8)
    source = models.CharField(_("Source"), max_length=120)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["base", "currency", "day"], name="rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_above_zero"),
            models.CheckConstraint(
                condition=~models.Q(base=models.F("currency")), name="rate_of_two_currencies"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-day", "currency"], name="rate_latest")]

    def __str__(self) -> str:
        return f"{self.currency}/{self.base} {self.day}"


class PriceIndex(models.Model):
    """The price index of the US gross national product of one year, 1968 = 100.

    Stands before the year's value in `vendors/data/price_index.csv`.
    """

    year = models.PositiveSmallIntegerField(_("Year"), primary_key=True)
    value = models.DecimalField(_("Index"), max_digits=9, decimal_places=3)
    source = models.CharField(_("Source"), max_length=200)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(value__gt=0), name="price_index_above_zero"),
        ]

    def __str__(self) -> str:
        return str(self.year)
