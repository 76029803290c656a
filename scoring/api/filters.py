"""Filters in bodies that order a file: what of all vendors it is to hold."""

from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.api_bodies import Choice, Day, Text
from audit import clock
from vendors.models import Engagement


class StandingFilters(serializers.Serializer[Any]):
    """Which standings are meant; what is left out filters nothing."""

    tier = Choice(choices=Engagement.Tier.choices, required=False)
    country = Text(
        max_length=2,
        required=False,
        validators=[RegexValidator("^[A-Za-z]{2}$")],
        help_text="ISO 3166-1 alpha-2.",
    )
    as_of = Day(required=False, help_text="As it stood at the end of this day (UTC).")

    def to_internal_value(self, data: Any) -> Any:
        """Refuses what is no filter: it would give out more than was meant."""
        values = super().to_internal_value(data)
        if unknown := sorted(set(data) - set(self.fields)):
            raise ValidationError({str(name): ["There is no such filter."] for name in unknown})
        return values

    def validate_country(self, value: str) -> str:
        """In capitals, as it is stored."""
        return value.upper()

    def validate_as_of(self, value: Any) -> Any:
        """A day that has begun."""
        if value > clock.today():
            raise ValidationError("That day has not come yet.")
        return value
