"""What the vendor list can be filtered by."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from accounts.principal import Principal
from accounts.templatetags.ui import band_word
from scoring import words
from scoring.engine.methodology import BANDS
from scoring.models import Band
from scoring.selectors.standings import Filters, categories, countries
from vendors.country_names import country_name

SIZES: Final = (25, 50, 100)
DEFAULT_SIZE: Final = 50


class VendorFilter(forms.Form):
    """The filters of the vendor list. A value that is not among the choices filters nothing."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=100)
    band = forms.ChoiceField(label=_("Band"), required=False)
    status = forms.ChoiceField(label=_("Firmness"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    weakest = forms.ChoiceField(label=_("Weakest dimension"), required=False)
    blocked = forms.BooleanField(label=_("Blocked only"), required=False)
    archived = forms.BooleanField(label=_("Archived only"), required=False)

    def __init__(
        self, *args: Any, principal: Principal, unit: BusinessUnit | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        bands = [(key, band_word(key)) for key in (*BANDS, Band.NOT_RATED.value)]
        firmness = [(key, str(word)) for key, word in words.STATUS_WORDS.items()]
        named = sorted(
            ((code, country_name(code)) for code in countries(principal, unit)),
            key=lambda pair: pair[1],
        )
        self._choose("band", [("serious", gettext("High or critical")), *bands])
        self._choose("status", [("rated", gettext("Rated: final or provisional")), *firmness])
        self._choose("weakest", words.dimensions())
        self._choose("tier", words.tiers())
        self._choose("country", named)
        self._choose("category", [(name, name) for name in categories(principal, unit)])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = [("", _("All")), *choices]

    def filters(self) -> Filters:
        """What the list is narrowed down to."""
        self.is_valid()
        return Filters(**self.cleaned_data)


def page_size(text: str | None) -> int:
    """The rows on a page that were asked for, among those on offer."""
    return int(text) if text in {str(size) for size in SIZES} else DEFAULT_SIZE
