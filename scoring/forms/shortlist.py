"""The weights of a shortlist: one per dimension, in place of those of the method."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from scoring import words
from scoring.engine.methodology import WEIGHT_MAX, WEIGHT_MIN, Methodology

PREFIX = "weight."


class WeightsForm(forms.Form):
    """A number per dimension; what is left empty is as in the method."""

    def __init__(self, *args: Any, method: Methodology, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own: dict[str, float] = dict(method.dimensions.model_dump())
        for key, title in words.dimensions():
            self.fields[f"{PREFIX}{key}"] = forms.FloatField(
                label=title,
                required=False,
                min_value=0,
                max_value=WEIGHT_MAX,
                widget=forms.NumberInput(attrs={"step": "any", "min": 0}),
                initial=self.own[key],
            )

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be weighted by."""
        cleaned = super().clean() or {}
        for name, weight in cleaned.items():
            if weight is not None and 0 < weight < WEIGHT_MIN:
                self.add_error(name, _("Enter 0 or a larger number."))
        if not self.errors and not any(self.weights(cleaned).values()):
            self.add_error(None, _("At least one dimension needs a weight above 0."))
        return cleaned

    def weights(self, cleaned: dict[str, Any] | None = None) -> dict[str, float]:
        """The weight of each dimension: what was given, else what the method says."""
        given = self.cleaned_data if cleaned is None else cleaned
        return {
            key: self.own[key] if (weight := given.get(f"{PREFIX}{key}")) is None else weight
            for key in self.own
        }
