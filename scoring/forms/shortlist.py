"""The weights of a shortlist: one per dimension, in place of those of the method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts import number_fields, typed_numbers
from scoring import words
from scoring.engine.methodology import WEIGHT_MAX, WEIGHT_MIN, Methodology

PREFIX = "weight."


class WeightsForm(forms.Form):
    """A number per dimension; what is left out, or empty, is as in the method."""

    def __init__(self, given: Mapping[str, str], *, method: Methodology) -> None:
        self.own: dict[str, float] = dict(method.dimensions.model_dump())
        own = {
            f"{PREFIX}{key}": typed_numbers.written(f"{weight:g}", number_fields.mark())
            for key, weight in self.own.items()
        }
        super().__init__({name: given.get(name) or weight for name, weight in own.items()})
        for key, title in words.dimensions():
            self.fields[f"{PREFIX}{key}"] = number_fields.FloatField(
                label=title, min_value=0, max_value=WEIGHT_MAX
            )

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be weighted by."""
        cleaned = super().clean() or {}
        for name, weight in cleaned.items():
            if weight is not None and 0 < weight < WEIGHT_MIN:
                self.add_error(name, _("Enter 0 or a larger number."))
        if not self.errors and not any(cleaned.values()):
            self.add_error(None, _("At least one dimension needs a weight above 0."))
        return cleaned

    def weights(self) -> dict[str, float]:
        """The weight of each dimension."""
        return {key: self.cleaned_data[f"{PREFIX}{key}"] for key in self.own}
